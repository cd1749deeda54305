import type {
  FigureItem,
  FiguresView,
  HazardFigures,
  RegionsView,
} from '../../../../contracts/register/figures-api.ts'

/** A line of the table: a node of the tree, a plant, or what stands in neither. */
export interface FiguresRow extends HazardFigures {
  kind: 'region' | 'facility'
  key: string
  name: string
}

const NONE: HazardFigures = {
  identified: 0,
  closed: 0,
  open: 0,
  overdue: 0,
  closedOnTime: 0,
  rectificationRate: null,
  onTimeRate: null,
  meanDaysToClose: null,
}

/** Every node and plant right beneath, those without a hazard as well. */
export function rowsOf(
  { items, facilities }: Pick<RegionsView, 'items' | 'facilities'>,
  byRegion: Pick<FiguresView, 'items'> | undefined,
  byFacility: Pick<FiguresView, 'items'> | undefined,
): FiguresRow[] {
  return [
    ...items.map(({ path, name }) => rowOf('region', path, name, byRegion?.items)),
    ...facilities.map(({ id, name }) => rowOf('facility', id, name, byFacility?.items)),
  ]
}

function rowOf(
  kind: FiguresRow['kind'],
  key: string,
  name: string,
  items: readonly FigureItem[] | undefined,
): FiguresRow {
  const found = items?.find((item) => item.key === key) ?? NONE
  return { ...NONE, ...found, kind, key, name }
}

/** `98.5 %`; what cannot be said of nothing is a dash. */
export function percentText(percent: number | null): string {
  return percent === null ? '–' : `${percent} %`
}

/** Names and paths of a node and of those above it, from the widest. */
export function crumbsOf(path: string): { path: string; name: string }[] {
  const names = path === '' ? [] : path.split('/')
  return names.map((name, index) => ({ name, path: names.slice(0, index + 1).join('/') }))
}

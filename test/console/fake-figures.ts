import type {
  FigureItem,
  FiguresView,
  HazardFigures,
  RegionsView,
} from '../../contracts/register/figures-api.ts'
import type { MapFeature, RiskMap } from '../../contracts/register/map-api.ts'
import { regionLevel } from '../../contracts/register/region.ts'
import { type Answer, ok } from './fake-alarms.ts'
import { FACILITY } from './fake-plant.ts'

/** Path, plants, identified, closed, on time, overdue; the first is the whole. */
const ROWS: readonly (readonly [
  path: string,
  plants: number,
  ...figures: [number, number, number, number],
])[] = [
  ['Heze', 412, 56_719, 55_868, 54_010, 63],
  ['Heze/Juancheng', 96, 12_480, 12_311, 12_007, 0],
  ['Heze/Mudan', 214, 31_027, 30_502, 29_340, 58],
  ['Heze/Cao', 102, 13_212, 13_055, 12_663, 5],
  ['Heze/Juancheng/Chengguan', 1, 640, 633, 610, 0],
]

function figuresOf(identified: number, closed: number, closedOnTime: number, overdue: number): HazardFigures {
  const percent = (part: number, whole: number) =>
    whole === 0 ? null : Math.round((part * 10_000) / whole) / 100
  return {
    identified,
    closed,
    open: identified - closed,
    overdue,
    closedOnTime,
    rectificationRate: percent(closed, identified),
    onTimeRate: percent(closedOnTime, closed),
    meanDaysToClose: closed === 0 ? null : 6.42,
  }
}

/** Regions, figures and map of the fake server. */
export class FakeFigures {
  /** What was asked for last. */
  asked: Record<string, string> = {}
  map = MAP

  /** @returns undefined for what is none of its business */
  answer(path: readonly string[], query: URLSearchParams, time: string): Answer | undefined {
    switch (path.join('/')) {
      case 'regions':
        return ok(regionsOf(query.get('under')))
      case 'figures/hazards':
        this.asked = Object.fromEntries(query)
        return ok(viewOf(query, time))
      case 'map':
        return ok(this.map)
      default:
        return undefined
    }
  }
}

function beneath(under: string | null) {
  const depth = under === null ? 1 : under.split('/').length + 1
  return ROWS.filter(
    ([path]) => path.split('/').length === depth && (under === null || path.startsWith(`${under}/`)),
  )
}

function regionsOf(under: string | null): RegionsView {
  return {
    under,
    items: beneath(under).map(([path, facilities, identified, closed, , overdue]) => ({
      path,
      name: path.split('/').at(-1) ?? '',
      level: regionLevel(path) ?? 'grid',
      children: beneath(path).length,
      facilities,
      open: identified - closed,
      overdue,
    })),
    facilities: under === 'Heze/Juancheng/Chengguan' ? [{ id: FACILITY, name: 'Demo plant' }] : [],
  }
}

function viewOf(query: URLSearchParams, time: string): FiguresView {
  const region = query.get('region')
  const by = query.get('by') === 'facility' ? 'facility' : 'region'
  const [, , ...total] = ROWS.find(([path]) => path === (region ?? 'Heze')) ?? ['', 0, 0, 0, 0, 0]
  const items: FigureItem[] =
    by === 'facility'
      ? [{ key: FACILITY, name: 'Demo plant', ...figuresOf(640, 633, 610, 0) }]
      : beneath(region).map(([path, , ...figures]) => ({
          key: path,
          name: path.split('/').at(-1) ?? '',
          ...figuresOf(...figures),
        }))
  return {
    region,
    facility: null,
    period: { name: query.get('quarter') ?? 'window', from: null, to: null, basis: 'found' },
    time,
    total: figuresOf(...total),
    by,
    items,
  }
}

const square = (lon: number, lat: number, width: number, height: number) => [
  [
    [lon, lat],
    [lon + width, lat],
    [lon + width, lat + height],
    [lon, lat + height],
    [lon, lat],
  ],
]

function placeOf(
  area: string,
  name: string,
  why: MapFeature['properties']['why'],
  geometry: MapFeature['geometry'],
): MapFeature {
  const properties = { level: 'area', name, facility: FACILITY, facilityName: 'Demo plant', area } as const
  const colour = why[0]?.colour ?? 'grey'
  return {
    type: 'Feature',
    id: `${FACILITY}/${area}`,
    geometry,
    properties: {
      ...properties,
      region: null,
      colour,
      why,
      openHazards: 0,
      inventories: [],
      facilities: 1,
      live: true,
    },
  }
}

const MAP: Pick<RiskMap, 'type' | 'features' | 'level'> = {
  type: 'FeatureCollection',
  level: 'area',
  features: [
    placeOf(
      'tank-farm',
      'Tank farm',
      [
        { cause: 'alarm', colour: 'red', text: 'GT-102.HH critical, UNACK' },
        { cause: 'hazard', colour: 'orange', text: '3 open hazards, overdue' },
      ],
      { type: 'Polygon', coordinates: square(115.51, 35.56, 0.0032, 0.002) },
    ),
    placeOf('chlorine-shed', 'Chlorine shed', [{ cause: 'hazard', colour: 'yellow', text: '1 hazard' }], {
      type: 'Polygon',
      coordinates: square(115.5145, 35.5602, 0.0018, 0.0012),
    }),
    placeOf('seismic-unit', 'Seismic unit', [], { type: 'Point', coordinates: [115.513, 35.5632] }),
  ],
}

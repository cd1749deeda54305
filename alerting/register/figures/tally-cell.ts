import type { HazardGrade, HazardKind, HazardSource } from '../../../contracts/register/words.ts'
import { Calendar } from '../../kpi/calendar.ts'
import type { HazardRow } from '../hazard/hazard-tables.ts'

/** What is counted of hazards. */
export interface Counts {
  readonly identified: number
  readonly closed: number
  readonly closedOnTime: number
  /** From found to closed, of all that are closed, s. */
  readonly seconds: number
}

export const NONE: Counts = { identified: 0, closed: 0, closedOnTime: 0, seconds: 0 }

/** Where a hazard is counted: all hazards of one cell add up. */
export interface TallyCell {
  /** The smallest node of the region tree down to towns; empty where there is none. */
  readonly node: string
  /** 2026-11, of the calendar of the facility. */
  readonly month: string
  readonly grade: HazardGrade
  readonly kind: HazardKind
  readonly source: HazardSource
}

/** A cell, and by how much it changes. */
export type TallyChange = TallyCell & Counts

/** Columns of a hazard that its figures come from. */
export type Counted = Pick<
  HazardRow,
  'city' | 'county' | 'town' | 'grade' | 'kind' | 'source' | 'found' | 'closed' | 'deadline'
>

export function countsOf({ found, closed, deadline }: Counted): Counts {
  return {
    identified: 1,
    closed: closed === null ? 0 : 1,
    closedOnTime: closed !== null && (deadline === null || closed <= deadline) ? 1 : 0,
    seconds: closed === null ? 0 : Math.floor(Math.max(0, closed - found) / 1_000),
  }
}

export function cellOf(hazard: Counted, timezone: string): TallyCell {
  const { city, county, town, grade, kind, source, found } = hazard
  return { node: town ?? county ?? city ?? '', month: monthOf(found, timezone), grade, kind, source }
}

interface Month {
  readonly name: string
  /** Inclusive, epoch ms. */
  readonly from: number
  /** Exclusive, epoch ms. */
  readonly to: number
}

/** Asking a zone for its offset takes longer than all else, and months are few. Key: zone, a space and the name. */
const months = new Map<string, Month>()
const MAX_MONTHS = 10_000

/** 2026-11, as the clock of the zone showed it. */
export function monthOf(ms: number, timezone: string): string {
  // That of UTC, or one beside it.
  const guess = monthNamed(new Date(ms).toISOString().slice(0, 7), timezone)
  if (ms < guess.from) return nextMonth(guess.name, -1)
  return ms < guess.to ? guess.name : nextMonth(guess.name)
}

function monthNamed(name: string, timezone: string): Month {
  const key = `${timezone} ${name}`
  const known = months.get(key)
  if (known !== undefined) return known
  const window = new Calendar(timezone).month(name) ?? {
    from: Number.NEGATIVE_INFINITY,
    to: Number.POSITIVE_INFINITY,
  }
  if (months.size >= MAX_MONTHS) months.clear()
  const month = { name, ...window }
  months.set(key, month)
  return month
}

/** The month after one, or so many after it. */
export function nextMonth(month: string, by = 1): string {
  const [year = 0, number = 0] = month.split('-').map(Number)
  const at = year * 12 + number - 1 + by
  return `${String(Math.floor(at / 12)).padStart(4, '0')}-${String((at % 12) + 1).padStart(2, '0')}`
}

export function sum(one: Counts, other: Counts): Counts {
  return {
    identified: one.identified + other.identified,
    closed: one.closed + other.closed,
    closedOnTime: one.closedOnTime + other.closedOnTime,
    seconds: one.seconds + other.seconds,
  }
}

/** What adding it makes good. */
export function negative({ identified, closed, closedOnTime, seconds }: Counts): Counts {
  // No -0: it is written as another number than 0.
  return {
    identified: 0 - identified,
    closed: 0 - closed,
    closedOnTime: 0 - closedOnTime,
    seconds: 0 - seconds,
  }
}

/** Changes of the same cell in one; those that come to nothing are left out. In order of their cells. */
export function combined<T extends TallyChange>(changes: Iterable<T>): T[] {
  const cells = new Map<string, T>()
  for (const change of changes) {
    const { node, month, grade, kind, source } = change
    const key = [node, month, grade, kind, source].join('\n')
    const other = cells.get(key)
    cells.set(key, other === undefined ? change : { ...other, ...sum(other, change) })
  }
  return [...cells]
    .filter(([, { identified, closed, closedOnTime, seconds }]) =>
      [identified, closed, closedOnTime, seconds].some((count) => count !== 0),
    )
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, change]) => change)
}

/** What the tally becomes by a hazard that changed. `before` is null for a new one. */
export function changesBy(before: Counted | null, after: Counted, timezone: string): TallyChange[] {
  const added = { ...cellOf(after, timezone), ...countsOf(after) }
  if (before === null) return [added]
  return combined([{ ...cellOf(before, timezone), ...negative(countsOf(before)) }, added])
}

/** The clock that counts for a facility that no file has named yet. */
export const NO_ZONE = 'UTC'
/** Between the names of a path. */
const SEPARATOR = '/'
/** What stands above the top: no path of a node. */
export const ABOVE_TOP = '/'

/** A node and all above it, the top (the empty path) last; each with the one that it stands under. */
export function nodesOf(node: string): { node: string; parent: string }[] {
  const nodes: { node: string; parent: string }[] = []
  let at = node
  while (at !== '') {
    const end = at.lastIndexOf(SEPARATOR)
    const parent = end === -1 ? '' : at.slice(0, end)
    nodes.push({ node: at, parent })
    at = parent
  }
  return [...nodes, { node: '', parent: ABOVE_TOP }]
}

/** The child of `above` that a node stands under; null when it is `above` itself, undefined when it is elsewhere. */
export function childOf(above: string, node: string): string | null | undefined {
  if (node === above) return null
  const prefix = above === '' ? '' : `${above}${SEPARATOR}`
  if (!node.startsWith(prefix)) return undefined
  const end = node.indexOf(SEPARATOR, prefix.length)
  return end === -1 ? node : node.slice(0, end)
}

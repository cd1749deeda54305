import { type RangeQuery, ROLL_UP_MS } from '../../contracts/store.ts'

/** Inclusive, exclusive, epoch ms. */
export type Span = readonly [from: number, to: number]

/** Before these times there is nothing any more; both are whole minutes, epoch ms. */
export interface Horizons {
  /** Of readings. */
  readonly raw: number
  /** Of roll-ups. */
  readonly minute: number
}

/** Where the buckets of a span are counted from. */
export interface Sources {
  /** Whole minutes, from their roll-ups. */
  readonly minutes: readonly Span[]
  readonly readings: readonly Span[]
}

/**
 * Roll-ups answer where readings have been dropped: whole minutes then, those at the ends included. Where
 * buckets are of whole minutes they answer for readings too, which reads sixty times less at 1 Hz. `hasExact`
 * says that a roll-up is never behind its readings; without it readings answer wherever they are.
 */
export function sourcesOf(
  { from, to, everyMs }: Pick<RangeQuery, 'from' | 'to'> & { everyMs: number },
  horizons: Horizons,
  hasExact: boolean,
): Sources {
  const minutes: Span[] = []
  const readings: Span[] = []
  const begin = Math.max(from, horizons.raw)
  if (from < to && from < horizons.raw) minutes.push([floor(from), ceil(Math.min(horizons.raw, to))])
  if (begin >= to) return { minutes, readings }
  const first = Math.max(ceil(begin), horizons.minute)
  const last = floor(to)
  if (!hasExact || everyMs % ROLL_UP_MS !== 0 || first >= last) return { minutes, readings: [[begin, to]] }
  minutes.push([first, last])
  readings.push([begin, first], [last, to])
  return { minutes, readings: readings.filter(([start, end]) => start < end) }
}

function floor(ms: number): number {
  return Math.floor(ms / ROLL_UP_MS) * ROLL_UP_MS
}

function ceil(ms: number): number {
  return Math.ceil(ms / ROLL_UP_MS) * ROLL_UP_MS
}

import type { HistoryPoint, ReadingView } from '../../../contracts/api.ts'
import type { Quality } from '../../../contracts/quality.ts'

/** A span that the trend can show, and the bucket that gives about 300 points in it. */
export interface Span {
  ms: number
  /** As the API wants it. */
  every: string
  everyMs: number
}

const MINUTE = 60_000
const HOUR = 60 * MINUTE

export const FIRST_SPAN: Span = { ms: 15 * MINUTE, every: '3s', everyMs: 3_000 }
export const SPANS: readonly Span[] = [
  { ms: 5 * MINUTE, every: '1s', everyMs: 1_000 },
  FIRST_SPAN,
  { ms: HOUR, every: '12s', everyMs: 12_000 },
  { ms: 8 * HOUR, every: '90s', everyMs: 90_000 },
  { ms: 24 * HOUR, every: '5m', everyMs: 300_000 },
]

/** One bucket of the trend. Without numbers it is a gap. */
export interface TrendPoint {
  /** Epoch ms of its start. */
  time: number
  min: number | null
  mean: number | null
  max: number | null
  count: number
  quality: Quality
}

/** What the plot draws: seconds, maxima, minima and means, and the stretches of bad quality. */
export interface TrendColumns {
  times: number[]
  max: (number | null)[]
  min: (number | null)[]
  mean: (number | null)[]
  /** Epoch seconds [from, to]. */
  bad: [number, number][]
}

/** Readings come at least every 30 s by default: a longer silence is not bridged by a line. */
const BRIDGED_MS = 120_000

/** Buckets without a reading say nothing and are left out. */
export function toPoints(items: readonly HistoryPoint[]): TrendPoint[] {
  return items
    .filter((item) => item.count > 0)
    .map(({ time, min, mean, max, count, quality }) => ({
      time: Date.parse(time),
      min,
      mean,
      max,
      count,
      quality,
    }))
}

/** Adds a live reading: into the last bucket when it falls there, else as a new one. */
export function appendReading(
  points: readonly TrendPoint[],
  reading: ReadingView,
  everyMs: number,
): readonly TrendPoint[] {
  const time = Date.parse(reading.time)
  // The trend leaves out what a bad reading says of the value: it may be anything.
  const value = reading.quality === 'bad' ? null : reading.value
  const last = points.at(-1)
  if (last === undefined || time >= last.time + everyMs) {
    const point = { time, min: value, mean: value, max: value, count: 1, quality: reading.quality }
    return [...points, point]
  }
  if (time < last.time) return points
  return [...points.slice(0, -1), merge(last, value, reading.quality)]
}

function merge(point: TrendPoint, value: number | null, quality: Quality): TrendPoint {
  const worst = worse(point.quality, quality)
  if (value === null) return { ...point, count: point.count + 1, quality: worst }
  if (point.mean === null || point.min === null || point.max === null) {
    return { ...point, min: value, mean: value, max: value, count: point.count + 1, quality: worst }
  }
  return {
    ...point,
    min: Math.min(point.min, value),
    max: Math.max(point.max, value),
    mean: (point.mean * point.count + value) / (point.count + 1),
    count: point.count + 1,
    quality: worst,
  }
}

function worse(a: Quality, b: Quality): Quality {
  if (a === 'bad' || b === 'bad') return 'bad'
  return a === 'uncertain' ? a : b
}

/** Points from `fromMs` to `toMs` as columns, with a break wherever nothing is known. */
export function toColumns(
  points: readonly TrendPoint[],
  window: { fromMs: number; toMs: number; everyMs: number },
): TrendColumns {
  const columns: TrendColumns = { times: [], max: [], min: [], mean: [], bad: [] }
  const shown = points.filter((point) => point.time >= window.fromMs && point.time <= window.toMs)
  const bridged = Math.max(BRIDGED_MS, 3 * window.everyMs)
  shown.forEach((point, index) => {
    const next = shown[index + 1]?.time ?? window.toMs
    push(columns, point.time, point)
    if (point.quality === 'bad') {
      // A bucket that also holds good readings is bad for its own width only.
      const end = point.mean === null ? next : Math.min(next, point.time + window.everyMs)
      columns.bad.push([point.time / 1_000, end / 1_000])
    }
    if (next - point.time > bridged) push(columns, point.time + window.everyMs, undefined)
  })
  return columns
}

function push(columns: TrendColumns, timeMs: number, point: TrendPoint | undefined): void {
  columns.times.push(timeMs / 1_000)
  columns.max.push(point?.max ?? null)
  columns.min.push(point?.min ?? null)
  columns.mean.push(point?.mean ?? null)
}

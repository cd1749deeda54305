import { QUALITIES } from '../../contracts/quality.ts'
import type { Bucket, RangeQuery, SeriesPoint } from '../../contracts/store.ts'

const MINUTE = 60_000

/** A naive store: the last reading it was given of every time, in a list. Before `horizon` only whole minutes can be seen. */
export class HistoryModel {
  /** Key: sensor, time, fold. */
  readonly #readings = new Map<string, SeriesPoint>()
  horizon = 0

  /** False for what is too old to be taken. */
  write(point: SeriesPoint): boolean {
    const { reading, fold } = point
    if (reading.time < this.horizon) return false
    const key = `${reading.sensor} ${reading.time} ${fold}`
    this.#readings.set(key, point)
    return true
  }

  buckets({ sensor, from, to, everyMs }: Omit<RangeQuery, 'facility'> & { everyMs: number }): Bucket[] {
    if (from >= to) return []
    /** Key: start of the bucket. */
    const inside = new Map<number, SeriesPoint[]>()
    for (const point of this.#readings.values()) {
      const { time } = point.reading
      const minute = Math.floor(time / MINUTE) * MINUTE
      const isGone = time < this.horizon
      const isAsked = isGone ? minute + MINUTE > from && minute < to : time >= from && time < to
      if (point.reading.sensor !== sensor || !isAsked) continue
      const start = Math.floor((isGone ? minute : time) / everyMs) * everyMs
      inside.set(start, [...(inside.get(start) ?? []), point])
    }
    return [...inside].sort(([a], [b]) => a - b).map(([time, points]) => bucketOf(time, points))
  }
}

function bucketOf(time: number, points: readonly SeriesPoint[]): Bucket {
  const readings = points.map(({ reading }) => reading)
  const values = readings.flatMap(({ value, quality }) =>
    quality === 'bad' || value === undefined ? [] : [value],
  )
  const quality =
    [...QUALITIES].reverse().find((one) => readings.some((reading) => reading.quality === one)) ?? 'good'
  const [reason] = readings
    .flatMap((reading) => (reading.quality === quality ? [reading.reason ?? ''] : []))
    .sort()
  return {
    time,
    min: values.length === 0 ? null : Math.min(...values),
    mean: values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length,
    max: values.length === 0 ? null : Math.max(...values),
    count: readings.length,
    quality,
    reason: reason || null,
  }
}

import type { SeriesPoint, SeriesTags } from '../../contracts/store.ts'
import type { DrainPart, DrainSource } from '../../ingest/drain/drain-source.ts'

const SENSORS = 1_000
/** Readings in a record of the log: a full batch. */
const RECORD = 1_000
const START = Date.UTC(2026, 10, 21)

const series: SeriesTags[] = Array.from({ length: SENSORS }, (_, n) => ({
  kind: 'gas',
  facility: 'demo-plant',
  area: `area-${n % 10}`,
  gateway: `gw-${n % 5}`,
  device: `panel-${n % 50}`,
  sensor: `GT-${n}`,
  quantity: 'CH4',
  unit: '%LEL',
}))

/** Readings of a thousand sensors at 1 Hz, from so many seconds after the start; a value has a decimal. */
export function pointsFrom(second: number, seconds: number): SeriesPoint[] {
  return Array.from({ length: seconds * SENSORS }, (_, n) => {
    const sensor = series[n % SENSORS] as SeriesTags
    const time = START + (second + Math.floor(n / SENSORS)) * 1_000
    const value = Math.round((n * 7_919 + second * 31) % 1_000) / 10
    return { series: sensor, reading: { sensor: sensor.sensor, time, value, quality: 'good' }, fold: 0 }
  })
}

/** A log that is full of readings from the first, and closed. */
export function fullLog(points: readonly SeriesPoint[]): DrainSource {
  let next = 0
  return {
    async next(count): Promise<DrainPart | undefined> {
      if (next >= points.length) return undefined
      const part = points.slice(next, next + Math.max(RECORD, count - (count % RECORD)))
      next += part.length
      return { last: next / RECORD, points: part, batches: [] }
    },
  }
}

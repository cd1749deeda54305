import type { Reading } from '../../contracts/reading.ts'
import type { SeriesPoint, SeriesTags } from '../../contracts/store.ts'

/** Key: facility, a space, sensor. The same series is the same object. */
const known = new Map<string, SeriesTags>()

/** A series whose only particular is its name. */
export function seriesNamed(sensor: string, facility = 'plant'): SeriesTags {
  const key = `${facility} ${sensor}`
  const tags = known.get(key) ?? seriesWith({ sensor, facility })
  known.set(key, tags)
  return tags
}

export function seriesWith(tags: Partial<SeriesTags>): SeriesTags {
  return {
    kind: 'gas',
    facility: 'plant',
    area: 'tank-farm',
    gateway: 'gw-1',
    device: 'panel',
    sensor: 'GT-101',
    quantity: 'CH4',
    unit: '%LEL',
    ...tags,
  }
}

export function good(time: number, value: number, sensor = 'GT-101'): Reading {
  return { sensor, time, value, quality: 'good' }
}

/** Readings as points of their series. */
export function pointsOf(readings: readonly Reading[], facility = 'plant'): SeriesPoint[] {
  return readings.map((reading) => ({ series: seriesNamed(reading.sensor, facility), reading, fold: 0 }))
}

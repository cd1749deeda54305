import type { Reading } from '../contracts/reading.ts'

interface ReadPlace {
  alarms: { isStale(sensor: string): boolean }
  intake: { taker: { latest(sensor: string): Reading | undefined } }
}

/** A sensor that fell silent is not shown as if it still said what it said last. */
export function latestOf(place: ReadPlace | undefined, sensor: string): Reading | undefined {
  const latest = place?.intake.taker.latest(sensor)
  return latest !== undefined && place?.alarms.isStale(sensor) === true
    ? { ...latest, quality: 'bad', reason: 'stale' }
    : latest
}

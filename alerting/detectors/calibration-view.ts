import type { CalibrationView } from '../../contracts/calibration-api.ts'
import type { Facility } from '../../contracts/facility.ts'
import { formatIso } from '../../contracts/iso-time.ts'
import { TEST_CAUSE } from '../../contracts/test-words.ts'
import type { Calibration, WatchedTest } from './calibration.ts'

interface Place extends Pick<Facility, 'id' | 'timezone'> {
  readonly sensors: ReadonlyMap<string, { readonly calibration?: { everyMs?: number; bumpMs?: number } }>
}

export function calibrationView(
  place: Place,
  { number, time, recorded, ...facts }: Calibration,
): CalibrationView {
  const iso = (ms: number) => formatIso(ms, place.timezone)
  return {
    facility: place.id,
    ...facts,
    id: String(number),
    time: iso(time),
    recorded: iso(recorded),
    due: facts.result === 'fail' ? null : dueView(place, { ...facts, time }),
  }
}

export function watchedView(place: Place, { number, sensor, time, by }: WatchedTest): CalibrationView {
  const bump = { sensor, kind: 'bump', result: 'pass', by } as const
  return {
    facility: place.id,
    ...bump,
    id: `${TEST_CAUSE}${number}`,
    time: formatIso(time, place.timezone),
    recorded: null,
    due: dueView(place, { ...bump, time }),
  }
}

function dueView(
  { sensors, timezone }: Place,
  { sensor, kind, time }: Pick<Calibration, 'sensor' | 'kind' | 'time'>,
): string | null {
  const { everyMs, bumpMs } = sensors.get(sensor)?.calibration ?? {}
  const interval = kind === 'calibration' ? everyMs : bumpMs
  return interval === undefined ? null : formatIso(time + interval, timezone)
}

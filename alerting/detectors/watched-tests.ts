import type { Facility } from '../../contracts/facility.ts'
import { splitAlarmId } from '../../contracts/ids.ts'
import { parseIso } from '../../contracts/iso-time.ts'
import type { Told } from '../journal/journal-queue.ts'
import type { StateStore } from '../journal/state-store.ts'
import type { WatchedTest } from './calibration.ts'

const PAGE = 100

/** Tests that have ended and in which an alarm responded to gas, oldest first: each is a bump test that passed. */
export async function readWatched(
  states: Pick<StateStore, 'tests'>,
  facility: Pick<Facility, 'id'>,
): Promise<WatchedTest[]> {
  const found: WatchedTest[] = []
  for (let before: number | undefined; ; ) {
    const tests = await states.tests({
      facility: facility.id,
      isRunning: false,
      limit: PAGE,
      ...(before === undefined ? {} : { before }),
    })
    for (const { number, by, ended, sensors } of tests)
      for (const { sensor, alarms } of sensors)
        if (ended !== null && alarms.some(({ alarm, raised }) => raised !== null && isOfValue(alarm)))
          found.push({ number, sensor, time: ended, by })
    before = tests.at(-1)?.number
    if (tests.length < PAGE || before === undefined) return found.reverse()
  }
}

/** The same of what the journal tells; undefined when it tells of something else. */
export function watchedOf({ event, alarm, test, time }: Told): WatchedTest | undefined {
  if (event !== 'unsuppressed' || test?.responded !== true || !isOfValue(alarm.id)) return undefined
  return { number: Number(test.id), sensor: alarm.sensor, time: parseIso(time) ?? 0, by: test.by }
}

/** A detector that is unplugged raises FAULT, which shows nothing of what it does with gas. */
function isOfValue(alarm: string): boolean {
  return splitAlarmId(alarm)?.key !== 'FAULT'
}

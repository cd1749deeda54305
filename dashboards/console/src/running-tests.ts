import type { AlarmView } from '../../../contracts/api.ts'
import { TEST_CAUSE } from '../../../contracts/test-words.ts'

/** A test that runs now, as the flags of its alarms tell: they come with the stream, from every facility. */
export interface RunningTest {
  facility: string
  id: string
  /** Ids, in order. */
  sensors: readonly string[]
  by: string
  /** Which kind of test, by whom and why, as its flags say it. */
  reason: string
  until: string | null
}

/** The first to end first. */
export function runningTests(alarms: Iterable<AlarmView>): RunningTest[] {
  const tests = new Map<string, RunningTest & { found: Set<string> }>()
  for (const alarm of alarms) {
    for (const flag of alarm.suppressed) {
      if (flag.cause?.startsWith(TEST_CAUSE) !== true) continue
      const id = flag.cause.slice(TEST_CAUSE.length)
      const key = `${alarm.facility}/${id}`
      const { by, reason, until } = flag
      const test = tests.get(key) ?? {
        facility: alarm.facility,
        id,
        sensors: [],
        by,
        reason,
        until,
        found: new Set(),
      }
      test.found.add(alarm.sensor)
      tests.set(key, test)
    }
  }
  return [...tests.values()]
    .map(({ found, ...test }) => ({ ...test, sensors: [...found].sort() }))
    .sort((a, b) => (a.until ?? '~').localeCompare(b.until ?? '~') || a.id.localeCompare(b.id))
}

/** The test that the alarm is under; undefined when it is under none. */
export function testFlagOf(alarm: AlarmView): AlarmView['suppressed'][number] | undefined {
  return alarm.suppressed.find((flag) => flag.cause?.startsWith(TEST_CAUSE) === true)
}

/** Changes whenever something happens to a test: when it is to be asked for again. */
export function testMark(alarms: Iterable<AlarmView>, facility: string | undefined): string {
  const marks: string[] = []
  for (const alarm of alarms) {
    const flag = alarm.facility === facility ? testFlagOf(alarm) : undefined
    if (flag !== undefined) marks.push(`${flag.cause} ${alarm.id} ${alarm.live}`)
  }
  return marks.sort().join('|')
}

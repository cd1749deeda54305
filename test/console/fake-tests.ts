import type { AlarmView, FacilityTree } from '../../contracts/api.ts'
import { parseDuration } from '../../contracts/duration.ts'
import type { TestOrder, TestView } from '../../contracts/test-api.ts'
import { TEST_CAUSE } from '../../contracts/test-words.ts'
import { shown } from './fake-alarms.ts'
import { iso } from './fake-plant.ts'

export function startedTest(id: string, body: TestOrder, tree: FacilityTree, now: number): TestView {
  const { kind, sensors = [], reason, by = 'demo', approvedBy = null } = body
  const alarms = tree.sensors
    .filter((sensor) => sensors.includes(sensor.id))
    .flatMap((sensor) => sensor.limits.map(({ alarm }) => ({ sensor: sensor.id, alarm })))
  return {
    facility: tree.id,
    id,
    kind,
    sensors,
    area: null,
    by,
    approvedBy,
    reason,
    started: iso(now),
    until: iso(now + (parseDuration(body.for) ?? 0)),
    ended: null,
    endedBy: null,
    evidence: alarms.map((named) => ({
      ...named,
      responded: false,
      raised: null,
      returned: null,
      peak: null,
    })),
    readings: sensors.map((sensor) => ({ sensor, count: 0, first: null, last: null })),
  }
}

/** The alarm with the flag of the test. */
export function underTest(alarm: AlarmView, test: TestView): AlarmView {
  const { kind, by, started, until, id, approvedBy } = test
  const reason = `${kind} test by ${by}: ${test.reason}`
  const flag = { by, reason, since: started, until, cause: `${TEST_CAUSE}${id}`, approvedBy, oneShot: false }
  return shown({ ...alarm, suppressed: [...alarm.suppressed, flag] })
}

/** And without it. */
export function afterTest(alarm: AlarmView, id: string): AlarmView {
  return shown({
    ...alarm,
    suppressed: alarm.suppressed.filter(({ cause }) => cause !== `${TEST_CAUSE}${id}`),
  })
}

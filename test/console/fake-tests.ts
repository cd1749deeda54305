import type { AlarmView, FacilityTree } from '../../contracts/api.ts'
import { parseDuration } from '../../contracts/duration.ts'
import { type SensorTest, TEST_CAUSE, type TestKind } from '../../dashboards/console/src/test-contract.ts'
import { shown } from './fake-alarms.ts'
import { iso } from './fake-plant.ts'

export interface TestBody {
  kind: TestKind
  sensors?: string[]
  for: string
  reason: string
  by?: string
}

export function startedTest(id: string, body: TestBody, tree: FacilityTree, now: number): SensorTest {
  const { kind, sensors = [], reason, by = 'demo' } = body
  const alarms = tree.sensors
    .filter((sensor) => sensors.includes(sensor.id))
    .flatMap((sensor) => sensor.limits.map(({ alarm }) => ({ sensor: sensor.id, alarm })))
  return {
    id,
    kind,
    sensors,
    area: null,
    by,
    reason,
    started: iso(now),
    until: iso(now + (parseDuration(body.for) ?? 0)),
    ended: null,
    endedBy: null,
    evidence: alarms.map((named) => ({ ...named, raised: null, returned: null, peak: null })),
  }
}

/** The alarm with the flag of the test. */
export function underTest(alarm: AlarmView, test: SensorTest): AlarmView {
  const { by, reason, until, id } = test
  const flag = { by, reason, until, cause: `${TEST_CAUSE}${id}`, approvedBy: null, oneShot: false }
  return shown({ ...alarm, suppressed: [...alarm.suppressed, flag] })
}

/** And without it. */
export function afterTest(alarm: AlarmView, id: string): AlarmView {
  return shown({
    ...alarm,
    suppressed: alarm.suppressed.filter(({ cause }) => cause !== `${TEST_CAUSE}${id}`),
  })
}

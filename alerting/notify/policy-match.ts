import { WATCHDOG_CLASS } from '../../contracts/alarm-class.ts'
import type { AlarmView } from '../../contracts/api.ts'
import { splitAlarmId } from '../../contracts/ids.ts'
import type { NotifyPlan, Policy, PolicyMatch } from '../../contracts/notify/plan.ts'

/** The policy of an alarm: the first that matches. */
export function policyOf(plan: Pick<NotifyPlan, 'policies'>, alarm: AlarmView): Policy | undefined {
  return plan.policies.find(({ match }) => matches(match, alarm))
}

function matches(match: PolicyMatch, alarm: AlarmView): boolean {
  const { lifeSafety, priorities, classes, areas, sensors, keys } = match
  return (
    (lifeSafety === undefined || lifeSafety === alarm.lifeSafety) &&
    has(priorities, alarm.priority) &&
    // That of the watchdog is for nobody else.
    (classes === undefined ? alarm.class !== WATCHDOG_CLASS : classes.includes(alarm.class)) &&
    has(areas, alarm.area) &&
    has(sensors, alarm.sensor) &&
    has(keys, splitAlarmId(alarm.id)?.key)
  )
}

function has<T>(list: readonly T[] | undefined, value: T | undefined): boolean {
  return list === undefined || (value !== undefined && list.includes(value))
}

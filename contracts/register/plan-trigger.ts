import type { AlarmView } from '../api.ts'
import { splitAlarmId } from '../ids.ts'
import { isMatch, type MatchedAlarm } from '../notify/match.ts'
import type { EmergencyPlan, PlanTrigger } from './incident-plan.ts'

/** What a trigger looks at. */
export type TriggeringAlarm = Pick<
  AlarmView,
  'id' | 'sensor' | 'area' | 'class' | 'priority' | 'lifeSafety' | 'kind' | 'when'
> & {
  /** Of its sensor; undefined: the system's own. */
  readonly quantity: string | undefined
}

export function matchedAlarm(alarm: Omit<TriggeringAlarm, 'quantity'>): MatchedAlarm {
  return { ...alarm, key: splitAlarmId(alarm.id)?.key ?? '' }
}

/** Whether an alarm calls for a plan. */
export function triggers(
  { triggers: given }: Pick<EmergencyPlan, 'triggers'>,
  alarm: TriggeringAlarm,
): boolean {
  return given.some((trigger) => holds(trigger, alarm))
}

/** That a sensor fails says nothing of the plant: it triggers only what asks for that. */
function holds({ kinds, quantities, ...match }: PlanTrigger, alarm: TriggeringAlarm): boolean {
  const isOfSensor = alarm.when === 'fault' || alarm.when === 'stale'
  if (isOfSensor && match.keys === undefined) return false
  const quantity = alarm.quantity?.toLowerCase()
  return (
    (kinds?.includes(alarm.kind) ?? true) &&
    (quantities?.some((name) => name.toLowerCase() === quantity) ?? true) &&
    isMatch(match, matchedAlarm(alarm))
  )
}

/** Those that an alarm calls for, in the order of the file. */
export function plansFor(plans: ReadonlyMap<string, EmergencyPlan>, alarm: TriggeringAlarm): EmergencyPlan[] {
  return [...plans.values()].filter((plan) => triggers(plan, alarm))
}

import { isAnnunciated } from '../../../contracts/alarm.ts'
import type { AlarmView } from '../../../contracts/api.ts'
import { CodedError } from '../../../contracts/errors.ts'
import type { Facility } from '../../../contracts/facility.ts'
import { isMatch } from '../../../contracts/notify/match.ts'
import type { AutoOpenRule, EmergencyPlan } from '../../../contracts/register/incident-plan.ts'
import { matchedAlarm, plansFor } from '../../../contracts/register/plan-trigger.ts'
import type { RegisterPlace } from '../context.ts'

type Place = Pick<RegisterPlace, 'facility' | 'alarms'>

/** @throws CodedError PLAN_UNKNOWN */
export function planNamed({ facility }: Pick<Place, 'facility'>, plan: string): EmergencyPlan {
  const found = facility.plans.get(plan)
  if (found === undefined) throw new CodedError('PLAN_UNKNOWN', `${facility.id} has no plan "${plan}"`)
  return found
}

/** Plans that an alarm calls for, in the order of the file. */
export function plansForAlarm(facility: Facility, alarm: AlarmView): EmergencyPlan[] {
  return plansFor(facility.plans, { ...alarm, quantity: facility.sensors.get(alarm.sensor)?.quantity })
}

/** Those of the first alarm that calls for any come first. */
export function plansForAlarms(
  { facility, alarms }: Place,
  named: readonly { readonly alarm: string }[],
): EmergencyPlan[] {
  return named.flatMap(({ alarm }) => {
    const view = alarms.view(alarm)
    return view === undefined ? [] : plansForAlarm(facility, view)
  })
}

/** The rule by which an alarm opens an incident, and the plan of it. Whoever is set aside opens none. */
export function autoOpenOf(
  facility: Facility,
  alarm: AlarmView,
): { rule: AutoOpenRule; plan: EmergencyPlan | undefined } | undefined {
  if (!isAnnunciated(alarm.state) || alarm.late) return undefined
  const rule = facility.register.response.autoOpen.find(({ match }) => isMatch(match, matchedAlarm(alarm)))
  if (rule === undefined) return undefined
  const plan = rule.plan === undefined ? plansForAlarm(facility, alarm)[0] : facility.plans.get(rule.plan)
  return { rule, plan }
}

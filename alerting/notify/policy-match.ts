import type { AlarmView } from '../../contracts/api.ts'
import { splitAlarmId } from '../../contracts/ids.ts'
import { isMatch } from '../../contracts/notify/match.ts'
import type { NotifyPlan, Policy } from '../../contracts/notify/plan.ts'

/** The policy of an alarm: the first that matches. */
export function policyOf(plan: Pick<NotifyPlan, 'policies'>, alarm: AlarmView): Policy | undefined {
  const matched = { ...alarm, key: splitAlarmId(alarm.id)?.key ?? '' }
  return plan.policies.find(({ match }) => isMatch(match, matched))
}

import { WATCHDOG_CLASS } from '../alarm-class.ts'
import type { Priority } from '../facility-words.ts'
import type { PolicyMatch } from './plan.ts'

/** What a policy looks at. */
export interface MatchedAlarm {
  readonly sensor: string
  readonly key: string
  readonly area: string
  readonly class: string
  readonly priority: Priority
  readonly lifeSafety: boolean
}

/** Whether all that is given holds. The class of the watchdog is for who names it only. */
export function isMatch(match: PolicyMatch, alarm: MatchedAlarm): boolean {
  const { lifeSafety, priorities, classes, areas, sensors, keys } = match
  return (
    (lifeSafety === undefined || lifeSafety === alarm.lifeSafety) &&
    (priorities?.includes(alarm.priority) ?? true) &&
    (classes?.includes(alarm.class) ?? alarm.class !== WATCHDOG_CLASS) &&
    (areas?.includes(alarm.area) ?? true) &&
    (sensors?.includes(alarm.sensor) ?? true) &&
    (keys?.includes(alarm.key) ?? true)
  )
}

import type { AlarmState } from '../../contracts/alarm.ts'
import { PRIORITIES, type Priority } from '../../contracts/facility-words.ts'

/** 1 low, 2 medium, 3 high, 4 critical: what panels sort and colour by. 0 is nothing. */
export function rankOf(priority: Priority): number {
  return PRIORITIES.indexOf(priority) + 1
}

/** Of alarms of one priority, the state that is told first: what is there before what was, then what nobody has seen. */
export const URGENCY: readonly AlarmState[] = ['UNACK', 'ACKED', 'LATCH_UNACK', 'RTNUN']

import type { AlarmView, JournalItem } from '../../../contracts/api.ts'
import { alarmKey } from './state.ts'

/**
 * What happened to these alarms after `before` was the newest that was known, oldest first: two people may
 * act on one alarm, and the second should know.
 */
export function happenedSince(
  recent: readonly JournalItem[],
  before: readonly JournalItem[],
  alarms: readonly AlarmView[],
): JournalItem[] {
  const wanted = new Set(alarms.map(alarmKey))
  const known = new Set(before.map(entryKey))
  return recent.filter((item) => wanted.has(alarmKey(item.alarm)) && !known.has(entryKey(item))).reverse()
}

/** What could not be journalled has no number of its own. */
function entryKey({ facility, seq, time, event }: JournalItem): string {
  return `${facility}#${seq === 0 ? `${time}${event}` : seq}`
}

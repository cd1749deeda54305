import type { AlarmState } from '../../contracts/alarm.ts'

/** Alarms that are not NORM. Key: state. */
export function countStates(views: Iterable<{ state: AlarmState }>): Map<string, number> {
  const counts = new Map<string, number>()
  for (const { state } of views) if (state !== 'NORM') counts.set(state, (counts.get(state) ?? 0) + 1)
  return counts
}

import { isUnacknowledged } from '../../../contracts/alarm.ts'
import { WATCHDOG_CLASS } from '../../../contracts/alarm-class.ts'
import type { AlarmView } from '../../../contracts/api.ts'
import type { Priority } from '../../../contracts/facility-schema.ts'
import { type ConsoleState, occurrenceKey } from './state.ts'

/** Highest first. */
export const PRIORITY_ORDER = ['critical', 'high', 'medium', 'low'] as const satisfies readonly Priority[]

/** What the loudspeaker should be doing. */
export type Sound = 'none' | 'alarm' | 'no-data'

/** Stands before the time of a loss of the server in the set of silenced things. */
const LOSS = 'loss of the server '

/** False of the synthetic alarm of the watchdog: it is raised to see whether alarms come through. */
export function isForOperators(alarm: Pick<AlarmView, 'class'>): boolean {
  return alarm.class !== WATCHDOG_CLASS
}

/** Flags that take an alarm off the list of what needs an operator. */
export function isHidden(alarm: AlarmView): boolean {
  return alarm.state === 'SHLVD' || alarm.state === 'DSUPR' || alarm.state === 'OOSRV'
}

/** When the occurrence began; a latched or returned alarm is as old as its cause. */
export function beganAt(alarm: AlarmView): string {
  return alarm.raised ?? alarm.since
}

/** Unacknowledged first, then by priority, then the newest first; ids keep the order stable. */
export function compareAlarms(a: AlarmView, b: AlarmView): number {
  return (
    Number(isUnacknowledged(b.state)) - Number(isUnacknowledged(a.state)) ||
    PRIORITY_ORDER.indexOf(a.priority) - PRIORITY_ORDER.indexOf(b.priority) ||
    Date.parse(beganAt(b)) - Date.parse(beganAt(a)) ||
    (a.id < b.id ? -1 : Number(a.id > b.id))
  )
}

/** The operator's list, in order, and what flags took off it. */
export function sortAlarms(alarms: Iterable<AlarmView>): { shown: AlarmView[]; hidden: AlarmView[] } {
  const sorted = [...alarms].sort(compareAlarms)
  return { shown: sorted.filter((alarm) => !isHidden(alarm)), hidden: sorted.filter(isHidden) }
}

/** How many unacknowledged alarms there are of each priority. */
export function countUnacknowledged(alarms: Iterable<AlarmView>): Record<Priority, number> {
  const counts: Record<Priority, number> = { critical: 0, high: 0, medium: 0, low: 0 }
  for (const alarm of alarms) if (isUnacknowledged(alarm.state)) counts[alarm.priority] += 1
  return counts
}

/** What calls for sound now, whether or not somebody has silenced it. */
export function loudAlarms(state: ConsoleState): AlarmView[] {
  return [...state.alarms.values()].filter(isLoud)
}

/**
 * Everything that nobody has silenced for all consoles: occurrences, and the loss of the server. A silence
 * that the server knows comes with the alarm; one that it does not know yet is this console's own.
 */
export function soundingKeys(state: ConsoleState): string[] {
  const keys = loudAlarms(state)
    .filter((alarm) => !alarm.silenced)
    .map(occurrenceKey)
  if (state.link === 'lost') keys.push(`${LOSS}${state.heardTime}`)
  return keys
}

/** Silence holds for what was sounding when it was given: anything new is heard again. */
export function soundOf(state: ConsoleState): Sound {
  const unheard = soundingKeys(state).filter((key) => !state.silenced.has(key))
  if (unheard.some((key) => !key.startsWith(LOSS))) return 'alarm'
  return unheard.length > 0 ? 'no-data' : 'none'
}

/** History that came late is shown to be acknowledged, and makes no sound. */
export function isLoud(alarm: AlarmView): boolean {
  return (
    !alarm.late &&
    isUnacknowledged(alarm.state) &&
    (alarm.priority === 'critical' || alarm.priority === 'high')
  )
}

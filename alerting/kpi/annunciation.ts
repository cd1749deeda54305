import { isActive } from '../../contracts/alarm.ts'
import { WATCHDOG_CLASS } from '../../contracts/alarm-class.ts'
import type { JournalItem } from '../../contracts/api.ts'

/** What annunciates an alarm: it occurs, the re-alarm timer ends, or its severity rises. */
const ANNUNCIATING: ReadonlySet<string> = new Set(['raised', 're-alarmed', 'priority-raised'])

/**
 * An operator was told. What the watchdog sets off is for itself; what is shelved, suppressed or out of service, or was found in readings that came late,
 * claims nobody's attention.
 */
export function isAnnunciated({ event, alarm }: Pick<JournalItem, 'event' | 'alarm'>): boolean {
  return ANNUNCIATING.has(event) && isActive(alarm.state) && alarm.class !== WATCHDOG_CLASS
}

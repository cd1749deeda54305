import { isActive } from '../../contracts/alarm.ts'
import type { JournalItem } from '../../contracts/api.ts'

/** What annunciates an alarm: it occurs, the re-alarm timer ends, or its severity rises. */
const ANNUNCIATING: ReadonlySet<string> = new Set(['raised', 're-alarmed', 'priority-raised'])

/**
 * An operator was told. What is shelved, suppressed or out of service, or was found in readings that came late,
 * claims nobody's attention.
 */
export function isAnnunciated({ event, alarm }: Pick<JournalItem, 'event' | 'alarm'>): boolean {
  return ANNUNCIATING.has(event) && isActive(alarm.state)
}

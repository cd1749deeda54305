import type { JournalItem } from '../../../contracts/api.ts'

/** Why it was done, in the words of who did it, and who approved it. */
export interface EntryNote {
  text: string
  approvedBy: string | null
}

/** Of an acknowledgement its comment, of a flag its reason, of a change its reason; null where nobody said anything. */
export function noteOf(item: JournalItem): EntryNote | null {
  const { event, alarm, change } = item
  if (change !== undefined) return { text: change.reason, approvedBy: change.approvedBy }
  switch (event) {
    case 'acknowledged':
      return alarm.comment === null || alarm.comment === '' ? null : { text: alarm.comment, approvedBy: null }
    case 'shelved':
      return flagNote(alarm.shelved)
    case 'suppressed':
      return flagNote(alarm.suppressed.at(-1) ?? null)
    case 'out-of-service':
      return flagNote(alarm.outOfService)
    default:
      return null
  }
}

function flagNote(flag: JournalItem['alarm']['shelved']): EntryNote | null {
  return flag === null ? null : { text: flag.reason, approvedBy: flag.approvedBy }
}

import type { JournalItem } from '../../../contracts/api.ts'
import type { SettingRevision } from './settings-contract.ts'

/** What the journal says of a change of settings, where the server has them. */
export type ChangeNote = Pick<SettingRevision, 'reason' | 'approvedBy' | 'changes'>

/** Why it was done, in the words of who did it, and who approved it. */
export interface EntryNote {
  text: string
  approvedBy: string | null
}

/** Of an acknowledgement its comment, of a flag its reason, of a change its reason; null where nobody said anything. */
export function noteOf(item: JournalItem): EntryNote | null {
  const { event, alarm } = item
  const change = changeOf(item)
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

/** Servers that change settings at run time say what was changed. */
export function changeOf(item: JournalItem & { change?: ChangeNote }): ChangeNote | undefined {
  return item.change
}

function flagNote(flag: JournalItem['alarm']['shelved']): EntryNote | null {
  return flag === null ? null : { text: flag.reason, approvedBy: flag.approvedBy }
}

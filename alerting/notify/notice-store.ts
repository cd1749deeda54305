import type { NoticeState } from '../../contracts/notify/words.ts'
import type { Escalation } from './escalation.ts'
import type { Notice } from './notice.ts'

/** What belongs together: kept whole or not at all. */
export interface NoticeChange {
  /** Entries of the journal up to this one have been looked at. */
  readonly cursor?: number | undefined
  /** As they are from now on; new ones too. */
  readonly notices: readonly Notice[]
  readonly escalations: readonly Escalation[]
  /** Escalations that are over. */
  readonly ended: readonly Pick<Escalation, 'facility' | 'occurrence'>[]
}

/** Where a start goes on. */
export interface OpenNotices {
  /** Undefined before the first change. */
  readonly cursor: number | undefined
  /** Those that wait, oldest first. */
  readonly waiting: readonly Notice[]
  readonly escalations: readonly Escalation[]
}

export interface NoticeQuery {
  /** Any of these; undefined: of all. */
  readonly facilities?: readonly string[]
  readonly alarm?: string
  readonly occurrence?: string
  readonly state?: Exclude<NoticeState, 'sending'>
  /** Notices before this number, newest first. */
  readonly before?: number
  readonly limit: number
}

/** A notice, and its number among all: they count up. */
export interface NumberedNotice {
  readonly n: number
  readonly notice: Notice
}

/** Where notices are kept, beside the journal. */
export interface NoticeStore {
  /** Resolves once it survives a power loss. @throws CodedError JOURNAL_UNWRITABLE */
  changeNotices(change: NoticeChange): Promise<void>
  openNotices(): Promise<OpenNotices>
  /** Newest first. */
  notices(query: NoticeQuery): Promise<NumberedNotice[]>
  notice(id: string): Promise<Notice | undefined>
}

import type { JournalItem } from '../../contracts/api.ts'
import type { AlarmRecord } from '../alarm-record.ts'
import type { UnnumberedItem } from '../alarm-view.ts'

/** One entry on its way into the journal. */
export interface NewEntry {
  /** Deterministic and unique: the same transition can never be entered twice. */
  key: string
  time: number
  alarm: string
  sensor: string
  item: UnnumberedItem
}

/** What belongs together: kept whole or not at all. */
export interface Commit {
  facility: string
  /** Epoch ms. */
  recorded: number
  timezone: string
  entries: readonly NewEntry[]
  /** Key: alarm id. */
  records: ReadonlyMap<string, AlarmRecord>
}

export interface JournalQuery {
  facility?: string
  sensor?: string
  alarm?: string
  /** Event time, epoch ms, inclusive. */
  from?: number
  /** Event time, epoch ms, exclusive. */
  to?: number
  /** Entries before this sequence number, newest first. */
  before?: number
  limit: number
}

/**
 * Alarm states and the append-only journal. One caller commits, never two at once; anybody may read
 * meanwhile. After `close` nothing may be called.
 */
export interface StateStore {
  /** Resolves once the commit survives a power loss, with the entries as they now stand. */
  commit(commit: Commit): Promise<JournalItem[]>
  /** Key: alarm id. */
  records(facility: string): Promise<Map<string, AlarmRecord>>
  /** Newest first. */
  journal(query: JournalQuery): Promise<JournalItem[]>
  /** Entries after a sequence number, oldest first. */
  after(seq: number, limit: number): Promise<JournalItem[]>
  lastSeq(): Promise<number>
  /** What a facility's subscriber keeps between starts; it alone knows what it means. */
  keep(facility: string, name: string, body: string): Promise<void>
  kept(facility: string, name: string): Promise<string | undefined>
  close(): Promise<void>
}

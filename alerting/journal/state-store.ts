import type { JournalItem } from '../../contracts/api.ts'
import type { AlarmKpi, KpiQuery } from '../../contracts/kpi.ts'
import type { KeptGap, LedgerDelta, LedgerQuery, LedgerSum } from '../../contracts/ledger.ts'
import type { AlarmRecord } from '../alarm-record.ts'
import type { UnnumberedItem } from '../alarm-view.ts'
import type { KeptTest } from '../field-tests/field-test.ts'
import type { Revision } from '../settings/revision.ts'
import type { ChainHead } from './chain-table.ts'
import type { KeptRevision } from './setting-table.ts'

/** One entry on its way into the journal. */
export interface NewEntry {
  /** Deterministic and unique: the same transition can never be entered twice. */
  key: string
  time: number
  alarm: string
  sensor: string
  item: UnnumberedItem
}

/** An alarm as it is kept between starts. */
export interface KeptRecord {
  record: AlarmRecord
  /** Number of the last record of the server's log that had been evaluated when it changed. */
  position: number
}

/** What belongs together: kept whole or not at all. */
export interface Commit {
  facility: string
  /** Epoch ms. Entries of one alarm are recorded at strictly increasing times, whatever the clock does. */
  recorded: number
  timezone: string
  entries: readonly NewEntry[]
  /** Key: alarm id. */
  records: ReadonlyMap<string, KeptRecord>
  /** Settings that are in force with it. */
  settings?: readonly KeptRevision[]
  /**
   * Whatever these come of may come again, if the server's log has lost it: what that is, to be found under
   * {@link UNSYNCED} after a start. Undefined leaves what is kept there.
   */
  unsynced?: string
  /** Bump and proof tests as they are after all of this, with those of their sensors that have changed. */
  tests?: readonly KeptTest[]
}

/** Name of what a commit keeps beside the records. */
export const UNSYNCED = 'unsynced'

/** Where a start begins: everything that evaluation has in memory, as it was after a record of the log. */
export interface Checkpoint {
  facility: string
  /** Number of that record. */
  position: number
  /** Its maker alone knows what it means. */
  body: string
  /** Counted since the checkpoint before. */
  ledger: readonly LedgerDelta[]
  gaps: readonly KeptGap[]
}

/** How far the log has been written to the time-series store. */
export interface Drained {
  /** Number of the last record written. */
  position: number
  /** Counted since the one before. */
  ledger: readonly LedgerDelta[]
}

export interface JournalQuery {
  facility?: string
  /** Any of these; undefined: of all. */
  facilities?: readonly string[]
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

export interface TestQuery {
  facility: string
  /** Only those that run, or only those that have ended. */
  isRunning?: boolean
  /** Tests before this number, newest first. */
  before?: number
  limit: number
}

/**
 * Alarm states and the append-only journal. One caller commits, never two at once; anybody may read
 * meanwhile. After `close` nothing may be called.
 */
export interface StateStore {
  /**
   * Resolves once the commit survives a power loss, with the entries as they now stand. An entry that is in the
   * journal already stays as it was, so a commit may be tried again. @throws CodedError JOURNAL_UNWRITABLE
   */
  commit(commit: Commit): Promise<JournalItem[]>
  /** Key: alarm id. */
  records(facility: string): Promise<Map<string, KeptRecord>>
  /** Every revision of settings that were changed at run time, oldest first. Key: alarm id. */
  settings(facility: string): Promise<Map<string, Revision[]>>
  /**
   * Replaces the checkpoint of its facility, in one transaction with its counts. @throws CodedError
   * JOURNAL_UNWRITABLE, and its counts go with the next one
   */
  checkpoint(checkpoint: Checkpoint): Promise<void>
  /** The last one of a facility; undefined before the first. */
  lastCheckpoint(facility: string): Promise<Pick<Checkpoint, 'position' | 'body'> | undefined>
  drained(drained: Drained): Promise<void>
  /** Number of the last record written to the time-series store; 0 before the first. */
  drainedTo(): Promise<number>
  /** One for each gateway that has any row or gap in the window. */
  ledger(query: LedgerQuery): Promise<LedgerSum[]>
  /** Newest first. */
  journal(query: JournalQuery): Promise<JournalItem[]>
  /** Entries after a sequence number, oldest first. */
  after(seq: number, limit: number): Promise<JournalItem[]>
  lastSeq(): Promise<number>
  /** Newest first. */
  tests(query: TestQuery): Promise<KeptTest[]>
  /** How far the chain of each facility goes, in the order of `facilities`. */
  heads(facilities: readonly string[]): Promise<ChainHead[]>
  /** What a facility's subscriber keeps between starts; it alone knows what it means. */
  keep(facility: string, name: string, body: string): Promise<void>
  kept(facility: string, name: string): Promise<string | undefined>
  close(): Promise<void>
}

/** Alarm performance, from the journal. */
export interface KpiStore {
  /** Computed one after the other, apart from all other calls. @throws CodedError KPI_BUSY when too many wait */
  alarmKpi(query: KpiQuery): Promise<AlarmKpi>
}

import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { JournalItem } from '../../contracts/api.ts'
import { CodedError } from '../../contracts/errors.ts'
import type { AlarmKpi, KpiQuery } from '../../contracts/kpi.ts'
import type { LedgerQuery, LedgerSum } from '../../contracts/ledger.ts'
import type { AlarmRecord } from '../alarm-record.ts'
import { JournalWriter, lastSeqOf, type Recorded, readJournal, readJournalAfter } from './journal-table.ts'
import { readAlarmKpi } from './kpi-entries.ts'
import { LedgerWriter, readLedger } from './ledger-table.ts'
import { dataError, openForCommits, openForReading } from './state-schema.ts'
import {
  type Checkpoint,
  type Commit,
  type Drained,
  type JournalQuery,
  type KeptRecord,
  UNSYNCED,
} from './state-store.ts'

/** The writing half of the state database. Synchronous: each call is one transaction, synced to the disk. */
export class StateWriter {
  readonly #database: DatabaseSync
  readonly #journal: JournalWriter
  readonly #ledger: LedgerWriter
  readonly #record: StatementSync
  readonly #checkpoint: StatementSync
  readonly #drained: StatementSync
  readonly #keep: StatementSync

  private constructor(database: DatabaseSync) {
    this.#database = database
    this.#journal = new JournalWriter(database)
    this.#ledger = new LedgerWriter(database)
    this.#record = database.prepare(
      'INSERT OR REPLACE INTO alarm_record (facility, alarm, body, position) VALUES (?, ?, ?, ?)',
    )
    this.#checkpoint = database.prepare(
      'INSERT OR REPLACE INTO checkpoint (facility, position, body) VALUES (?, ?, ?)',
    )
    this.#drained = database.prepare('INSERT OR REPLACE INTO drained (only, position) VALUES (1, ?)')
    this.#keep = database.prepare('INSERT OR REPLACE INTO kept (facility, name, body) VALUES (?, ?, ?)')
  }

  /** `check` looks through the whole file first. @throws CodedError DATA_UNWRITABLE, DATA_NEWER or DATA_DAMAGED */
  static open(path: string, check: boolean): StateWriter {
    return new StateWriter(openForCommits(path, check))
  }

  /** Where each entry stands now. @throws CodedError JOURNAL_UNWRITABLE, as every call does, and nothing is kept */
  commit({ entries, records, unsynced, ...commit }: Commit): Recorded[] {
    return this.#transaction(() => {
      const recorded = this.#journal.enter(entries, commit, commit.recorded)
      for (const [alarm, { record, position }] of records)
        this.#record.run(commit.facility, alarm, JSON.stringify(record), position)
      if (unsynced !== undefined) this.#keep.run(commit.facility, UNSYNCED, unsynced)
      return recorded
    })
  }

  checkpoint({ facility, position, body, ledger, gaps }: Checkpoint): void {
    this.#transaction(() => {
      this.#checkpoint.run(facility, position, body)
      this.#ledger.add(ledger)
      this.#ledger.note(gaps)
    })
  }

  drained({ position, ledger }: Drained): void {
    this.#transaction(() => {
      this.#drained.run(position)
      this.#ledger.add(ledger)
    })
  }

  keep(facility: string, name: string, body: string): void {
    this.#transaction(() => this.#keep.run(facility, name, body))
  }

  /** Folds at most so many hours of the ledger from before `before` and says how many. */
  foldLedger(before: number, limit: number): number {
    return this.#transaction(() => this.#ledger.foldHours(before, limit))
  }

  /** Drops at most so many of its rows, and gaps, from before `before` and says how many. */
  dropLedger(before: number, limit: number): number {
    return this.#transaction(() => this.#ledger.drop(before, limit))
  }

  close(): void {
    this.#database.close()
  }

  #transaction<T>(work: () => T): T {
    const database = this.#database
    try {
      database.exec('BEGIN IMMEDIATE')
      const result = work()
      database.exec('COMMIT')
      this.#journal.committed()
      return result
    } catch (error) {
      this.#journal.rolledBack()
      // A full disk may have rolled the transaction back already.
      if (database.isOpen && database.isTransaction) database.exec('ROLLBACK')
      if (error instanceof CodedError) throw error
      throw new CodedError('JOURNAL_UNWRITABLE', (error as Error).message, { cause: error })
    }
  }
}

/** The reading half, on a connection of its own: each call sees every commit that ended before it. */
export class StateReader {
  readonly #path: string
  readonly #database: DatabaseSync

  /** The file has been opened by a {@link StateWriter} before. */
  constructor(path: string) {
    this.#path = path
    this.#database = this.#coded(() => openForReading(path))
  }

  journal(query: JournalQuery): JournalItem[] {
    return this.#coded(() => readJournal(this.#database, query))
  }

  after(seq: number, limit: number): JournalItem[] {
    return this.#coded(() => readJournalAfter(this.#database, seq, limit))
  }

  lastSeq(): number {
    return this.#coded(() => lastSeqOf(this.#database))
  }

  /** Key: alarm id. */
  records(facility: string): Map<string, KeptRecord> {
    const rows = this.#all('SELECT alarm, body, position FROM alarm_record WHERE facility = ?', facility)
    return new Map(
      rows.map(({ alarm, body, position }) => {
        const record = JSON.parse(String(body)) as AlarmRecord
        return [String(alarm), { record, position: Number(position) }]
      }),
    )
  }

  lastCheckpoint(facility: string): Pick<Checkpoint, 'position' | 'body'> | undefined {
    const [row] = this.#all('SELECT position, body FROM checkpoint WHERE facility = ?', facility)
    return row === undefined ? undefined : { position: Number(row.position), body: String(row.body) }
  }

  drainedTo(): number {
    return Number(this.#all('SELECT position FROM drained')[0]?.position ?? 0)
  }

  ledger(query: LedgerQuery): LedgerSum[] {
    return this.#coded(() => readLedger(this.#database, query))
  }

  /** It takes seconds for a month with many alarms. `onProgress` is told how many entries were read. */
  alarmKpi(query: KpiQuery, onProgress?: (entries: number) => void): AlarmKpi {
    return this.#coded(() => readAlarmKpi(this.#database, query, onProgress))
  }

  kept(facility: string, name: string): string | undefined {
    const [row] = this.#all('SELECT body FROM kept WHERE facility = ? AND name = ?', facility, name)
    return row === undefined ? undefined : String(row.body)
  }

  close(): void {
    this.#database.close()
  }

  #all(sql: string, ...parameters: string[]): Record<string, unknown>[] {
    return this.#coded(() => this.#database.prepare(sql).all(...parameters))
  }

  /** @throws CodedError DATA_DAMAGED or DATA_UNREADABLE */
  #coded<T>(read: () => T): T {
    try {
      return read()
    } catch (error) {
      throw dataError(error, this.#path, 'DATA_UNREADABLE')
    }
  }
}

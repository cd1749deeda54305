import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { JournalItem } from '../../contracts/api.ts'
import { CodedError } from '../../contracts/errors.ts'
import type { AlarmKpi, KpiQuery } from '../../contracts/kpi.ts'
import type { LedgerQuery, LedgerSum } from '../../contracts/ledger.ts'
import type { RegisterEntry } from '../../contracts/register/hazard-api.ts'
import type { AlarmRecord } from '../alarm-record.ts'
import type { Calibration } from '../detectors/calibration.ts'
import type { Inhibition } from '../detectors/inhibition.ts'
import type { KeptTest } from '../field-tests/field-test.ts'
import type { Notice } from '../notify/notice.ts'
import type { NoticeChange, NoticeQuery, NumberedNotice, OpenNotices } from '../notify/notice-store.ts'
import type { AuditEntry, AuditQuery, PeopleChange, PeopleImage } from '../people/people-change.ts'
import type { Revision } from '../settings/revision.ts'
import { readAudit, readAuditHead } from './audit-table.ts'
import { formatHead } from './chain.ts'
import { type ChainHead, readHeads } from './chain-table.ts'
import { ChainWriter, type ChainWriterOptions } from './chain-writer.ts'
import {
  type CalibrationQuery,
  type DetectorCommit,
  DetectorWriter,
  type InhibitionQuery,
  readCalibrations,
  readInhibitions,
  readLastCalibrations,
} from './detector-table.ts'
import { JournalWriter, lastSeqOf, type Recorded, readJournal, readJournalAfter } from './journal-table.ts'
import { readAlarmKpi } from './kpi-entries.ts'
import { LedgerWriter, readLedger } from './ledger-table.ts'
import { NoticeWriter, readNotice, readNotices, readOpenNotices } from './notice-table.ts'
import { chainOlderEntries } from './older-entries.ts'
import { PeopleWriter, readPeople, readPeopleRevision } from './people-table.ts'
import { type DroppedSegment, SegmentDropper } from './segment-dropper.ts'
import { readSettings, SettingWriter } from './setting-table.ts'
import { dataError, openForCommits, openForReading } from './state-schema.ts'
import {
  type Checkpoint,
  type Commit,
  type Drained,
  type JournalQuery,
  type KeptRecord,
  type TestQuery,
  UNSYNCED,
} from './state-store.ts'
import { placeOf, readSteps, type StepCommit, type StepQuery } from './step-table.ts'
import { readTests, TestWriter } from './test-table.ts'

export interface StateWriterOptions extends ChainWriterOptions {
  /** Entries of an older release are linked into the chain: how many are, and of how many. */
  onChained?: ((done: number, total: number) => void) | undefined
}

/** The writing half of the state database. Synchronous: each call is one transaction, synced to the disk. */
export class StateWriter {
  readonly #database: DatabaseSync
  readonly #journal: JournalWriter
  readonly #segments: SegmentDropper
  readonly #ledger: LedgerWriter
  readonly #settings: SettingWriter
  readonly #record: StatementSync
  readonly #checkpoint: StatementSync
  readonly #drained: StatementSync
  readonly #keep: StatementSync
  readonly #tests: TestWriter
  readonly #people: PeopleWriter
  readonly #notices: NoticeWriter
  readonly #detectors: DetectorWriter

  private constructor(database: DatabaseSync, chain: ChainWriter) {
    this.#database = database
    this.#journal = new JournalWriter(database, chain)
    this.#segments = new SegmentDropper(database)
    this.#ledger = new LedgerWriter(database)
    this.#settings = new SettingWriter(database)
    this.#record = database.prepare(
      'INSERT OR REPLACE INTO alarm_record (facility, alarm, body, position) VALUES (?, ?, ?, ?)',
    )
    this.#checkpoint = database.prepare(
      'INSERT OR REPLACE INTO checkpoint (facility, position, body) VALUES (?, ?, ?)',
    )
    this.#drained = database.prepare('INSERT OR REPLACE INTO drained (only, position) VALUES (1, ?)')
    this.#keep = database.prepare('INSERT OR REPLACE INTO kept (facility, name, body) VALUES (?, ?, ?)')
    this.#tests = new TestWriter(database)
    this.#people = new PeopleWriter(database)
    this.#notices = new NoticeWriter(database)
    this.#detectors = new DetectorWriter(database)
  }

  /** `check` looks through the whole file first. @throws CodedError DATA_UNWRITABLE, DATA_NEWER or DATA_DAMAGED */
  static open(path: string, check: boolean, options: StateWriterOptions = {}): StateWriter {
    const database = openForCommits(path, check)
    try {
      const chain = new ChainWriter(database, options)
      chainOlderEntries(database, chain, options.onChained ?? (() => undefined))
      return new StateWriter(database, chain)
    } catch (error) {
      database.close()
      throw dataError(error, path, 'DATA_UNWRITABLE')
    }
  }

  /** Where each entry stands now. @throws CodedError JOURNAL_UNWRITABLE, as every call does, and nothing is kept */
  commit({ entries, records, settings = [], unsynced, tests = [], ...commit }: Commit): Recorded[] {
    return this.#transaction(() => {
      const recorded = this.#journal.enter(entries, commit, commit.recorded)
      for (const [alarm, { record, position }] of records)
        this.#record.run(commit.facility, alarm, JSON.stringify(record), position)
      for (const kept of settings) this.#settings.add(commit.facility, kept)
      if (unsynced !== undefined) this.#keep.run(commit.facility, UNSYNCED, unsynced)
      this.#tests.keep(commit.facility, tests)
      return recorded
    })
  }

  /** Where each stands now. */
  enterSteps(commit: StepCommit): number[] {
    return this.#transaction(() => this.#enter(commit))
  }

  enterDetectors(commit: DetectorCommit): void {
    this.#transaction(() => {
      this.#enter(commit)
      this.#detectors.keep(commit)
    })
  }

  #enter({ entries, recorded, facility, timezone }: StepCommit): number[] {
    const items = entries.map((entry) => ({ ...entry, alarm: '', sensor: placeOf(entry.item) }))
    return this.#journal.enter(items, { facility, timezone }, recorded).map(({ seq }) => seq)
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

  /** Answers with the revision from then on. @throws CodedError PEOPLE_CHANGED when another one was expected */
  changePeople(change: PeopleChange): number {
    return this.#transaction(() => this.#people.change(change))
  }

  changeNotices(change: NoticeChange): void {
    this.#transaction(() => this.#notices.change(change))
  }

  /** Drops at most so many settled notices from before `before` and says how many. */
  dropNotices(before: number, limit: number): number {
    return this.#transaction(() => this.#notices.drop(before, limit))
  }

  /** Folds at most so many hours of the ledger from before `before` and says how many. */
  foldLedger(before: number, limit: number): number {
    return this.#transaction(() => this.#ledger.foldHours(before, limit))
  }

  /** Drops at most so many of its rows, and gaps, from before `before` and says how many. */
  dropLedger(before: number, limit: number): number {
    return this.#transaction(() => this.#ledger.drop(before, limit))
  }

  /** Gives up the oldest segment of each facility that was sealed before `before`, at `now`; epoch ms. */
  markSegments(before: number, now: number): DroppedSegment[] {
    return this.#transaction(() => this.#segments.mark(before, now))
  }

  /** Removes at most so many entries that were given up and says how many. */
  dropEntries(limit: number): number {
    return this.#transaction(() => this.#segments.drop(limit))
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

  steps(query: StepQuery): RegisterEntry[] {
    return this.#coded(() => readSteps(this.#database, query))
  }

  lastSeq(): number {
    return this.#coded(() => lastSeqOf(this.#database))
  }

  /** In the order of `facilities`. */
  heads(facilities: readonly string[]): ChainHead[] {
    return this.#coded(() => readHeads(this.#database, facilities))
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

  /** Key: alarm id. */
  settings(facility: string): Map<string, Revision[]> {
    return this.#coded(() => readSettings(this.#database, facility))
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

  tests(query: TestQuery): KeptTest[] {
    return this.#coded(() => readTests(this.#database, query))
  }

  calibrations(query: CalibrationQuery): Calibration[] {
    return this.#coded(() => readCalibrations(this.#database, query))
  }

  lastCalibrations(facility: string): Calibration[] {
    return this.#coded(() => readLastCalibrations(this.#database, facility))
  }

  inhibitions(query: InhibitionQuery): Inhibition[] {
    return this.#coded(() => readInhibitions(this.#database, query))
  }

  /** It takes seconds for a month with many alarms. `onProgress` is told how many entries were read. */
  alarmKpi(query: KpiQuery, onProgress?: (entries: number) => void): AlarmKpi {
    return this.#coded(() => readAlarmKpi(this.#database, query, onProgress))
  }

  people(): PeopleImage {
    return this.#coded(() => readPeople(this.#database))
  }

  peopleRevision(): number {
    return this.#coded(() => readPeopleRevision(this.#database))
  }

  audit(query: AuditQuery): AuditEntry[] {
    return this.#coded(() => readAudit(this.#database, query))
  }

  auditHead(): string {
    return this.#coded(() => formatHead(readAuditHead(this.#database)))
  }

  openNotices(): OpenNotices {
    return this.#coded(() => readOpenNotices(this.#database))
  }

  notices(query: NoticeQuery): NumberedNotice[] {
    return this.#coded(() => readNotices(this.#database, query))
  }

  notice(id: string): Notice | undefined {
    return this.#coded(() => readNotice(this.#database, id))
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

import { join } from 'node:path'
import type { DetectorStore } from '../../alerting/journal/detector-table.ts'
import { StateReader, StateWriter } from '../../alerting/journal/state-database.ts'
import type {
  Checkpoint,
  Commit,
  Drained,
  JournalQuery,
  KpiStore,
  StateStore,
  TestQuery,
} from '../../alerting/journal/state-store.ts'
import type { StepCommit, StepQuery, StepStore } from '../../alerting/journal/step-table.ts'
import type { NoticeChange, NoticeQuery, NoticeStore } from '../../alerting/notify/notice-store.ts'
import type { AuditQuery, PeopleChange, PeopleStore } from '../../alerting/people/people-change.ts'
import type { KpiQuery } from '../../contracts/kpi.ts'
import type { LedgerQuery } from '../../contracts/ledger.ts'

/** The state database without threads, for tests that are not about them: they start faster. */
export class DirectStates implements StateStore, KpiStore, PeopleStore, NoticeStore, StepStore {
  readonly path: string
  readonly writer: StateWriter
  readonly reader: StateReader
  readonly detectors: DetectorStore = {
    enter: async (commit) => this.writer.enterDetectors(commit),
    calibrations: async (query) => this.reader.calibrations(query),
    lastCalibrations: async (facility) => this.reader.lastCalibrations(facility),
    inhibitions: async (query) => this.reader.inhibitions(query),
  }

  constructor(folder: string) {
    this.path = join(folder, 'state.db')
    this.writer = StateWriter.open(this.path, true)
    this.reader = new StateReader(this.path)
  }

  async commit(commit: Commit) {
    const recorded = this.writer.commit(commit)
    return commit.entries.map(({ item }, index) => {
      const { seq = 0, recorded: at = '' } = recorded[index] ?? {}
      return { seq, ...item, recorded: at }
    })
  }
  async enterSteps(commit: StepCommit) {
    return this.writer.enterSteps(commit)
  }
  async stepEntries(query: StepQuery) {
    return this.reader.steps(query)
  }
  async checkpoint(checkpoint: Checkpoint) {
    this.writer.checkpoint(checkpoint)
  }
  async drained(drained: Drained) {
    this.writer.drained(drained)
  }
  async keep(facility: string, name: string, body: string) {
    this.writer.keep(facility, name, body)
  }
  async records(facility: string) {
    return this.reader.records(facility)
  }
  async settings(facility: string) {
    return this.reader.settings(facility)
  }
  async lastCheckpoint(facility: string) {
    return this.reader.lastCheckpoint(facility)
  }
  async drainedTo() {
    return this.reader.drainedTo()
  }
  async ledger(query: LedgerQuery) {
    return this.reader.ledger(query)
  }
  async journal(query: JournalQuery) {
    return this.reader.journal(query)
  }
  async after(seq: number, limit: number) {
    return this.reader.after(seq, limit)
  }
  async alarmKpi(query: KpiQuery) {
    return this.reader.alarmKpi(query)
  }
  async lastSeq() {
    return this.reader.lastSeq()
  }
  async tests(query: TestQuery) {
    return this.reader.tests(query)
  }

  async heads(facilities: readonly string[]) {
    return this.reader.heads(facilities)
  }
  async people() {
    return this.reader.people()
  }
  async peopleRevision() {
    return this.reader.peopleRevision()
  }
  async changePeople(change: PeopleChange) {
    return this.writer.changePeople(change)
  }
  async audit(query: AuditQuery) {
    return this.reader.audit(query)
  }
  async auditHead() {
    return this.reader.auditHead()
  }
  async changeNotices(change: NoticeChange) {
    this.writer.changeNotices(change)
  }
  async openNotices() {
    return this.reader.openNotices()
  }
  async notices(query: NoticeQuery) {
    return this.reader.notices(query)
  }
  async notice(id: string) {
    return this.reader.notice(id)
  }
  async kept(facility: string, name: string) {
    return this.reader.kept(facility, name)
  }
  async close() {
    this.reader.close()
    this.writer.close()
  }
}

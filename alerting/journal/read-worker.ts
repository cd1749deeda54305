import type { LedgerQuery } from '../../contracts/ledger.ts'
import { serveThread } from '../../contracts/thread.ts'
import type { NoticeQuery } from '../notify/notice-store.ts'
import type { AuditQuery } from '../people/people-change.ts'
import type { CalibrationQuery, InhibitionQuery } from './detector-table.ts'
import { StateReader } from './state-database.ts'
import type { JournalQuery, TestQuery } from './state-store.ts'
import type { StepQuery } from './step-table.ts'
import type { ReadThreadData } from './thread-data.ts'

/** The thread that answers. */
function serve(data: unknown) {
  const database = new StateReader((data as ReadThreadData).path)
  return {
    records: (facility: string) => database.records(facility),
    settings: (facility: string) => database.settings(facility),
    lastCheckpoint: (facility: string) => database.lastCheckpoint(facility),
    drainedTo: () => database.drainedTo(),
    ledger: (query: LedgerQuery) => database.ledger(query),
    journal: (query: JournalQuery) => database.journal(query),
    after: ({ seq, limit }: { seq: number; limit: number }) => database.after(seq, limit),
    calibrations: (query: CalibrationQuery) => database.calibrations(query),
    lastCalibrations: (facility: string) => database.lastCalibrations(facility),
    inhibitions: (query: InhibitionQuery) => database.inhibitions(query),
    steps: (query: StepQuery) => database.steps(query),
    lastSeq: () => database.lastSeq(),
    tests: (query: TestQuery) => database.tests(query),
    heads: (facilities: readonly string[]) => database.heads(facilities),
    kept: ({ facility, name }: { facility: string; name: string }) => database.kept(facility, name),
    openNotices: () => database.openNotices(),
    notices: (query: NoticeQuery) => database.notices(query),
    notice: (id: string) => database.notice(id),
    people: () => database.people(),
    peopleRevision: () => database.peopleRevision(),
    audit: (query: AuditQuery) => database.audit(query),
    auditHead: () => database.auditHead(),
    close: () => database.close(),
  }
}

export type ReadCalls = Omit<ReturnType<typeof serve>, 'close'>

serveThread<ReadCalls>(serve)

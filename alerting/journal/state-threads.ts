import { join } from 'node:path'
import type { JournalItem } from '../../contracts/api.ts'
import { CodedError } from '../../contracts/errors.ts'
import type { AlarmKpi, KpiQuery } from '../../contracts/kpi.ts'
import type { LedgerQuery, LedgerSum } from '../../contracts/ledger.ts'
import type { Logger } from '../../contracts/logger.ts'
import type { RegisterEntry } from '../../contracts/register/hazard-api.ts'
import type { KeptTest } from '../field-tests/field-test.ts'
import type { Notice } from '../notify/notice.ts'
import type {
  NoticeChange,
  NoticeQuery,
  NoticeStore,
  NumberedNotice,
  OpenNotices,
} from '../notify/notice-store.ts'
import type {
  AuditEntry,
  AuditQuery,
  PeopleChange,
  PeopleImage,
  PeopleStore,
} from '../people/people-change.ts'
import type { Revision } from '../settings/revision.ts'
import { formatHead } from './chain.ts'
import type { ChainHead } from './chain-table.ts'
import type { CommitCalls } from './commit-worker.ts'
import { detectorCalls } from './detector-calls.ts'
import type { DetectorStore } from './detector-table.ts'
import { FolderLock } from './folder-lock.ts'
import { KpiDesk } from './kpi-desk.ts'
import type { KpiCalls } from './kpi-worker.ts'
import { LastingThread } from './lasting-thread.ts'
import type { ReadCalls } from './read-worker.ts'
import { ReserveFile } from './reserve-file.ts'
import { type PublishedHead, publishedHead, type Sign, signer } from './signing.ts'
import {
  type Checkpoint,
  type Commit,
  type Drained,
  type JournalQuery,
  type KeptRecord,
  type KpiStore,
  type StateStore,
  type TestQuery,
  UNSYNCED,
} from './state-store.ts'
import type { StepCommit, StepQuery, StepStore } from './step-table.ts'
import { type CommitThreadData, isChainProgress, NO_SPACE, type ReadThreadData } from './thread-data.ts'

/** Enough for thousands of transitions while somebody frees the disk. */
const RESERVE_BYTES = 16 << 20
/** Room for a reserve that is gone is looked for this often, ms. */
const RESTORE_MS = 10_000
/** Alarm performance of 400 days and 10,000 alarms needs a fraction of it. */
const KPI_HEAP_MB = 256
/** What the thread that commits says of a commit; everything else is a thread that does not work. */
const REFUSALS: readonly string[] = ['JOURNAL_UNWRITABLE', 'PEOPLE_CHANGED']
/** Hours folded, and rows dropped, in one transaction: some 5 ms each. */
const FOLD_SLICE = 20
const DROP_SLICE = 1_000
/** Entries of the journal removed in one transaction: each may stand in pages of its own. */
const ENTRY_SLICE = 100

export interface StateThreadsOptions {
  folder: string
  logger: Logger
  /** The reserve was given away, or cannot be made; or it is there again. Must not throw. */
  onReserve: (isThere: boolean) => void
  reserveBytes?: number
  /** Ed25519, PEM: signs what is sealed and what is published of the journal. */
  signingKey?: string | undefined
  /** Stand in for the threads in tests. */
  modules?: { commits: URL; reads: URL; kpi?: URL }
}

/** What the ledger forgets: minutes of hours before `fold`, everything before `drop`; epoch ms. */
export interface LedgerAges {
  fold: number
  drop: number
}

/**
 * The state database in one folder, held by one process: a thread that commits, one that answers, and
 * one that computes alarm performance, so that neither a slow disk nor a long query holds up the evaluation of
 * alarms, nor the figures of a month other answers.
 */
export class StateThreads implements StateStore, KpiStore, PeopleStore, NoticeStore, StepStore {
  readonly detectors: DetectorStore
  readonly #lock: FolderLock
  readonly #commits: LastingThread<CommitCalls>
  readonly #reads: LastingThread<ReadCalls>
  readonly #kpi: LastingThread<KpiCalls>
  readonly #kpiDesk: KpiDesk
  readonly #reserve: ReserveFile
  readonly #logger: Logger
  readonly #onReserve: (isThere: boolean) => void
  readonly #sign: Sign | undefined
  #timer: NodeJS.Timeout | undefined
  /** Facilities that something was committed of. */
  readonly #committed = new Set<string>()
  /** The last commit stands. */
  #isWorking = true
  /** The reserve is being given away or made; one at a time. */
  #reserving: Promise<void> = Promise.resolve()
  #wasReserved: boolean | undefined

  private constructor(options: StateThreadsOptions, lock: FolderLock) {
    const { folder, logger, modules, signingKey } = options
    const path = join(folder, 'state.db')
    this.#lock = lock
    this.#logger = logger
    this.#onReserve = options.onReserve
    this.#sign = signer(signingKey)
    this.#reserve = new ReserveFile({
      path: join(folder, 'reserve'),
      bytes: options.reserveBytes ?? RESERVE_BYTES,
    })
    this.#commits = new LastingThread({
      module: modules?.commits ?? new URL('./commit-worker.ts', import.meta.url),
      name: 'the journal',
      data: (isFirst): CommitThreadData => ({ path, check: isFirst, signingKey }),
      onNews: (news) => {
        if (news === NO_SPACE) this.#spend()
        else if (isChainProgress(news))
          logger.info(news, 'entries of an older release are linked into the chain of the journal')
      },
      logger,
    })
    this.#reads = new LastingThread({
      module: modules?.reads ?? new URL('./read-worker.ts', import.meta.url),
      name: 'the reader of the journal',
      data: (): ReadThreadData => ({ path }),
      logger,
    })
    this.#kpi = new LastingThread({
      module: modules?.kpi ?? new URL('./kpi-worker.ts', import.meta.url),
      name: 'the thread of alarm performance',
      data: (): ReadThreadData => ({ path }),
      heapMb: KPI_HEAP_MB,
      logger,
    })
    this.detectors = detectorCalls((commit) => this.#keep('enterDetectors', commit), this.#reads)
    this.#kpiDesk = new KpiDesk((query) => this.#kpi.call('alarmKpi', query))
  }

  /** @throws CodedError DATA_UNWRITABLE, DATA_IN_USE, DATA_NEWER or DATA_DAMAGED */
  static async open(options: StateThreadsOptions): Promise<StateThreads> {
    const lock = FolderLock.take(options.folder)
    const states = new StateThreads(options, lock)
    // It loads meanwhile; what it opens, it opens with the first question.
    states.#reads.start()
    try {
      await states.#commits.call('open', undefined)
    } catch (error) {
      await Promise.all([states.#commits.kill(), states.#reads.kill()])
      lock.release()
      throw error
    }
    states.#restore()
    states.#timer = setInterval(() => states.#restore(), RESTORE_MS)
    return states
  }

  async commit(commit: Commit): Promise<JournalItem[]> {
    try {
      const recorded = await this.#keep('commit', commit)
      this.#isWorking = true
      if (commit.entries.length > 0) this.#committed.add(commit.facility)
      return commit.entries.flatMap(({ item }, index) => {
        const at = recorded[index]
        return at === undefined ? [] : [{ seq: at.seq, ...item, recorded: at.recorded }]
      })
    } catch (error) {
      this.#isWorking = false
      // Whoever tries again finds the room that was made.
      await this.#reserving
      throw error
    }
  }

  async enterSteps(commit: StepCommit): Promise<readonly number[]> {
    const places = await this.#keep('enterSteps', commit)
    this.#committed.add(commit.facility)
    return places
  }

  stepEntries(query: StepQuery): Promise<RegisterEntry[]> {
    return this.#reads.call('steps', query)
  }

  checkpoint(checkpoint: Checkpoint): Promise<void> {
    return this.#keep('checkpoint', checkpoint)
  }

  drained(drained: Drained): Promise<void> {
    return this.#keep('drained', drained)
  }

  keep(facility: string, name: string, body: string): Promise<void> {
    return this.#keep('keep', { facility, name, body })
  }

  changePeople(change: PeopleChange): Promise<number> {
    return this.#keep('changePeople', change)
  }

  people(): Promise<PeopleImage> {
    return this.#reads.call('people', undefined)
  }

  peopleRevision(): Promise<number> {
    return this.#reads.call('peopleRevision', undefined)
  }

  audit(query: AuditQuery): Promise<AuditEntry[]> {
    return this.#reads.call('audit', query)
  }

  auditHead(): Promise<string> {
    return this.#reads.call('auditHead', undefined)
  }

  changeNotices(change: NoticeChange): Promise<void> {
    return this.#keep('changeNotices', change)
  }

  openNotices(): Promise<OpenNotices> {
    return this.#reads.call('openNotices', undefined)
  }

  notices(query: NoticeQuery): Promise<NumberedNotice[]> {
    return this.#reads.call('notices', query)
  }

  notice(id: string): Promise<Notice | undefined> {
    return this.#reads.call('notice', id)
  }

  /** A slice at a time, between commits; answers how many rows and gaps it dropped. */
  async prune({ fold, drop }: LedgerAges): Promise<number> {
    while ((await this.#keep('foldLedger', { before: fold, limit: FOLD_SLICE })) > 0);
    let dropped = 0
    for (;;) {
      const slice = await this.#keep('dropLedger', { before: drop, limit: DROP_SLICE })
      if (slice === 0) return dropped
      dropped += slice
    }
  }

  /** Forgets settled notices from before `before`, epoch ms, likewise. */
  async dropNotices(before: number): Promise<void> {
    while ((await this.#keep('dropNotices', { before, limit: DROP_SLICE })) > 0);
  }

  /**
   * Gives up segments of the journal that were sealed before `before`, at `now`, epoch ms: the oldest of each
   * facility, so that who calls now and then stays ahead. Answers how many entries went.
   */
  async dropSegments(before: number, now: number): Promise<number> {
    for (const segment of await this.#keep('markSegments', { before, now }))
      this.#logger.info(segment, 'a segment of the journal is past its retention')
    let dropped = 0
    for (;;) {
      const slice = await this.#keep('dropEntries', ENTRY_SLICE)
      if (slice === 0) return dropped
      dropped += slice
    }
  }

  records(facility: string): Promise<Map<string, KeptRecord>> {
    return this.#reads.call('records', facility)
  }

  settings(facility: string): Promise<Map<string, Revision[]>> {
    return this.#reads.call('settings', facility)
  }

  lastCheckpoint(facility: string): Promise<Pick<Checkpoint, 'position' | 'body'> | undefined> {
    return this.#reads.call('lastCheckpoint', facility)
  }

  drainedTo(): Promise<number> {
    return this.#reads.call('drainedTo', undefined)
  }

  ledger(query: LedgerQuery): Promise<LedgerSum[]> {
    return this.#reads.call('ledger', query)
  }

  journal(query: JournalQuery): Promise<JournalItem[]> {
    return this.#reads.call('journal', query)
  }

  alarmKpi(query: KpiQuery): Promise<AlarmKpi> {
    return this.#kpiDesk.ask(query)
  }

  after(seq: number, limit: number): Promise<JournalItem[]> {
    return this.#reads.call('after', { seq, limit })
  }

  lastSeq(): Promise<number> {
    return this.#reads.call('lastSeq', undefined)
  }

  tests(query: TestQuery): Promise<KeptTest[]> {
    return this.#reads.call('tests', query)
  }

  heads(facilities: readonly string[]): Promise<ChainHead[]> {
    return this.#reads.call('heads', facilities)
  }

  /** The same as they are published at `time`, epoch ms: signed, where there is a key. */
  async publishedHeads(facilities: readonly string[], time: number): Promise<PublishedHead[]> {
    const heads = await this.heads(facilities)
    return heads.map((head) => publishedHead(head, time, this.#sign))
  }

  kept(facility: string, name: string): Promise<string | undefined> {
    return this.#reads.call('kept', { facility, name })
  }

  /** What the last commit kept of that kind, see {@link Commit}. */
  unsynced(facility: string): Promise<string | undefined> {
    return this.kept(facility, UNSYNCED)
  }

  /** What was asked to be kept is kept; who still waits for an answer is told that it has ended. */
  async close(): Promise<void> {
    clearInterval(this.#timer)
    await this.#tellHeads()
    // Last of all the one that commits, since it tidies the file up as it closes.
    await Promise.all([this.#reads.kill(), this.#kpi.kill()])
    await this.#commits.close()
    await this.#reserving
    this.#lock.release()
  }

  /** What was entered after the heads were published for the last time is in the log at least. */
  async #tellHeads(): Promise<void> {
    if (this.#committed.size === 0) return
    try {
      for (const { facility, n, hash } of await this.heads([...this.#committed]))
        this.#logger.info({ facility, head: formatHead({ n, hash }) }, 'the journal is closed with this head')
    } catch (error) {
      this.#logger.warn({ error: String(error) }, 'the journal is closed, and its head is not known')
    }
  }

  /** @throws CodedError JOURNAL_UNWRITABLE, or PEOPLE_CHANGED */
  async #keep<K extends keyof CommitCalls>(
    name: K,
    argument: Parameters<CommitCalls[K]>[0],
  ): Promise<Awaited<ReturnType<CommitCalls[K]>>> {
    try {
      return await this.#commits.call(name, argument)
    } catch (error) {
      if (error instanceof CodedError && REFUSALS.includes(error.code)) throw error
      throw new CodedError('JOURNAL_UNWRITABLE', (error as Error).message, { cause: error })
    }
  }

  /** The journal has no room left: it gets that of the reserve. */
  #spend(): void {
    if (!this.#reserve.isThere) return
    this.#reserving = this.#reserving.then(async () => {
      try {
        await this.#reserve.release()
        this.#logger.error({}, 'the disk is full: the journal lives on its reserve')
      } catch (error) {
        this.#logger.error({ error: String(error) }, 'the reserve of the journal cannot be given away')
      }
      this.#tellReserve()
    })
  }

  /** Makes the reserve when it is not there and nobody else needs the room. */
  #restore(): void {
    if (this.#reserve.isThere || !this.#isWorking) return
    this.#reserving = this.#reserving.then(async () => {
      try {
        await this.#reserve.restore()
      } catch (error) {
        this.#logger.debug({ error: String(error) }, 'no reserve for the journal yet')
      }
      this.#tellReserve()
    })
  }

  #tellReserve(): void {
    const { isThere } = this.#reserve
    if (isThere === this.#wasReserved) return
    this.#wasReserved = isThere
    this.#logger.info({ isThere }, 'the reserve of the journal')
    this.#onReserve(isThere)
  }
}

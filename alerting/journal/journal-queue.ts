import type { JournalItem } from '../../contracts/api.ts'
import type { SteadyClock } from '../../contracts/clock.ts'
import { CodedError } from '../../contracts/errors.ts'
import type { Facility } from '../../contracts/facility.ts'
import type { Logger } from '../../contracts/logger.ts'
import type { UnnumberedItem } from '../alarm-view.ts'
import type { UnkeptTest } from '../field-tests/field-test.ts'
import type { KeptRevision } from './setting-table.ts'
import type { Commit, KeptRecord, NewEntry, StateStore } from './state-store.ts'

/** A journal entry on its way to people; without a number when the journal could not be written in time. */
export type Told = JournalItem | (UnnumberedItem & { seq?: undefined })

/** An alarm is told after this even when the journal cannot commit it (DESIGN section 6), ms. */
export const JOURNAL_DEADLINE_MS = 500
/** Entries that wait for a journal that fails, some 2 kB each; beyond, the oldest are lost and counted. */
export const MAX_WAITING = 20_000
const RETRY_MS = 1_000
/** Entries of one commit: each takes some 0.1 ms, and people wait for all of them. */
const SLICE = 100

interface Waiting {
  entries: NewEntry[]
  /** Key: alarm id. */
  records: Map<string, KeptRecord>
  settle: { resolve: () => void; reject: (error: Error) => void }[]
}

/** What is in force only once it stands in the journal, and is nothing until then. */
export interface Proposal {
  /**
   * What is to be committed, all of it or nothing, as things are when its commit is put together.
   * @throws CodedError when it is refused
   */
  prepare(): { entry: NewEntry; record: KeptRecord; setting: KeptRevision }
  /** Its commit stands, and nobody was told yet. Must not throw. */
  apply(): void
}

interface Proposed {
  proposal: Proposal
  resolve: () => void
  reject: (error: Error) => void
}

export interface JournalQueueOptions {
  facility: Pick<Facility, 'id'>
  /** Of the facility as it is now. */
  timezone: () => string
  states: Pick<StateStore, 'commit'>
  clock: SteadyClock
  /** See {@link Commit}. Called when a commit is put together, with everything up to then in it. */
  unsynced?: () => string | undefined
  /** Bump and proof tests that are to be kept, likewise; and that they are. */
  tests?: { unkept(): readonly UnkeptTest[]; kept(tests: readonly UnkeptTest[]): void }
  /** Called after the commit, in the order of the journal. */
  tell: (told: Told) => void
  /** The journal cannot be written, or can be written again. */
  onFailing: (isFailing: boolean) => void
  logger: Logger
}

/**
 * Commits what evaluation changes, one commit at a time, and tells people only then; what comes meanwhile
 * goes with the next one. When the journal fails or hangs everything is told at once all the same, marked
 * `journalled: false`, and entered, in order and once, when it works again.
 */
export class JournalQueue {
  readonly #options: JournalQueueOptions
  #waiting: Waiting = { entries: [], records: new Map(), settle: [] }
  /** Each goes with a commit of its own. */
  readonly #proposed: Proposed[] = []
  #committing: Waiting | undefined
  #running: Promise<void> | undefined
  #failing = false
  #stopped = false
  #retry: NodeJS.Timeout | undefined
  /** Entries that no journal will ever hold. */
  lost = 0

  constructor(options: JournalQueueOptions) {
    this.#options = options
  }

  /**
   * Resolves when this, and all that came before it, is committed; rejects with JOURNAL_UNWRITABLE when it
   * has to wait for a journal that fails.
   */
  add(entries: readonly NewEntry[], records: ReadonlyMap<string, KeptRecord>): Promise<void> {
    const waiting = this.#waiting
    waiting.entries.push(...entries)
    for (const [alarm, record] of records) waiting.records.set(alarm, record)
    if (this.#failing) {
      this.#tellUnjournalled(entries)
      this.#bound()
      return Promise.reject(new CodedError('JOURNAL_UNWRITABLE', 'the journal is being tried again'))
    }
    if (records.size === 0 && this.#running === undefined) return Promise.resolve()
    return new Promise((resolve, reject) => {
      waiting.settle.push({ resolve, reject })
      this.#run()
    })
  }

  /**
   * Resolves when a proposal stands in the journal and is in force. Rejects with why it is refused, and with
   * JOURNAL_UNWRITABLE when the journal fails: it is not tried again. Whether a commit that failed stands all the same
   * can be read from the store then.
   */
  propose(proposal: Proposal): Promise<void> {
    if (this.#failing)
      return Promise.reject(new CodedError('JOURNAL_UNWRITABLE', 'the journal is being tried again'))
    return new Promise((resolve, reject) => {
      this.#proposed.push({ proposal, resolve, reject })
      this.#run()
    })
  }

  /** The alarm changed, and the journal does not know. */
  isUnwritten(alarm: string): boolean {
    if (!this.#failing) return false
    return this.#waiting.records.has(alarm) || this.#committing?.records.has(alarm) === true
  }

  /** Tries what waits once more; nothing is tried again afterwards. */
  async stop(): Promise<void> {
    this.#stopped = true
    clearTimeout(this.#retry)
    await this.#running
    this.#run()
    await this.#running
    if (this.#waiting.entries.length > 0)
      this.#options.logger.error({ entries: this.#waiting.entries.length }, 'stopped without the journal')
  }

  #run(): void {
    if (this.#hasWork()) this.#running ??= this.#commitAll()
  }

  #hasWork(): boolean {
    const { records, settle } = this.#waiting
    return records.size > 0 || settle.length > 0 || this.#proposed.length > 0
  }

  async #commitAll(): Promise<void> {
    for (let isWorking = true; isWorking && this.#hasWork(); ) {
      const batch = this.#next()
      this.#committing = batch
      isWorking = await this.#commit(batch, this.#waiting.entries.length === 0)
    }
    // At once with the last look at what waits, so that whoever comes next starts anew.
    this.#committing = undefined
    this.#running = undefined
  }

  /**
   * What goes with the next commit: all of it, or the first of very much, life safety before all, so that people are
   * told of those meanwhile.
   * An alarm is kept with its last entry: what a crash leaves behind is evaluated again and comes under the same keys.
   */
  #next(): Waiting {
    const waiting = this.#waiting
    if (waiting.entries.length <= 2 * SLICE) {
      this.#waiting = { entries: [], records: new Map(), settle: [] }
      return waiting
    }
    const isUrgent = ({ item }: NewEntry) => item.alarm.lifeSafety
    // Of each alarm they stay in their order.
    const sorted = [
      ...waiting.entries.filter(isUrgent),
      ...waiting.entries.filter((entry) => !isUrgent(entry)),
    ]
    const entries = sorted.slice(0, SLICE)
    waiting.entries = sorted.slice(SLICE)
    const later = new Set(waiting.entries.map(({ alarm }) => alarm))
    const records = new Map<string, KeptRecord>()
    for (const { alarm } of entries) {
      const record = waiting.records.get(alarm)
      if (record === undefined || later.has(alarm)) continue
      records.set(alarm, record)
      waiting.records.delete(alarm)
    }
    return { entries, records, settle: [] }
  }

  /** `isAll`: nothing that waited before is left for later. */
  async #commit(batch: Waiting, isAll: boolean): Promise<boolean> {
    const { facility, timezone, states, clock } = this.#options
    const unsynced = this.#options.unsynced?.()
    // They are as they stand after all of it.
    const tests = isAll ? (this.#options.tests?.unkept() ?? []) : []
    const { settle } = batch
    const proposed = isAll ? this.#prepared() : undefined
    const deadline = setTimeout(() => {
      // A thread that was busy itself sees the deadline before the answer that came long ago.
      verdict = setImmediate(() => this.#fail(batch, 'the journal hangs'))
    }, JOURNAL_DEADLINE_MS)
    let verdict: NodeJS.Immediate | undefined
    let items: JournalItem[]
    try {
      const recorded = clock.now()
      items = await states.commit({
        facility: facility.id,
        timezone: timezone(),
        recorded,
        ...withProposal(batch, proposed?.prepared),
        ...(unsynced === undefined ? {} : { unsynced }),
        ...(tests.length === 0
          ? {}
          : {
              tests: tests.map(({ body, sensors }) => ({
                ...body,
                sensors: sensors.map(({ body: sensor }) => sensor),
              })),
            }),
      })
    } catch (error) {
      this.#fail(batch, (error as Error).message)
      for (const { reject } of settle) reject(error as Error)
      proposed?.reject(error as Error)
      this.#putBack(batch)
      return false
    } finally {
      clearTimeout(deadline)
      clearImmediate(verdict)
    }
    proposed?.proposal.apply()
    this.#options.tests?.kept(tests)
    for (const item of items) this.#tell(item)
    for (const { resolve } of settle) resolve()
    proposed?.resolve()
    if (this.#failing) this.#recover()
    return true
  }

  /** The next proposal that is not refused. */
  #prepared(): (Proposed & { prepared: ReturnType<Proposal['prepare']> }) | undefined {
    for (let next = this.#proposed.shift(); next !== undefined; next = this.#proposed.shift()) {
      try {
        return { ...next, prepared: next.proposal.prepare() }
      } catch (error) {
        next.reject(error as Error)
      }
    }
    return undefined
  }

  /** What nobody was told yet is told now; and the loudest alarm there is goes up. */
  #fail(batch: Waiting, reason: string): void {
    if (this.#failing) return
    this.#failing = true
    this.#options.logger.error({ reason }, 'the journal cannot be written')
    this.#tellUnjournalled(batch.entries)
    this.#tellUnjournalled(this.#waiting.entries)
    for (const { reject } of this.#waiting.settle.splice(0))
      reject(new CodedError('JOURNAL_UNWRITABLE', reason))
    for (const { reject } of this.#proposed.splice(0)) reject(new CodedError('JOURNAL_UNWRITABLE', reason))
    this.#options.onFailing(true)
  }

  #recover(): void {
    this.#failing = false
    this.#options.logger.info({ lost: this.lost }, 'the journal is written again')
    this.#options.onFailing(false)
  }

  #putBack({ entries, records }: Waiting): void {
    const later = this.#waiting
    this.#waiting = {
      entries: [...entries, ...later.entries],
      records: new Map([...records, ...later.records]),
      settle: later.settle,
    }
    this.#bound()
    if (!this.#stopped) this.#retry = setTimeout(() => this.#run(), RETRY_MS)
  }

  #bound(): void {
    const surplus = this.#waiting.entries.length - MAX_WAITING
    if (surplus <= 0) return
    if (this.lost === 0)
      this.#options.logger.error({}, 'entries are lost to a journal that cannot be written')
    this.lost += surplus
    this.#waiting.entries.splice(0, surplus)
  }

  #tellUnjournalled(entries: readonly NewEntry[]): void {
    for (const { item } of entries) this.#tell({ ...item, alarm: { ...item.alarm, journalled: false } })
  }

  /** Somebody who cannot listen keeps nothing from the others, and nothing from the journal. */
  #tell(told: Told): void {
    try {
      this.#options.tell(told)
    } catch (error) {
      this.#options.logger.error({ alarm: told.alarm.id, error: String(error) }, 'an alarm could not be told')
    }
  }
}

/** A proposal stands behind everything that waited before it. */
function withProposal(
  { entries, records }: Waiting,
  prepared: ReturnType<Proposal['prepare']> | undefined,
): Pick<Commit, 'entries' | 'records' | 'settings'> {
  if (prepared === undefined) return { entries, records }
  const { entry, record, setting } = prepared
  return {
    entries: [...entries, entry],
    records: new Map([...records, [entry.alarm, record]]),
    settings: [setting],
  }
}

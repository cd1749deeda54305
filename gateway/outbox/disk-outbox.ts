import type { Clock } from '../../contracts/clock.ts'
import type { Logger } from '../../contracts/logger.ts'
import type { SeqRange } from '../../contracts/seq-ranges.ts'
import type { Gap, GapReason } from '../../contracts/wire.ts'
import { withinMs } from './alarm.ts'
import type { BatchToKeep, CommitReport, CommitRequest, OpenReport } from './disk/disk-calls.ts'
import { DiskKeeper, type Keeping } from './disk-keeper.ts'
import { type StartDisk, startDiskThread } from './disk-link.ts'
import { FileMirror } from './file-mirror.ts'
import { Front, gapOf } from './front.ts'
import { Losses } from './losses.ts'
import { MOST_MEMORY_BYTES } from './memory-outbox.ts'
import {
  type BatchKey,
  type BatchSummary,
  firstOf,
  keyOf,
  type Outbox,
  type OutboxEvents,
  type OutboxStats,
  type SealedBatch,
} from './outbox.ts'
import { NO_TALLY, type NumberedTally, type Tally } from './tally.ts'
import { TallyFile, TallyNumbers } from './tally-file.ts'
import { memoryPathOf, TallyPlace } from './tally-place.ts'

export interface DiskOutboxOptions {
  readonly path: string
  readonly maxBytes: number
  readonly maxAgeMs: number
  readonly clock: Clock
  readonly logger: Logger
  readonly events: OutboxEvents
  /** Readings that are in no batch yet, as the batch that would be next; undefined when there are none. */
  readonly pending: () => BatchSummary | undefined
  /** What is not confirmed after this is written: a batch that is confirmed at once never touches the disk. */
  readonly commitAfterMs?: number
  /** A folder of a file system that is memory, for what a kill costs: it waits for no disk. */
  readonly memoryFolder?: string
  /** Tests have disks of their own. */
  readonly startDisk?: StartDisk
}

const COMMIT_AFTER_MS = 250
/** With a batch that is due go those that are at least this old, as a share: younger ones may yet be confirmed. */
const WRITE_FROM = 0.5
/** Payloads in memory that are written at once, and payloads written in one transaction, bytes. */
const MUCH_BYTES = 1e6
const COMMIT_BYTES = 4e6
/** However small the file may be, the memory in front of it holds some seconds. */
const LEAST_MEMORY_BYTES = 1e6
/**
 * While the file holds any batch its clock is written, and what is too old evicted, at least this often, ms; while
 * it is in trouble it is tried this often, if nothing else is to be written.
 */
const HOUSEKEEPING_MS = { calm: 60_000, trouble: 10_000 } as const
/** After a commit that found no room for all, ms. */
const NO_ROOM_PAUSE_MS = 1_000
/** An orderly end takes at most this long, ms: for the file, and for the tally after it. */
const CLOSE_MS = { file: 1_500, tally: 400 } as const

/**
 * An outbox on the disk. What was sealed lately stands in memory, in front of the file; what is confirmed there
 * never reaches it. A thread of its own writes and reads the file, several batches at a time; what stands in it
 * is known here by number alone.
 */
export class DiskOutbox implements Outbox {
  readonly #options: DiskOutboxOptions
  readonly #commitAfterMs: number
  readonly #keeper: DiskKeeper
  readonly #tallyNumbers = new TallyNumbers()
  readonly #tallies: readonly TallyFile[]
  readonly #front = new Front()
  readonly #losses = new Losses()
  readonly #file = new FileMirror()
  /** Keys of {@link keyOf} that a commit is writing now. */
  #writing = new Set<string>()
  /** Since when something but batches waits to be written, monotonic ms. */
  #changedSince: number | undefined
  #lastCommit: number
  /** No commit before: the last one found no room for all, monotonic ms. */
  #notBefore = Number.NEGATIVE_INFINITY
  readonly #startedAt: number
  /** Age of the file at monotonic time 0, ms; known once it is open. */
  #age0 = 0
  /** What the process before left, until the file was settled with it. */
  #left = NO_TALLY
  #commits = 0

  constructor(options: DiskOutboxOptions) {
    const { path, maxBytes, maxAgeMs, clock, logger } = options
    const { startDisk = startDiskThread, commitAfterMs = COMMIT_AFTER_MS, memoryFolder } = options
    const memoryPath = memoryPathOf(path, memoryFolder)
    this.#options = options
    this.#commitAfterMs = commitAfterMs
    this.#startedAt = clock.monotonic()
    this.#lastCommit = this.#startedAt
    const tallyAt = (place: TallyPlace) =>
      new TallyFile({
        place,
        numbers: this.#tallyNumbers,
        compose: () => this.#tally(),
        monotonic: () => clock.monotonic(),
      })
    const inMemory = memoryPath === undefined ? [] : [{ path: memoryPath, isMemory: true }]
    this.#tallies = [...inMemory, { path, isMemory: false }].map((place) => tallyAt(new TallyPlace(place)))
    const keeping: Keeping = {
      locked: (found) => this.#locked(found),
      dueIn: () => this.#dueIn(),
      request: (isLast) => this.#request(isLast),
      opened: (report) => this.#opened(report),
      committed: (request, report) => this.#committed(request, report),
      failed: (request) => this.#failed(request),
    }
    this.#keeper = new DiskKeeper({
      file: { path, maxBytes, maxAgeMs, ...(memoryPath === undefined ? {} : { memoryPath }) },
      start: startDisk,
      keeping,
      logger,
    })
  }

  async open(): Promise<void> {
    await this.#keeper.open()
  }

  append(batch: SealedBatch): void {
    const wasIdle = this.#front.size === 0
    this.#front.add(batch, this.#now())
    this.#losses.carriedBy(batch)
    for (const oldest of this.#front.overflow(this.#maxMemory, () => this.#spared()))
      this.#evict(oldest, 'full')
    this.#touchTallies()
    if (wasIdle || this.#front.bytes >= MUCH_BYTES) this.#keeper.wake()
  }

  awaitBatch(): void {
    this.#touchTallies()
  }

  confirm(epoch: string, ranges: readonly SeqRange[]): void {
    const before = this.#front.size
    for (const batch of this.#front.within(epoch, ranges)) this.#front.remove(batch)
    const isInFile = this.#file.confirm(epoch, ranges)
    this.#losses.confirmed(epoch, ranges)
    if (isInFile || this.#losses.hasChanges) this.#changed()
    if (this.#front.size < before) this.#touchTallies()
  }

  expire(): void {
    const before = this.#now() - this.#options.maxAgeMs
    for (const oldest of this.#front.keptBefore(before, () => this.#spared())) this.#evict(oldest, 'expired')
  }

  *keys(): Generator<BatchKey> {
    yield* this.#file.keys()
    for (const { batch } of this.#front) yield batch
  }

  payload(key: BatchKey): Buffer | undefined {
    return this.#front.get(key)?.payload
  }

  async fetch(keys: readonly BatchKey[]): Promise<(Buffer | undefined)[]> {
    // What is in memory now may be on the disk by the time that answers.
    const kept = keys.map((key) => this.payload(key))
    const wanted = keys.filter((key, n) => kept[n] === undefined && this.#file.has(key))
    const found = new Map<string, Buffer>()
    try {
      const payloads = wanted.length === 0 ? [] : await this.#keeper.fetch(wanted)
      for (const [n, key] of wanted.entries()) {
        const payload = payloads[n]
        if (payload instanceof Uint8Array) found.set(keyOf(key), asBuffer(payload))
        // Confirmed meanwhile, or the file does not have what it should have.
        else if (this.#file.has(key)) {
          this.#file.missed(key)
          this.#gone(key.epoch, [[key.seq, key.seq]])
          this.#changed()
        }
      }
    } catch {
      // The keeper tells what is wrong; it is asked for again later.
    }
    return keys.map((key, n) => kept[n] ?? found.get(keyOf(key)))
  }

  takeGaps(): Gap[] {
    return this.#losses.take(this.#keeper.isWriting)
  }

  stats(): OutboxStats {
    const { full, expired, damaged } = this.#losses.counts
    const { size, state } = this.#file
    const onDisk = size === 0 ? undefined : state
    const { trouble } = this.#keeper
    return {
      batches: size + this.#front.size,
      readings: (onDisk?.readings ?? 0) + this.#front.readings,
      oldest: onDisk?.oldest ?? this.#front.oldest?.batch.from ?? null,
      ...(state === undefined ? {} : { first: firstOf(this.keys()) }),
      evictedReadings: full + expired + damaged,
      bytes: state?.bytes ?? 0,
      ...(trouble === undefined ? {} : { trouble }),
      gaps: { ...this.#losses.counts },
      commits: this.#commits,
    }
  }

  async close(): Promise<void> {
    await this.#keeper.close(CLOSE_MS.file)
    await withinMs(CLOSE_MS.tally, Promise.all(this.#tallies.map((tally) => tally.close())))
  }

  get #maxMemory(): number {
    return Math.min(Math.max(this.#options.maxBytes, LEAST_MEMORY_BYTES), MOST_MEMORY_BYTES)
  }

  #spared(): BatchKey[] {
    const writing = [...this.#front].filter(({ batch }) => this.#writing.has(keyOf(batch)))
    return [...this.#options.events.underWay(), ...writing.map(({ batch }) => batch)]
  }

  #evict(batch: SealedBatch, reason: GapReason): void {
    this.#front.remove(batch)
    this.#losses.add(gapOf(batch, reason))
    this.#gone(batch.epoch, [[batch.seq, batch.seq]])
    this.#changed()
  }

  #gone(epoch: string, ranges: readonly SeqRange[]): void {
    this.#losses.dropped(epoch, ranges)
    this.#options.events.onGone(epoch, ranges)
  }

  #changed(): void {
    if (this.#changedSince !== undefined) return
    this.#changedSince = this.#now()
    this.#keeper.wake()
  }

  #dueIn(): number | undefined {
    const wait = this.#notBefore - this.#now()
    if (wait > 0) return wait
    if (this.#front.bytes >= MUCH_BYTES) return 0
    const since = Math.min(
      this.#front.oldest?.since ?? Number.POSITIVE_INFINITY,
      this.#changedSince ?? Number.POSITIVE_INFINITY,
    )
    const at = Math.min(since + this.#commitAfterMs, this.#lastCommit + this.#housekeepingMs)
    return Number.isFinite(at) ? at - this.#now() : undefined
  }

  #request(isLast: boolean): CommitRequest | undefined {
    const now = this.#now()
    const isUrgent = isLast || this.#front.bytes >= MUCH_BYTES
    const batches = this.#toWrite(isUrgent ? now : now - WRITE_FROM * this.#commitAfterMs)
    const isHousekeeping = now - this.#lastCommit >= this.#housekeepingMs
    const hasOther = this.#file.hasDeletions || this.#losses.hasChanges
    if (!hasOther) this.#changedSince = undefined
    if (batches.length === 0 && !hasOther && !isHousekeeping) return undefined
    this.#writing = new Set(batches.map(keyOf))
    this.#changedSince = undefined
    return {
      age: this.#age0 + now,
      batches,
      ...this.#file.takeDeletions(),
      spared: [...this.#options.events.underWay()].filter((key) => this.#file.has(key)),
      isPressed: isLast || this.#front.bytes >= this.#maxMemory / 2,
      ...this.#losses.beginCommit(),
    }
  }

  get #housekeepingMs(): number {
    if (this.#keeper.trouble !== undefined) return HOUSEKEEPING_MS.trouble
    return this.#file.size > 0 ? HOUSEKEEPING_MS.calm : Number.POSITIVE_INFINITY
  }

  #toWrite(before: number): BatchToKeep[] {
    const batches: BatchToKeep[] = []
    let bytes = 0
    for (const { batch, since } of this.#front) {
      if (since > before || bytes >= COMMIT_BYTES) break
      const { epoch, seq, readings, from, to, payload } = batch
      bytes += payload.length
      batches.push({ epoch, seq, readings, from, to, payload, kept: this.#age0 + since })
    }
    return batches
  }

  #locked({ number, tally }: NumberedTally): Tally {
    // From the second time on it is we who know best what the file should hold.
    if (this.#file.state !== undefined) return { ...this.#tally(), unsettled: [], losses: [] }
    if (this.#tallies.some(({ hasBegun }) => !hasBegun)) {
      this.#left = tally
      this.#tallyNumbers.begin(number)
      for (const each of this.#tallies) each.begin()
    }
    return this.#left
  }

  #opened(report: OpenReport): void {
    const age0 = report.age - (this.#file.state === undefined ? this.#startedAt : this.#now())
    this.#age0 = this.#file.state === undefined ? age0 : Math.max(this.#age0, age0)
    const gone = this.#file.opened(report)
    // What was written without our hearing of it.
    for (const { epoch, seqs } of report.stock)
      for (const batch of this.#front.within(epoch, seqs)) this.#front.remove(batch)
    this.#losses.load(report.rows)
    for (const { epoch, seqs } of gone) this.#gone(epoch, seqs)
    for (const { reason, readings } of report.lost) this.#losses.count(reason, readings)
    this.#losses.count('damaged', report.salvaged?.lost ?? 0)
    this.#left = NO_TALLY
    this.#touchTallies()
  }

  #committed(request: CommitRequest, report: CommitReport): void {
    this.#lastCommit = this.#now()
    this.#commits += 1
    if (report.written < request.batches.length && report.trouble !== null)
      this.#notBefore = this.#lastCommit + NO_ROOM_PAUSE_MS
    // Of these some may have been confirmed or evicted while they were written.
    for (const batch of request.batches.slice(0, report.written))
      this.#file.written(batch, this.#front.remove(batch) !== undefined)
    this.#writing.clear()
    this.#file.committed(report)
    this.#losses.endCommit(request, report)
    for (const { epoch, seqs } of report.gone) this.#gone(epoch, seqs)
    for (const { reason, readings } of report.lost) this.#losses.count(reason, readings)
    if (this.#file.hasDeletions || this.#losses.hasChanges) this.#changed()
    this.#touchTallies()
  }

  #failed(request: CommitRequest): void {
    this.#writing.clear()
    this.#losses.failCommit(request)
    this.#lastCommit = this.#now()
    this.#file.giveBack(request)
    this.#changedSince ??= this.#now()
  }

  #touchTallies(): void {
    for (const tally of this.#tallies) tally.touch()
  }

  #tally(): Tally {
    const left = this.#left
    const pending = this.#options.pending()
    const own = [...this.#front].map(({ batch: { epoch, seq, readings, from, to } }) => ({
      epoch,
      seq,
      readings,
      from,
      to,
    }))
    return {
      commits: this.#file.state?.commits ?? left.commits,
      stock: this.#file.state === undefined ? left.stock : this.#file.stock,
      unsettled: [...left.unsettled, ...own, ...(pending === undefined ? [] : [pending])],
      losses: [...left.losses, ...this.#losses.unwritten],
    }
  }

  #now(): number {
    return this.#options.clock.monotonic()
  }
}

function asBuffer({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength)
}

import type { DatabaseSync } from 'node:sqlite'
import { CodedError, type ErrorCode } from '../../../contracts/errors.ts'
import type { GapReason } from '../../../contracts/wire.ts'
import { gapOf } from '../front.ts'
import { type BatchKey, type BatchSummary, keyOf } from '../outbox.ts'
import { SeqRanges } from '../seq-ranges.ts'
import { NO_TALLY, type Tally } from '../tally.ts'
import { BatchTable, type PackedBatch } from './batch-table.ts'
import { PAGE_BYTES } from './connection.ts'
import type {
  CommitReport,
  CommitRequest,
  EpochRanges,
  FileOptions,
  FileState,
  OpenReport,
} from './disk-calls.ts'
import { FileRoom } from './file-room.ts'
import { migrate } from './file-schema.ts'
import { GapTable } from './gap-table.ts'
import { settle } from './settling.ts'
import { fileError } from './sqlite-error.ts'

/** A file cannot do with less, whatever the facility file says. */
const LEAST_BYTES = 256e3
/** Batches that grow too old between two commits are many only after a long silence: then they go by and by. */
const MOST_EXPIRED = 1_000
/** What a batch takes besides its packed bytes: its rows in both tables. */
const ROW_BYTES = 100
/** Pages that every commit writes: of state, epochs and free pages, and what is deleted. */
const COMMIT_PAGES = 8

/** What one transaction evicts or finds lost. */
interface Evicted {
  readonly batch: BatchSummary
  readonly reason: GapReason
}

/** The open file of an outbox. Synchronous: it lives in a thread of its own. */
export class BatchFile {
  readonly #options: FileOptions
  readonly #database: DatabaseSync
  readonly #room: FileRoom
  readonly #gaps: GapTable
  #table: BatchTable
  #commits = 0
  /** True after a transaction that failed: memory and file may differ. */
  #isStale = false

  /** Takes a database that is locked and sound. */
  constructor(database: DatabaseSync, version: number, options: FileOptions) {
    this.#database = database
    this.#options = options
    migrate(database, version)
    this.#room = new FileRoom(database, options.path, Math.max(options.maxBytes, LEAST_BYTES))
    this.#table = BatchTable.load(database)
    this.#gaps = new GapTable(database)
  }

  /** Settles the file with the tally that was kept beside it. Called once, first of all. */
  open(tally: Tally = NO_TALLY): Omit<OpenReport, 'salvaged'> {
    this.#room.reserve()
    const { epochs } = this.#table
    const meta = this.#database.prepare('SELECT commits, age FROM outbox').get()
    const file = { commits: Number(meta?.commits), stock: epochs.stock(true) }
    const rows = this.#gaps.load((id) => {
      const key = epochs.keyOf(id)
      return epochs.has(key) ? key : undefined
    })
    const found = settle(
      tally,
      file,
      rows.map(({ gap }) => gap),
    )
    this.#commits = Math.max(file.commits, tally.commits) + 1
    const age = Number(meta?.age)
    this.#transaction(() => {
      for (const gap of found) rows.push({ row: this.#gaps.addTold(gap, undefined), gap })
      this.#saveState(age)
    })
    const lost = found.map(({ reason, count }) => ({ reason: reason as GapReason, readings: count }))
    return { ...this.#state(), age, stock: file.stock, rows, lost }
  }

  commit(request: CommitRequest): CommitReport {
    if (this.#isStale) this.#reload()
    const packed = request.batches.map((batch) => this.#table.pack(batch))
    this.#room.lookAgain(request.age)
    try {
      return this.#write(request, packed)
    } catch (error) {
      const isFull = (fileError(error, '') as CodedError).code === 'DISK_FULL'
      if (!isFull || this.#room.isFull) throw error
      this.#room.becomeFull(request.age)
      this.#reload()
      return this.#write(request, packed)
    }
  }

  fetch(keys: readonly BatchKey[]): (Buffer | null)[] {
    return keys.map((key) => this.#table.payload(key) ?? null)
  }

  close(): void {
    this.#database.close()
  }

  #write(request: CommitRequest, packed: readonly PackedBatch[]): CommitReport {
    const { isPressed, age } = request
    const spared = new Set(request.spared.map(keyOf))
    let report: Omit<CommitReport, keyof FileState> | undefined
    let pages = COMMIT_PAGES
    this.#transaction(() => {
      const table = this.#table
      for (const key of keysIn(request.confirmed)) this.#take(key)
      const unreadable = keysIn(request.unreadable).flatMap((key) => this.#take(key) ?? [])
      const batches = this.#fitting(packed, isPressed)
      const evicted: Evicted[] = [
        ...unreadable.map((batch) => ({ batch, reason: 'damaged' as const })),
        ...this.#expire(age, spared),
        ...this.#makeRoom(batches, spared),
      ]
      table.saveWords()
      for (const batch of batches) table.insert(batch)
      const told = this.#tell(request)
      for (const { batch, reason } of evicted) this.#gaps.add(gapOf(batch, reason))
      const changed = table.epochs.save()
      this.#commits += 1
      this.#saveState(age)
      pages += batches.reduce((sum, batch) => sum + pagesOf(batch), 0) + evicted.length
      report = {
        written: batches.length,
        told,
        rows: this.#gaps.takeChanged(),
        changed,
        ...summed(evicted),
      }
    })
    this.#table.wordsSaved()
    this.#room.committed(pages, age)
    if (this.#table.epochs.isEmpty) this.#room.shrink()
    if (report === undefined) throw new CodedError('INTERNAL', 'a transaction without a report')
    return { ...report, ...this.#state() }
  }

  /** Deletes a batch and says what it was. */
  #take(key: BatchKey): BatchSummary | undefined {
    const batch = this.#table.find(key)
    if (batch !== undefined) this.#table.delete(batch)
    return batch
  }

  /**
   * As many as one transaction may hold and there is room for. On a full disk old batches make way only when the
   * memory fills up too.
   */
  #fitting(packed: readonly PackedBatch[], isPressed: boolean): readonly PackedBatch[] {
    const { isFull, freePages, pagesAtOnce } = this.#room
    let left = isFull && !isPressed ? Math.min(freePages, pagesAtOnce) : pagesAtOnce
    const end = packed.findIndex((batch) => {
      left -= pagesOf(batch)
      return left < 0
    })
    // A batch that is larger than all bounds would stand in the way of all others for ever.
    const least = isFull ? 0 : 1
    return end === -1 ? packed : packed.slice(0, Math.max(end, least))
  }

  #expire(age: number, spared: ReadonlySet<string>): Evicted[] {
    const evicted: Evicted[] = []
    for (const batch of this.#table.oldest()) {
      if (spared.has(keyOf(batch))) continue
      if (batch.kept >= age - this.#options.maxAgeMs || evicted.length >= MOST_EXPIRED) break
      this.#table.delete(batch)
      evicted.push({ batch, reason: 'expired' })
    }
    return evicted
  }

  /** Evicts oldest batches until the new ones fit. */
  #makeRoom(packed: readonly PackedBatch[], spared: ReadonlySet<string>): Evicted[] {
    const needed = packed.reduce((sum, batch) => sum + pagesOf(batch), 0)
    const evicted: Evicted[] = []
    if (needed === 0 || this.#room.freePages >= needed) return evicted
    for (const batch of this.#table.oldest()) {
      if (spared.has(keyOf(batch))) continue
      this.#table.delete(batch)
      evicted.push({ batch, reason: 'full' })
      if (this.#room.freePages >= needed) break
    }
    return evicted
  }

  /** Returns the rows of losses that came told already. */
  #tell({ losses, told, done }: CommitRequest): number[] {
    const { epochs } = this.#table
    const idOf = (key: BatchKey | undefined) =>
      key !== undefined && epochs.has(key) ? epochs.idOf(key) : undefined
    for (const row of done) this.#gaps.remove(row)
    for (const { row, carrier } of told) this.#gaps.tell(row, idOf(carrier))
    const rows: number[] = []
    for (const { gap, isTold, carrier } of losses) {
      if (isTold) rows.push(this.#gaps.addTold(gap, idOf(carrier)))
      else this.#gaps.add(gap)
    }
    return rows
  }

  #saveState(age: number): void {
    this.#database.prepare('UPDATE outbox SET commits = ?, age = ?').run(this.#commits, Math.round(age))
  }

  #state(): FileState {
    const [oldest] = this.#table.oldest()
    const trouble: ErrorCode | null = this.#room.isFull ? 'DISK_FULL' : null
    return {
      commits: this.#commits,
      bytes: this.#room.bytes,
      readings: this.#table.epochs.readings,
      oldest: oldest?.from ?? null,
      trouble,
    }
  }

  #transaction(work: () => void): void {
    const database = this.#database
    const { commits } = { commits: this.#commits }
    database.exec('BEGIN IMMEDIATE')
    try {
      work()
      database.exec('COMMIT')
    } catch (error) {
      this.#isStale = true
      this.#commits = commits
      // A full disk may have rolled the transaction back already.
      if (database.isTransaction) database.exec('ROLLBACK')
      throw error
    }
  }

  /** Makes the memory like the file again. */
  #reload(): void {
    this.#table = this.#table.reloaded()
    this.#gaps.reload()
    this.#isStale = false
  }
}

/** Pages that a batch takes at the most: a large one ends within a page, small ones share pages half full. */
function pagesOf({ bytes: { length } }: PackedBatch): number {
  return Math.min(Math.ceil(length / PAGE_BYTES) + 1, (2 * (length + ROW_BYTES)) / PAGE_BYTES)
}

function keysIn(epochs: readonly EpochRanges[]): BatchKey[] {
  return epochs.flatMap(({ epoch, seqs }) =>
    [...new SeqRanges(seqs).numbers()].map((seq) => ({ epoch, seq })),
  )
}

function summed(evicted: readonly Evicted[]): Pick<CommitReport, 'gone' | 'lost'> {
  const gone = new Map<string, SeqRanges>()
  const lost = new Map<GapReason, number>()
  for (const { batch, reason } of evicted) {
    const seqs = gone.get(batch.epoch) ?? new SeqRanges()
    seqs.add(batch.seq)
    gone.set(batch.epoch, seqs)
    lost.set(reason, (lost.get(reason) ?? 0) + batch.readings)
  }
  return {
    gone: [...gone].map(([epoch, seqs]) => ({ epoch, seqs: [...seqs] })),
    lost: [...lost].map(([reason, readings]) => ({ reason, readings })),
  }
}

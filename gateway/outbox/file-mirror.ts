import type { SeqRange } from '../../contracts/seq-ranges.ts'
import type { CommitReport, CommitRequest, EpochRanges, FileState, OpenReport } from './disk/disk-calls.ts'
import type { BatchKey } from './outbox.ts'
import { Shelf } from './shelf.ts'
import type { EpochStock } from './tally.ts'

/** Batches deleted in one transaction, so that it stays short. */
const DELETE_AT_ONCE = 2_000

type Deletions = Pick<CommitRequest, 'confirmed' | 'unreadable'>

/** What is known of the file without asking its thread: by number alone, however much it holds. */
export class FileMirror {
  /** Kept in the file, and not to be deleted. */
  #shelf = new Shelf()
  /** Confirmed, or found unreadable, and still in the file. */
  #confirmed = new Shelf()
  #unreadable = new Shelf()
  /** What the file holds by its own account. Key: epoch. */
  readonly #stock = new Map<string, EpochStock>()
  #state: FileState | undefined

  /** How many batches are kept. */
  get size(): number {
    return this.#shelf.size
  }

  /** As it was after the last commit; undefined before the file was open. */
  get state(): FileState | undefined {
    return this.#state
  }

  get stock(): EpochStock[] {
    return [...this.#stock.values()]
  }

  get hasDeletions(): boolean {
    return this.#confirmed.size > 0 || this.#unreadable.size > 0
  }

  has(key: BatchKey): boolean {
    return this.#shelf.has(key)
  }

  /** Epochs by age, then seq. */
  keys(): Generator<BatchKey> {
    return this.#shelf.keys()
  }

  /** True when any of these batches was kept: they are to be deleted. */
  confirm(epoch: string, ranges: readonly SeqRange[]): boolean {
    const removed = this.#shelf.remove(epoch, ranges)
    addAll(this.#confirmed, epoch, removed)
    return removed.length > 0
  }

  /** The file does not give a batch that it should have. */
  missed({ epoch, seq }: BatchKey): void {
    this.#shelf.remove(epoch, [[seq, seq]])
    this.#unreadable.add(epoch, seq)
  }

  /** What the next commit is to delete; {@link giveBack} when that has failed. */
  takeDeletions(): Deletions {
    return { confirmed: takeSome(this.#confirmed), unreadable: takeSome(this.#unreadable) }
  }

  giveBack({ confirmed, unreadable }: Deletions): void {
    for (const { epoch, seqs } of confirmed) addAll(this.#confirmed, epoch, seqs)
    for (const { epoch, seqs } of unreadable) addAll(this.#unreadable, epoch, seqs)
  }

  /** A commit has written a batch; one that was given up meanwhile is deleted again. */
  written({ epoch, seq }: BatchKey, isWanted: boolean): void {
    if (isWanted) this.#shelf.add(epoch, seq)
    else this.#confirmed.add(epoch, seq)
  }

  committed(report: CommitReport): void {
    for (const { epoch, seqs } of report.gone) {
      this.#shelf.remove(epoch, seqs)
      this.#confirmed.remove(epoch, seqs)
    }
    for (const stock of report.changed) {
      if (stock.seqs.length === 0) this.#stock.delete(stock.epoch)
      else this.#stock.set(stock.epoch, stock)
    }
    this.#state = report
  }

  /** The file was opened, perhaps anew. Returns what it had before and has not any more. */
  opened(report: OpenReport): EpochRanges[] {
    const { before, confirmed } = { before: this.#shelf, confirmed: this.#confirmed }
    this.#shelf = new Shelf()
    this.#confirmed = new Shelf()
    // Whoever asks for one of them again finds out again.
    this.#unreadable = new Shelf()
    this.#stock.clear()
    for (const stock of report.stock) {
      this.#stock.set(stock.epoch, stock)
      addAll(this.#shelf, stock.epoch, stock.seqs)
    }
    for (const [epoch, ranges] of confirmed) addAll(this.#confirmed, epoch, this.#shelf.remove(epoch, ranges))
    for (const [epoch, ranges] of this.#shelf) before.remove(epoch, ranges)
    this.#state = report
    return [...before].map(([epoch, ranges]) => ({ epoch, seqs: [...ranges] }))
  }
}

function takeSome(shelf: Shelf): EpochRanges[] {
  const taken: EpochRanges[] = []
  let left = DELETE_AT_ONCE
  while (left > 0) {
    const some = shelf.takeSome(left)
    if (some === undefined) break
    taken.push(some)
    for (const [first, last] of some.seqs) left -= last - first + 1
  }
  return taken
}

function addAll(shelf: Shelf, epoch: string, ranges: readonly SeqRange[]): void {
  for (const [first, last] of ranges) shelf.add(epoch, first, last)
}

import type { BatchKey } from './outbox.ts'
import { type SeqRange, SeqRanges } from './seq-ranges.ts'

/** Which batches are somewhere, without holding any of them: a range or two for each epoch. */
export class Shelf {
  /** Key: epoch; in order of age. No epoch is empty. */
  readonly #epochs = new Map<string, SeqRanges>()
  #size = 0

  /** How many batches there are. */
  get size(): number {
    return this.#size
  }

  has({ epoch, seq }: BatchKey): boolean {
    return this.#epochs.get(epoch)?.has(seq) ?? false
  }

  /** An epoch that is not there yet is the newest one. */
  add(epoch: string, first: number, last: number = first): void {
    const ranges = this.#epochs.get(epoch) ?? new SeqRanges()
    const before = ranges.size
    ranges.add(first, last)
    this.#size += ranges.size - before
    this.#epochs.set(epoch, ranges)
  }

  /** Returns what of it was there. */
  remove(epoch: string, asked: Iterable<SeqRange>): SeqRange[] {
    const ranges = this.#epochs.get(epoch)
    if (ranges === undefined) return []
    const before = ranges.size
    const removed = [...asked].flatMap(([first, last]) => ranges.remove(first, last))
    this.#size -= before - ranges.size
    if (ranges.size === 0) this.#epochs.delete(epoch)
    return removed
  }

  /** Takes away some of the oldest batches: at most so many, of one epoch. */
  takeSome(most: number): { epoch: string; seqs: SeqRange[] } | undefined {
    for (const [epoch, ranges] of this.#epochs) {
      const seqs: SeqRange[] = []
      let left = most
      for (const [first, last] of ranges) {
        if (left === 0) break
        const end = Math.min(last, first + left - 1)
        left -= end - first + 1
        seqs.push([first, end])
      }
      return { epoch, seqs: this.remove(epoch, seqs) }
    }
    return undefined
  }

  /** Epochs by age, then seq. May be walked while batches come and go. */
  *keys(): Generator<BatchKey> {
    for (const [epoch, ranges] of this.#epochs) {
      for (const seq of ranges.numbers()) yield { epoch, seq }
    }
  }

  *[Symbol.iterator](): Generator<[epoch: string, ranges: SeqRanges]> {
    yield* this.#epochs
  }
}

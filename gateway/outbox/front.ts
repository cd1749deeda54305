import type { Gap, GapReason } from '../../contracts/wire.ts'
import { type BatchKey, type BatchSummary, keyOf, type SealedBatch } from './outbox.ts'
import { type SeqRange, SeqRanges } from './seq-ranges.ts'

/** A batch and since when it is kept, monotonic ms. */
export interface Kept {
  readonly batch: SealedBatch
  readonly since: number
}

/** What a batch takes in memory besides its payload, about; so that many empty ones are bounded too. */
const OVERHEAD_BYTES = 400

/** Batches in memory, oldest first. Those of an epoch are in order of seq. */
export class Front {
  /** Key: {@link keyOf}. In order of age. */
  readonly #kept = new Map<string, Kept>()
  #newest: SealedBatch | undefined
  #bytes = 0
  #readings = 0

  get size(): number {
    return this.#kept.size
  }

  /** What they take in memory, about. */
  get bytes(): number {
    return this.#bytes
  }

  get readings(): number {
    return this.#readings
  }

  get oldest(): Kept | undefined {
    const [first] = this.#kept.values()
    return first
  }

  add(batch: SealedBatch, now: number): void {
    this.#kept.set(keyOf(batch), { batch, since: now })
    this.#newest = batch
    this.#bytes += weigh(batch)
    this.#readings += batch.readings
  }

  get(key: BatchKey): SealedBatch | undefined {
    return this.#kept.get(keyOf(key))?.batch
  }

  /** Undefined when it was not there. */
  remove(key: BatchKey): SealedBatch | undefined {
    const batch = this.get(key)
    if (batch === undefined) return undefined
    this.#kept.delete(keyOf(key))
    if (batch === this.#newest) this.#newest = undefined
    this.#bytes -= weigh(batch)
    this.#readings -= batch.readings
    return batch
  }

  /** Oldest first; may be walked while batches come and go. */
  [Symbol.iterator](): IterableIterator<Kept> {
    return this.#kept.values()
  }

  /**
   * The batches of an epoch that lie in the ranges. Those come from outside and may be of any length: they are
   * never walked further than there are batches.
   */
  within(epoch: string, ranges: Iterable<SeqRange>): SealedBatch[] {
    const asked = new SeqRanges(ranges)
    if (asked.size <= this.#kept.size) {
      return [...asked.numbers()].flatMap((seq) => this.get({ epoch, seq }) ?? [])
    }
    return [...this.#kept.values()].flatMap(({ batch }) =>
      batch.epoch === epoch && asked.has(batch.seq) ? batch : [],
    )
  }

  /**
   * What has to go so that the rest takes no more than so many bytes: the oldest, never the newest, and what is
   * on its way to the server only when nothing else is left.
   */
  overflow(maxBytes: number, underWay: () => Iterable<BatchKey>): SealedBatch[] {
    const chosen: SealedBatch[] = []
    if (this.#bytes <= maxBytes) return chosen
    const spared = new Set([...underWay()].map(keyOf))
    let excess = this.#bytes - maxBytes
    for (const isSpared of [false, true]) {
      for (const [key, { batch }] of this.#kept) {
        if (excess <= 0 || chosen.length + 1 >= this.#kept.size) return chosen
        if (spared.has(key) !== isSpared || batch === this.#newest) continue
        excess -= weigh(batch)
        chosen.push(batch)
      }
    }
    return chosen
  }

  /** Batches that are kept since before a time, monotonic ms, and are not on their way to the server. */
  keptBefore(time: number, underWay: () => Iterable<BatchKey>): SealedBatch[] {
    const chosen: SealedBatch[] = []
    if ((this.oldest?.since ?? time) >= time) return chosen
    const spared = new Set([...underWay()].map(keyOf))
    for (const [key, { batch, since }] of this.#kept) {
      if (since >= time) break
      if (!spared.has(key)) chosen.push(batch)
    }
    return chosen
  }
}

/** What a batch takes in memory, about. */
function weigh(batch: SealedBatch): number {
  return batch.payload.length + OVERHEAD_BYTES
}

/** The loss of a batch. */
export function gapOf({ epoch, seq, readings: count, from, to }: BatchSummary, reason: GapReason): Gap {
  return { epoch, seqs: [[seq, seq]], count, from, to, reason }
}

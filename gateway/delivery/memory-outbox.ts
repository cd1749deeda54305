import type { Gap } from '../../contracts/wire.ts'
import { joinRanges, mergeGap } from './gaps.ts'
import { type BatchKey, keyOf, type Outbox, type OutboxStats, type SealedBatch } from './outbox.ts'

/** However large the file allows the outbox to be, in memory it takes no more than this. */
export const MEMORY_OUTBOX_MAX_BYTES = 64e6

interface Kept {
  readonly batch: SealedBatch
  /** Monotonic milliseconds. */
  readonly since: number
}

/** An outbox that lives as long as the process. */
export class MemoryOutbox implements Outbox {
  readonly #maxBytes: number
  readonly #maxAgeMs: number
  /** Key: {@link keyOf}. In order of age. */
  readonly #kept = new Map<string, Kept>()
  #gaps: Gap[] = []
  #bytes = 0
  #readings = 0
  #evictedReadings = 0

  constructor(bounds: { maxBytes: number; maxAgeMs: number }) {
    this.#maxBytes = Math.min(bounds.maxBytes, MEMORY_OUTBOX_MAX_BYTES)
    this.#maxAgeMs = bounds.maxAgeMs
  }

  append(batch: SealedBatch, now: number): BatchKey[] {
    this.#kept.set(keyOf(batch), { batch, since: now })
    this.#bytes += batch.payload.length
    this.#readings += batch.readings
    const evicted: BatchKey[] = []
    for (const { batch: oldest } of this.#kept.values()) {
      if (this.#bytes <= this.#maxBytes || this.#kept.size === 1) break
      evicted.push(this.#evict(oldest, 'full'))
    }
    return evicted
  }

  expire(now: number): BatchKey[] {
    const evicted: BatchKey[] = []
    for (const { batch, since } of this.#kept.values()) {
      if (now - since <= this.#maxAgeMs) break
      evicted.push(this.#evict(batch, 'expired'))
    }
    return evicted
  }

  confirm(epoch: string, ranges: readonly (readonly [number, number])[]): BatchKey[] {
    const joined = joinRanges(ranges.filter(([first, last]) => first <= last))
    return this.#keysIn(epoch, joined).filter((key) => this.#remove(key))
  }

  payload(key: BatchKey): Buffer | undefined {
    return this.#kept.get(keyOf(key))?.batch.payload
  }

  *keys(): Generator<BatchKey> {
    for (const { batch } of this.#kept.values()) yield batch
  }

  takeGaps(): Gap[] {
    const gaps = this.#gaps
    this.#gaps = []
    return gaps
  }

  stats(): OutboxStats {
    const [first] = this.#kept.values()
    return {
      batches: this.#kept.size,
      readings: this.#readings,
      oldest: first?.batch.from ?? null,
      evictedReadings: this.#evictedReadings,
    }
  }

  /**
   * Ranges come from outside and may be of any length: they are never walked further than there are batches.
   * Those of an epoch are kept in order of seq, so that one walk along both is enough.
   */
  #keysIn(epoch: string, ranges: readonly [number, number][]): BatchKey[] {
    const asked = ranges.reduce((sum, [first, last]) => sum + last - first + 1, 0)
    if (asked <= this.#kept.size) {
      return ranges.flatMap(([first, last]) =>
        Array.from({ length: last - first + 1 }, (_, n) => ({ epoch, seq: first + n })),
      )
    }
    let next = 0
    return [...this.keys()].filter((key) => {
      if (key.epoch !== epoch) return false
      while ((ranges[next]?.[1] ?? Number.POSITIVE_INFINITY) < key.seq) next += 1
      return (ranges[next]?.[0] ?? Number.POSITIVE_INFINITY) <= key.seq
    })
  }

  #remove(key: BatchKey): boolean {
    const kept = this.#kept.get(keyOf(key))
    if (kept === undefined) return false
    this.#kept.delete(keyOf(key))
    this.#bytes -= kept.batch.payload.length
    this.#readings -= kept.batch.readings
    return true
  }

  #evict(batch: SealedBatch, reason: 'full' | 'expired'): BatchKey {
    this.#remove(batch)
    this.#evictedReadings += batch.readings
    // The losses it was to tell of would otherwise be lost with it.
    for (const gap of batch.gaps) this.#gaps = mergeGap(this.#gaps, gap)
    const { epoch, seq, readings: count, from, to } = batch
    this.#gaps = mergeGap(this.#gaps, { epoch, seqs: [[seq, seq]], count, from, to, reason })
    return { epoch, seq }
  }
}

import type { Clock } from '../../contracts/clock.ts'
import type { SeqRange } from '../../contracts/seq-ranges.ts'
import type { Gap, GapReason } from '../../contracts/wire.ts'
import { Front, gapOf } from './front.ts'
import { Losses } from './losses.ts'
import {
  type BatchKey,
  firstOf,
  type Outbox,
  type OutboxEvents,
  type OutboxStats,
  type SealedBatch,
} from './outbox.ts'

/** However large the file allows the outbox to be, in memory it takes no more than this. */
export const MOST_MEMORY_BYTES = 64e6

/** An outbox that lives as long as the process. */
export class MemoryOutbox implements Outbox {
  readonly #maxBytes: number
  readonly #maxAgeMs: number
  readonly #clock: Clock
  readonly #events: OutboxEvents
  readonly #front = new Front()
  readonly #losses = new Losses()

  constructor(options: { maxBytes: number; maxAgeMs: number; clock: Clock; events: OutboxEvents }) {
    this.#maxBytes = Math.min(options.maxBytes, MOST_MEMORY_BYTES)
    this.#maxAgeMs = options.maxAgeMs
    this.#clock = options.clock
    this.#events = options.events
  }

  async open(): Promise<void> {
    // Nobody else can have it.
  }

  append(batch: SealedBatch): void {
    this.#front.add(batch, this.#clock.monotonic())
    this.#losses.carriedBy(batch)
    for (const oldest of this.#front.overflow(this.#maxBytes, () => this.#events.underWay()))
      this.#evict(oldest, 'full')
  }

  awaitBatch(): void {
    // What is in memory is lost with the process, and there is nobody who could tell of it.
  }

  expire(): void {
    const before = this.#clock.monotonic() - this.#maxAgeMs
    for (const oldest of this.#front.keptBefore(before, () => this.#events.underWay()))
      this.#evict(oldest, 'expired')
  }

  confirm(epoch: string, ranges: readonly SeqRange[]): void {
    for (const batch of this.#front.within(epoch, ranges)) this.#front.remove(batch)
    this.#losses.confirmed(epoch, ranges)
  }

  *keys(): Generator<BatchKey> {
    for (const { batch } of this.#front) yield batch
  }

  payload(key: BatchKey): Buffer | undefined {
    return this.#front.get(key)?.payload
  }

  fetch(keys: readonly BatchKey[]): Promise<(Buffer | undefined)[]> {
    return Promise.resolve(keys.map((key) => this.payload(key)))
  }

  takeGaps(): Gap[] {
    return this.#losses.take(false)
  }

  stats(): OutboxStats {
    const { full, expired } = this.#losses.counts
    return {
      batches: this.#front.size,
      readings: this.#front.readings,
      oldest: this.#front.oldest?.batch.from ?? null,
      first: firstOf(this.keys()),
      evictedReadings: full + expired,
      gaps: { ...this.#losses.counts },
      commits: 0,
    }
  }

  async close(): Promise<void> {
    // What was not confirmed ends with the process.
  }

  #evict(batch: SealedBatch, reason: GapReason): void {
    const { epoch, seq } = batch
    this.#front.remove(batch)
    this.#losses.add(gapOf(batch, reason))
    this.#losses.dropped(epoch, [[seq, seq]])
    this.#events.onGone(epoch, [[seq, seq]])
  }
}

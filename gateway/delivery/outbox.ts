import type { Gap } from '../../contracts/wire.ts'

/** Names one immutable batch for ever. */
export interface BatchKey {
  readonly epoch: string
  readonly seq: number
}

/** A batch as it is kept: serialised once, so that it is resent byte for byte. */
export interface SealedBatch extends BatchKey {
  readonly payload: Buffer
  /** How many readings it holds, and the span of their times (of `sent` when it holds none), ms. */
  readonly readings: number
  readonly from: number
  readonly to: number
  /** Losses that it tells of: told anew if it is itself evicted. */
  readonly gaps: readonly Gap[]
}

export interface OutboxStats {
  readonly batches: number
  readonly readings: number
  /** Time of the oldest reading kept, epoch ms; null when it is empty. */
  readonly oldest: number | null
  /** Readings that were evicted since the process started. */
  readonly evictedReadings: number
}

/**
 * Batches that the server has not confirmed, oldest first. One dispatcher calls it, never concurrently.
 * What was appended is there until it is confirmed or evicted; eviction takes whole batches, oldest
 * first, never the newest, and what went is told by {@link takeGaps}.
 */
export interface Outbox {
  /** Keeps a batch. `now` in monotonic ms. Returns the keys of what had to go for it. */
  append(batch: SealedBatch, now: number): BatchKey[]
  /** Evicts what is too old. `now` in monotonic ms. */
  expire(now: number): BatchKey[]
  /** Forgets the batches of an epoch that lie in the closed ranges. Returns the keys of those that were there. */
  confirm(epoch: string, ranges: readonly (readonly [number, number])[]): BatchKey[]
  /** The bytes of a batch, or undefined when it is not there. */
  payload(key: BatchKey): Buffer | undefined
  /** Oldest first; may be walked while batches come and go. */
  keys(): Iterable<BatchKey>
  /** Losses not told yet. The caller puts them into the next batch, which is then their keeper. */
  takeGaps(): Gap[]
  stats(): OutboxStats
}

/** A map key of a batch. */
export function keyOf(key: BatchKey): string {
  return `${key.epoch}:${key.seq}`
}

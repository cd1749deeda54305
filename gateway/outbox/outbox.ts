import type { SeqRange } from '../../contracts/seq-ranges.ts'
import type { Gap, OutboxHealth } from '../../contracts/wire.ts'

/** Names one immutable batch for ever. */
export interface BatchKey {
  readonly epoch: string
  readonly seq: number
}

/** What is known of a batch without looking into it. */
export interface BatchSummary extends BatchKey {
  /** How many readings it holds, and the span of their times (of `sent` when it holds none), ms. */
  readonly readings: number
  readonly from: number
  readonly to: number
}

/** A batch as it is kept: serialised once, so that it is resent byte for byte. */
export interface SealedBatch extends BatchSummary {
  readonly payload: Buffer
  /** Losses that it tells of, the very objects that {@link Outbox.takeGaps} gave. */
  readonly gaps: readonly Gap[]
}

export type OutboxStats = Omit<OutboxHealth, 'setAside' | 'refusedReadings'> &
  Required<Pick<OutboxHealth, 'gaps' | 'commits'>>

/** What an outbox needs to know of those who send from it. Called synchronously. */
export interface OutboxEvents {
  /** These batches will never be sent: they were evicted, or the disk lost them. */
  onGone(epoch: string, ranges: readonly SeqRange[]): void
  /**
   * Batches that the server may have without our knowing it: to tell them as lost might be wrong, so they go only
   * when there is no other way.
   */
  underWay(): Iterable<BatchKey>
}

/**
 * Batches that the server has not confirmed, oldest first. One dispatcher calls it. Nothing here waits for a
 * disk but `open`, `fetch` and `close`. What was appended is there until it is confirmed or evicted; eviction
 * takes whole batches, oldest first, never the newest, and what went is told by {@link takeGaps}.
 */
export interface Outbox {
  /**
   * Called once, before anything else. Returns when it is known that nobody else uses the same file, not when
   * all of the file is read. @throws CodedError DATA_IN_USE
   */
  open(): Promise<void>
  append(batch: SealedBatch): void
  /** A reading was taken that is in no batch yet. */
  awaitBatch(): void
  /** Forgets the batches of an epoch that lie in the closed ranges. */
  confirm(epoch: string, ranges: readonly SeqRange[]): void
  /** Evicts what is too old. Called every now and then. */
  expire(): void
  /** Every batch that is kept: epochs by age, then seq. May be walked while batches come and go. */
  keys(): Iterable<BatchKey>
  /** The bytes of a batch, when they are in memory. */
  payload(key: BatchKey): Buffer | undefined
  /** The same from wherever they are; undefined where they cannot be had now. Never throws. */
  fetch(keys: readonly BatchKey[]): Promise<(Buffer | undefined)[]>
  /**
   * Losses to tell, a few at a time and none while others wait for their confirm. The caller puts them into a
   * batch and appends that in the same turn; its confirm is then theirs.
   */
  takeGaps(): Gap[]
  stats(): OutboxStats
  /** Brings what is left to the disk, within 2 s or not at all. Nothing is called afterwards. */
  close(): Promise<void>
}

/** The first one's name and nothing else; null when there is none. */
export function firstOf(keys: Iterable<BatchKey>): BatchKey | null {
  for (const { epoch, seq } of keys) return { epoch, seq }
  return null
}

/** A map key of a batch. */
export function keyOf(key: BatchKey): string {
  return `${key.epoch}:${key.seq}`
}

import type { Quality } from './quality.ts'
import type { Reading } from './reading.ts'

/** One bucket of a down-sampled history. Times are epoch ms. */
export interface Bucket {
  time: number
  min: number | null
  mean: number | null
  max: number | null
  count: number
  /** The worst quality in the bucket. */
  quality: Quality
  reason: string | null
}

export interface RangeQuery {
  facility: string
  sensor: string
  /** Inclusive, epoch ms. */
  from: number
  /** Exclusive, epoch ms. */
  to: number
}

/**
 * Where time series go. One writer calls `write`, never concurrently; anybody may query meanwhile. After
 * `close` nothing may be called.
 */
export interface TimeSeriesStore {
  /** Resolves once the readings survive a power loss; writing one again changes nothing. */
  write(facility: string, readings: readonly Reading[]): Promise<void>
  /** In order of time, the first `limit` of them. */
  range(query: RangeQuery & { limit: number }): Promise<Reading[]>
  /** Buckets of `everyMs` on a fixed grid from epoch 0; empty ones are left out. */
  buckets(query: RangeQuery & { everyMs: number }): Promise<Bucket[]>
  /** Drops what is older than `before`, epoch ms, and answers how many readings that were. */
  prune(before: number): Promise<number>
  close(): Promise<void>
}

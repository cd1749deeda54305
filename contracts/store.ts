import type { SensorKind } from './facility-words.ts'
import type { Quality } from './quality.ts'
import type { Reading } from './reading.ts'

/** What every point of a series is tagged with (DESIGN section 6); `kind` is the measurement. */
export interface SeriesTags {
  readonly kind: SensorKind
  readonly facility: string
  readonly area: string
  readonly gateway: string
  readonly device: string
  readonly sensor: string
  readonly quantity: string
  readonly unit: string
}

/** One reading on its way into a store. The same series is the same object, so it may key a cache. */
export interface SeriesPoint {
  readonly series: SeriesTags
  readonly reading: Reading
  /**
   * How often the gateway's clock had been at this time before, when it was set back meanwhile; 0 but for
   * such times. Two readings of a sensor may then share a millisecond and are two points all the same.
   */
  readonly fold: number
}

/** A point that the store will never take, and why. */
export interface RefusedPoint {
  readonly point: SeriesPoint
  readonly detail: string
}

/** A number is a float field, a bigint an integer field. */
export type FieldValue = number | bigint | string | boolean

/** A point of one of the measurements that are no readings: alarm, gateway, bus, device, pipeline. */
export interface StatusPoint {
  readonly measurement: string
  readonly tags: Readonly<Record<string, string>>
  readonly fields: Readonly<Record<string, FieldValue>>
  /** Epoch ms. */
  readonly time: number
}

/** A status point that the store will never take, and why. */
export interface RefusedStatus {
  readonly point: StatusPoint
  readonly detail: string
}

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

/** Minutes to roll up, epoch ms. */
export interface RollUpSpan {
  readonly from: number
  readonly to: number
  /**
   * True when nothing but writes of the same store object can have touched them since they were rolled up last:
   * it may then go by what it remembers.
   */
  readonly isOwn?: boolean
}

/** The narrowest roll-up there is, ms. */
export const ROLL_UP_MS = 60_000

/**
 * Where time series go. Each implementation blocks or waits as it likes: the server runs it in threads of its
 * own, one that writes and one that answers queries. After `close` nothing may be called.
 */
export interface TimeSeriesStore {
  /** Writes that may be under way at once. */
  readonly concurrency: number
  /**
   * Resolves once the points survive a power loss; writing one again changes nothing, and of a series, time and fold the
   * last one stands. What the store will never take comes back, the rest is written. @throws CodedError STORE_UNREACHABLE, STORE_UNAUTHORIZED,
   * STORE_MISSING, STORE_BUSY, DATA_UNWRITABLE or DATA_DAMAGED when it cannot take them now: the caller keeps
   * all of them and tries again.
   */
  write(points: readonly SeriesPoint[]): Promise<RefusedPoint[]>
  /** Points that are no readings, as `write` takes those; a store that holds readings only passes over them. */
  writeStatus(points: readonly StatusPoint[]): Promise<RefusedStatus[]>
  /** In order of time, the first `limit` of them. */
  range(query: RangeQuery & { limit: number }): Promise<Reading[]>
  /**
   * Buckets of `everyMs` on a fixed grid from epoch 0; empty ones are left out. Where readings have been
   * dropped they are made of roll-ups, each of which counts whole into the bucket that it begins in.
   */
  buckets(query: RangeQuery & { everyMs: number }): Promise<Bucket[]>
  /**
   * Computes the one-minute roll-ups of every series from the minute of `from` up to before `to`, epoch ms.
   * Errors as for `write`; STORE_REFUSED when some will never be taken and the rest is done.
   */
  rollUp(span: RollUpSpan): Promise<void>
  /**
   * Drops whole minutes of readings older than `raw` and roll-ups older than `rollUps`, epoch ms, a slice at a
   * time, and answers how many rows that were; 0 when there is no more. Readings from before are refused from
   * then on. A store that keeps its retention by itself answers 0 at once.
   */
  prune(before: { raw: number; rollUps: number }): Promise<number>
  close(): Promise<void>
}

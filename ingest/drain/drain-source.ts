import type { SeriesPoint } from '../../contracts/store.ts'

/** A batch of the log whose readings are among the points of a part. */
export interface DrainedBatch {
  readonly facility: string
  readonly gateway: string
  readonly epoch: string
  /** When its gateway made it, epoch ms of the gateway's clock. */
  readonly sent: number
  /** When its oldest reading was sampled, epoch ms of the server's clock. */
  readonly sampled: number
  readonly isLive: boolean
  readonly readings: number
}

/** Readings of a few records of the log, on their way to the store. */
export interface DrainPart {
  /** Number of the last record in it. */
  readonly last: number
  readonly points: readonly SeriesPoint[]
  readonly batches: readonly DrainedBatch[]
}

/** What is durable in the log and not in the store yet, in order. One caller, never two calls at once. */
export interface DrainSource {
  /**
   * The part after the one before, of about so many points; it waits while there is none. Undefined once the
   * source is closed.
   */
  next(points: number): Promise<DrainPart | undefined>
}

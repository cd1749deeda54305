/**
 * The loss ledger: what became of the readings of each gateway (DESIGN section 8). A batch counts in the
 * minute in which its gateway made it, so that what is resent hours later still falls into the hour it
 * belongs to.
 */
export interface LedgerRow {
  readonly facility: string
  readonly gateway: string
  readonly epoch: string
  /** Start of the minute (of the hour, once it is old), epoch ms of the gateway's clock. */
  readonly minute: number
  /**
   * Readings that the gateway had made in this epoch before the first and up to the last batch of the minute:
   * what was sent is their difference, batches that never came included. Infinite when nothing is known.
   */
  readonly low: number
  readonly high: number
  /** Readings taken and durable in the log, the late ones among them. */
  readonly received: number
  /** Of those, written to the store. */
  readonly stored: number
  /** Readings of batches that had been applied before. */
  readonly duplicate: number
  /** Readings that came after a newer one of their sensor. */
  readonly late: number
  /** Readings refused for good; they are among the dead letters. */
  readonly refused: number
}

/** Additions to a row; `low` and `high` widen it. */
export type LedgerDelta = LedgerRow

/** What a gateway said it dropped, as it is kept: once, however often it was told. */
export interface KeptGap {
  readonly facility: string
  readonly gateway: string
  readonly epoch: string
  /** Closed ranges. */
  readonly seqs: readonly (readonly [number, number])[]
  readonly count: number
  /** Sample times between which they lie, epoch ms. */
  readonly from: number
  readonly to: number
  readonly reason: string
  /** When the server was first told, epoch ms. */
  readonly told: number
}

export interface LedgerQuery {
  facility?: string
  gateway?: string
  /** Inclusive, epoch ms. */
  from: number
  /** Exclusive, epoch ms. */
  to: number
}

/** The sums of one gateway in a window. */
export interface LedgerSum extends Omit<LedgerRow, 'epoch' | 'minute' | 'low' | 'high'> {
  /**
   * Readings made by the gateway, as it counts them, since the last batch before the window; as many as were
   * received and refused of an epoch that does not count.
   */
  readonly sent: number
  /** Readings that it said it dropped; entries that reach into the window count whole. */
  readonly dropped: number
  /** Sent and neither received, refused nor dropped: under way, or still in its outbox. Summed over epochs. */
  readonly missing: number
  /** The newest 1,000; `dropped` counts all of them. */
  readonly gaps: readonly KeptGap[]
}

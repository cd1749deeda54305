import type { Reading } from './reading.ts'

/** A batch among those of its gateway: epochs follow one another, and count their batches from 1. */
export interface BatchName {
  epoch: string
  seq: number
}

export interface BatchPlace extends BatchName {
  /** When the gateway made it, epoch ms of the clock that dated the readings. */
  sent: number
}

/** Readings of one gateway that came in one batch, and how their times are to be taken. */
export interface EvidenceBatch extends BatchPlace {
  gateway: string
  /** Server clock minus the clock that dated the readings, ms. */
  offset: number
  /** The gateway's clock was stepped since its last batch. */
  stepped: boolean
  /**
   * Live batches are missing before it, and these alarms were not simply inactive then, as their engine gave
   * them: what comes late goes on from there. Null when nothing is missing. Key: alarm id.
   */
  fork: Fork | null
  /** Current readings, in order. */
  readings: readonly Reading[]
  /** Readings that came after a newer one of their sensor. */
  late: readonly Reading[]
  /** When each device last answered, sensor time. Key: device id. */
  polled?: Readonly<Record<string, number>>
  /** History that just came in is no sign of life. */
  isLive: boolean
}

export type Fork = Readonly<Record<string, object>>

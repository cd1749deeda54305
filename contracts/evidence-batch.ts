import type { Reading } from './reading.ts'

/** Readings of one gateway that came in one batch, and how their times are to be taken. */
export interface EvidenceBatch {
  gateway: string
  /** Server clock minus the clock that dated the readings, ms. */
  offset: number
  /** The gateway's clock was stepped since its last batch. */
  stepped: boolean
  readings: readonly Reading[]
  /** When each device last answered, sensor time. Key: device id. */
  polled?: Readonly<Record<string, number>>
  /** History that just came in is no sign of life. */
  isLive: boolean
}

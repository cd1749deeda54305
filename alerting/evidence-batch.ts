import type { Reading } from '../contracts/reading.ts'

/** Readings of one gateway that arrived together. */
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

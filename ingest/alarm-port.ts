import type { Reading } from '../contracts/reading.ts'

/** Readings of one gateway that came in one batch, and how their times are to be taken. */
export interface Evidence {
  gateway: string
  /** Server clock minus the clock that dated the readings, ms. */
  offset: number
  /** That clock was stepped since the last batch. */
  stepped: boolean
  readings: readonly Reading[]
  /** When each device last answered, by the clock of the readings. Key: device id. */
  polled?: Readonly<Record<string, number>>
  /** History is no sign of life. */
  isLive: boolean
}

/**
 * What evaluation is asked for. It is over when a call returns; the promise settles when its transitions,
 * and all those before them, stand in the journal, and rejects while the journal fails.
 */
export interface AlarmPort {
  evaluate(evidence: Evidence): Promise<void>
  gatewayLost(gateway: string): Promise<void>
  gatewayHeard(gateway: string): Promise<void>
  /** The gateway's clock (s off) and whether its facility file differs. */
  gatewayCondition(gateway: string, condition: { skewS?: number; configDiffers?: boolean }): Promise<void>
}

import type { EvidenceBatch } from '../../contracts/evidence-batch.ts'

/**
 * What evaluation is asked for. It is over when a call returns; the promise settles when its transitions,
 * and all those before them, stand in the journal, and rejects while the journal fails.
 */
export interface AlarmPort {
  evaluate(evidence: EvidenceBatch): Promise<void>
  gatewayLost(gateway: string): Promise<void>
  gatewayHeard(gateway: string): Promise<void>
  /** The gateway's clock (s off) and whether its facility file differs. */
  gatewayCondition(gateway: string, condition: { skewS?: number; configDiffers?: boolean }): Promise<void>
}

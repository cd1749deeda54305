import type { BatchName, EvidenceBatch, Fork } from '../../contracts/evidence-batch.ts'

/**
 * What evaluation is asked for. It is over when a call returns; the promise settles when its transitions,
 * and all those before them, stand in the journal, and rejects while the journal fails.
 */
export interface AlarmPort {
  /** `position` is the number of the last record of the log. */
  evaluate(evidence: EvidenceBatch, position: number): Promise<void>
  /** What a batch after a hole carries; taken before it is evaluated. */
  fork(gateway: string): Fork
  /** A batch of the log that the last run had evaluated. */
  replay(evidence: EvidenceBatch, at: { now: number; position: number }): void
  /** Everything up to now stands in the journal. */
  settled(): Promise<void>
  gatewayLost(gateway: string): Promise<void>
  gatewayHeard(gateway: string): Promise<void>
  /** The gateway's clock (s off), whether its facility file differs, and whether two speak in its name. */
  gatewayCondition(
    gateway: string,
    condition: { skewS?: number; configDiffers?: boolean; isCloned?: boolean },
  ): Promise<void>
  /** Nothing of this gateway that is older than `first` will come any more; nothing at all without it. */
  finishLate(gateway: string, first: BatchName | undefined): Promise<void>
}

import { type Reason, reasonRow } from '../../contracts/quality.ts'
import { type Assessment, qualityOf } from './assess.ts'
import type { StatusVerdict } from './status.ts'

/**
 * The over-range latch of a catalytic detector (domain 2.5): beyond 100 %LEL oxygen is displaced and the
 * reading may fall while the gas grows, so what came after is not believed until somebody has calibrated.
 */
export type LatchState =
  | 'open'
  | 'latched'
  /** Latched, and the device has said that it is being calibrated. */
  | 'calibrated'

/**
 * What the status of the device does to the latch: `calibrating` and then good again opens it. No value
 * does, nor bad data, loss or time. A fault of the device after `calibrating` is a calibration that failed.
 */
export function heedStatus(state: LatchState, status: StatusVerdict): LatchState {
  if (state === 'open') return 'open'
  switch (status.kind) {
    case 'good':
      return state === 'calibrated' ? 'open' : 'latched'
    case 'unread':
      return state
    case 'said':
      if (status.reason === 'calibrating') return 'calibrated'
      return rowOf(status.reason).fault ? 'latched' : state
  }
}

/**
 * True when a reading closes the latch: it may raise and has reached the limit, or stands for a value
 * beyond all limits. What is not believed, or comes from a mode such as calibration, does not.
 */
export function closesLatch(
  { quality, reason, value }: Assessment,
  overRangeAt: number,
  pending: Reason | undefined,
): boolean {
  const { evidence } = reasonRow(quality, reason)
  if (evidence === 'beyond-high') return true
  if (evidence !== 'measured' && evidence !== 'raise-only') return false
  // A current that the device uses to say something else is no gas.
  if (pending !== undefined && rowOf(pending).evidence === 'none') return false
  return value !== undefined && value >= overRangeAt
}

function rowOf(reason: Reason) {
  return reasonRow(qualityOf(reason), reason)
}

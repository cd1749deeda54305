import { crossesLimit } from '../../contracts/alarm-side.ts'
import { isOtherBallot } from '../../contracts/analytics/ballot.ts'
import type { LiveSettings } from '../../contracts/analytics/computation.ts'
import type { DerivedSensor } from '../../contracts/analytics/derived.ts'
import type { Reading } from '../../contracts/reading.ts'

/**
 * Report by exception, as a gateway does it: what moved by more than the deadband since it was last sent, changed its
 * quality, went to the other side of a limit as it is set now, or was not sent for long; of a vote, when a channel had
 * another say in it.
 */
export function isWorthSending(
  { report, alarms }: Pick<DerivedSensor, 'report' | 'alarms'>,
  sent: Reading | undefined,
  next: Reading,
  live?: LiveSettings,
): boolean {
  if (sent === undefined || next.time - sent.time >= report.maxIntervalMs) return true
  if (sent.quality !== next.quality || sent.reason !== next.reason) return true
  if (isOtherBallot(sent.ballot, next.ballot)) return true
  if (sent.value === next.value) return false
  if (sent.value === undefined || next.value === undefined) return true
  if (Math.abs(next.value - sent.value) > report.deadband) return true
  const limits = alarms.map((alarm) => ({ ...alarm, ...live?.limitOf(alarm.id) }))
  return crossesLimit(limits, sent.value, next.value)
}

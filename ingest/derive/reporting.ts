import type { DerivedSensor } from '../../contracts/analytics/derived.ts'
import type { Reading } from '../../contracts/reading.ts'

/**
 * Report by exception, as a gateway does it: what moved by more than the deadband since it was last sent, changed its
 * quality, went to the other side of a limit, or was not sent for long.
 */
export function isWorthSending(
  { report, alarms }: Pick<DerivedSensor, 'report' | 'alarms'>,
  sent: Reading | undefined,
  next: Reading,
): boolean {
  if (sent === undefined || next.time - sent.time >= report.maxIntervalMs) return true
  if (sent.quality !== next.quality || sent.reason !== next.reason) return true
  if (sent.value === next.value) return false
  if (sent.value === undefined || next.value === undefined) return true
  if (Math.abs(next.value - sent.value) > report.deadband) return true
  const [before, after] = [sent.value, next.value]
  return alarms.some(({ limit, deadband }) =>
    [limit, limit - deadband, limit + deadband].some((edge) => before >= edge !== after >= edge),
  )
}

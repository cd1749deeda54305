import type { LiveSettings } from '../../contracts/analytics/computation.ts'
import type { DerivedSensor } from '../../contracts/analytics/derived.ts'
import type { AlarmConfig } from '../../contracts/facility.ts'
import type { Reading } from '../../contracts/reading.ts'

/**
 * Report by exception, as a gateway does it: what moved by more than the deadband since it was last sent, changed its
 * quality, went to the other side of a limit as it is set now, or was not sent for long.
 */
export function isWorthSending(
  { report, alarms }: Pick<DerivedSensor, 'report' | 'alarms'>,
  sent: Reading | undefined,
  next: Reading,
  live?: LiveSettings,
): boolean {
  if (sent === undefined || next.time - sent.time >= report.maxIntervalMs) return true
  if (sent.quality !== next.quality || sent.reason !== next.reason) return true
  if (sent.value === next.value) return false
  if (sent.value === undefined || next.value === undefined) return true
  if (Math.abs(next.value - sent.value) > report.deadband) return true
  const [before, after] = [sent.value, next.value]
  return alarms.some((alarm) => {
    const set = { ...alarm, ...live?.limitOf(alarm.id) }
    return sideOf(set, before) !== sideOf(set, after)
  })
}

/** As alarms judge a value (DESIGN section 7). */
function sideOf({ when, limit, deadband }: AlarmConfig, value: number): 'beyond' | 'between' | 'returned' {
  switch (when) {
    case 'high':
      return value >= limit ? 'beyond' : value < limit - deadband ? 'returned' : 'between'
    case 'low':
      return value <= limit ? 'beyond' : value > limit + deadband ? 'returned' : 'between'
    case 'equals':
      if (value === limit) return 'beyond'
      return Math.abs(value - limit) > deadband ? 'returned' : 'between'
    case 'not-equals':
      return Math.abs(value - limit) > deadband ? 'beyond' : 'returned'
    case 'stale':
    case 'fault':
      return 'returned'
  }
}

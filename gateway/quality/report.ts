import type { AlarmConfig, PolledSensor } from '../../contracts/facility.ts'
import type { Reading } from '../../contracts/reading.ts'

/** What of an alarm decides on which side of it a value lies. */
export type ReportLimit = Pick<AlarmConfig, 'when' | 'limit' | 'deadband'>

/** The part of a sensor that decides when a sample is worth sending. */
export type ReportRules = Pick<PolledSensor, 'report' | 'pollMs'> & {
  readonly alarms: readonly ReportLimit[]
}

/**
 * Report by exception (DESIGN section 5): the first sample, a change of quality or reason, a move beyond
 * the deadband or across an alarm limit since the value last sent, and at least every `maxInterval`: a
 * sample is sent that could not wait for the next poll.
 */
export function isWorthSending(rules: ReportRules, last: Reading | undefined, sample: Reading): boolean {
  if (last === undefined) return true
  if (sample.quality !== last.quality || sample.reason !== last.reason) return true
  if (sample.time - last.time + rules.pollMs > rules.report.maxIntervalMs) return true
  if (sample.value === undefined || last.value === undefined) return sample.value !== last.value
  if (Math.abs(sample.value - last.value) > rules.report.deadband) return true
  return crossesLimit(rules.alarms, last.value, sample.value)
}

/** True when the two values lie on different sides of the limit, or of the return point, of any alarm. */
export function crossesLimit(alarms: readonly ReportLimit[], before: number, after: number): boolean {
  return before !== after && alarms.some((alarm) => sideOf(alarm, before) !== sideOf(alarm, after))
}

/** Beyond the limit, back past the deadband, or between the two where the alarm keeps its state. */
type Side = 'beyond' | 'between' | 'returned'

function sideOf(alarm: ReportLimit, value: number): Side {
  const { limit, deadband } = alarm
  switch (alarm.when) {
    case 'high':
      if (value >= limit) return 'beyond'
      return value < limit - deadband ? 'returned' : 'between'
    case 'low':
      if (value <= limit) return 'beyond'
      return value > limit + deadband ? 'returned' : 'between'
    case 'equals':
      return value === limit ? 'beyond' : 'returned'
    case 'not-equals':
      return value === limit ? 'returned' : 'beyond'
    case 'stale':
    case 'fault':
      return 'returned'
  }
}

import { type AlarmLimit, crossesLimit } from '../../contracts/alarm-side.ts'
import type { PolledSensor } from '../../contracts/facility.ts'
import type { Reading } from '../../contracts/reading.ts'

/** The part of a sensor that decides when a sample is worth sending. */
export type ReportRules = Pick<PolledSensor, 'report' | 'pollMs'> & {
  readonly alarms: readonly AlarmLimit[]
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

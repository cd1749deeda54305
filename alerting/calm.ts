import type { AlarmConfig } from '../contracts/facility.ts'
import type { AlarmRecord } from './alarm-record.ts'
import type { Sample } from './evidence.ts'

/** A good value between the two, neither of them included, is evidence of normality for all alarms of a sensor. */
export interface CalmRange {
  readonly above: number
  readonly below: number
}

/** Nothing is. */
export const NEVER_CALM: CalmRange = { above: Number.POSITIVE_INFINITY, below: Number.NEGATIVE_INFINITY }

/**
 * Nearly every reading is good, normal, and meets alarms that are: told apart with two comparisons, it costs
 * a tenth of judging alarm by alarm. Alarms on single values have no such range.
 */
export function calmRange(alarms: readonly AlarmConfig[]): CalmRange {
  let above = Number.NEGATIVE_INFINITY
  let below = Number.POSITIVE_INFINITY
  for (const { when, limit } of alarms) {
    if (when === 'high') below = Math.min(below, limit)
    else if (when === 'low') above = Math.max(above, limit)
    else if (when === 'equals' || when === 'not-equals') return NEVER_CALM
  }
  return { above, below }
}

export function isCalmSample({ above, below }: CalmRange, { quality, reason, value }: Sample): boolean {
  return quality === 'good' && reason === null && value !== null && value > above && value < below
}

/** What a calm sample does not change. */
export function isCalmRecord({ phase, unknown }: AlarmRecord): boolean {
  return phase === 'inactive' && !unknown
}

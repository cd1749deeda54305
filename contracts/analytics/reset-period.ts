import { periodAround } from '../local-time.ts'
import type { Surroundings } from './computation.ts'
import type { RESETS } from './derived-schema.ts'

export type Reset = (typeof RESETS)[number]

/** From a beginning to the next, epoch ms; the beginning belongs to it. */
export interface ResetPeriod {
  readonly from: number
  readonly to: number
}

/** No shift and no day is longer: a day on which the clocks go back has 25 hours. */
export const LONGEST_PERIOD_MS = 25 * 3_600_000

/** When thousands begin anew at once, one of them asks the calendar. Key: surroundings, then what begins anew. */
const latest = new WeakMap<Surroundings, Map<Reset, ResetPeriod>>()

/** The shift or day of the facility that a time is in. */
export function periodAt(
  time: number,
  reset: Exclude<Reset, 'never'>,
  surroundings: Surroundings,
): ResetPeriod {
  const known = latest.get(surroundings) ?? new Map<Reset, ResetPeriod>()
  latest.set(surroundings, known)
  const last = known.get(reset)
  if (last !== undefined && time >= last.from && time < last.to) return last
  const { timezone, shifts } = surroundings
  const begins = reset === 'day' || shifts.length === 0 ? ['00:00'] : shifts
  // What ends at a time is asked for, and what begins then is meant.
  const period = periodAround(time + 1, begins, timezone)
  known.set(reset, period)
  return period
}

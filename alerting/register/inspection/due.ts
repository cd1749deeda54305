import { offsetMinutes } from '../../../contracts/iso-time.ts'
import type { InspectionPlan } from '../../../contracts/register/inspection-plan.ts'
import { Calendar } from '../../kpi/calendar.ts'

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000
const YEAR_MS = 365 * DAY_MS

/** What of a plan says when it is due. */
export type Interval = Pick<InspectionPlan, 'everyMs' | 'graceMs' | 'hazardWhenMissed'>

/** When a round is wanted, by the clocks of its facility. Times in epoch ms. */
export interface Due {
  readonly due: number
  readonly overdueFrom: number
  readonly isDue: boolean
  readonly isOverdue: boolean
  /** No round for so many further periods that it is a hazard. */
  readonly isHazard: boolean
}

/** A time without a finished round: from the one before, or the first sight of the plan, to the next or to now. */
export interface Gap {
  readonly from: number
  readonly to: number
}

/**
 * So many periods after a round. Whole days keep the time of day when clocks change; shorter periods are as long as
 * they are.
 */
export function periodsAfter(from: number, everyMs: number, periods: number, timezone: string): number {
  if (everyMs % DAY_MS !== 0) return from + everyMs * periods
  const shown = from + offsetMinutes(from, timezone) * MINUTE_MS
  const later = new Date(shown + everyMs * periods).toISOString()
  const rest = ((shown % MINUTE_MS) + MINUTE_MS) % MINUTE_MS
  return new Calendar(timezone).at(later.slice(0, 10), later.slice(11, 16)) + rest
}

/** @param last the end of the last finished round, or the first sight of the plan */
export function dueAt(interval: Interval, last: number, now: number, timezone: string): Due {
  const { everyMs, graceMs, hazardWhenMissed } = interval
  const due = periodsAfter(last, everyMs, 1, timezone)
  const overdueFrom = due + graceMs
  const hazardFrom = periodsAfter(last, everyMs, 1 + hazardWhenMissed, timezone) + graceMs
  return {
    due,
    overdueFrom,
    isDue: now >= due,
    isOverdue: now > overdueFrom,
    isHazard: hazardWhenMissed > 0 && now > hazardFrom,
  }
}

/** From when on missed rounds are counted: a day back, or a year when rounds are a day or more apart. */
export function countedFrom({ everyMs }: Interval, now: number): number {
  return now - (everyMs < DAY_MS ? DAY_MS : YEAR_MS)
}

/** How many times, from `since` on, a round was due and none was finished within its grace. */
export function missedIn(interval: Interval, gaps: readonly Gap[], since: number, timezone: string): number {
  return gaps.reduce((sum, gap) => sum + missedInGap(interval, gap, since, timezone), 0)
}

function missedInGap(
  { everyMs, graceMs }: Interval,
  { from, to }: Gap,
  since: number,
  timezone: string,
): number {
  let missed = 0
  // Clocks that changed move a due time by no more than a period.
  for (let period = Math.max(1, Math.floor((since - from) / everyMs) - 1); ; period += 1) {
    const due = periodsAfter(from, everyMs, period, timezone)
    if (due + graceMs >= to) return missed
    if (due >= since) missed += 1
  }
}

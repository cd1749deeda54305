import type { HazardFigures } from '../../../contracts/register/figures-api.ts'
import type { Counts } from './tally-cell.ts'

const DAY_S = 86_400

/** The figures of what was counted. `overdue`: those that are open and past their deadline. */
export function figuresOf(
  { identified, closed, closedOnTime, seconds }: Counts,
  overdue: number,
): HazardFigures {
  return {
    identified,
    closed,
    open: identified - closed,
    overdue,
    closedOnTime,
    rectificationRate: percent(closed, identified),
    onTimeRate: percent(closedOnTime, closed),
    meanDaysToClose: closed === 0 ? null : hundredths(seconds * 100, closed * DAY_S),
  }
}

/** Per cent with two decimals, rounded half up; null of nothing. */
export function percent(part: number, whole: number): number | null {
  return whole === 0 ? null : hundredths(part * 10_000, whole)
}

/** A hundredth of a quotient, rounded half up in whole numbers: no binary fraction decides. */
function hundredths(dividend: number, divisor: number): number {
  const [n, d] = [BigInt(dividend), BigInt(divisor)]
  return Number((2n * n + d) / (2n * d)) / 100
}

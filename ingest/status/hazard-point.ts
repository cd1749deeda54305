import type { MonthSum, StatusSum } from '../../contracts/register/hazard-sums.ts'
import type { StatusPoint } from '../../contracts/store.ts'

/** Hazards of one facility, grade and status as they stand at a time, epoch ms. */
export function hazardPoint(sum: StatusSum, time: number): StatusPoint {
  const { facility, region, grade, status, count, overdue, onTime, days } = sum
  const isClosed = status === 'closed'
  return {
    measurement: 'hazard',
    tags: { facility, ...regionTag(region), grade, status },
    fields: {
      count: BigInt(count),
      // So that a rate is a quotient of two sums, whatever statuses are among them.
      open: BigInt(isClosed ? 0 : count),
      closed: BigInt(isClosed ? count : 0),
      overdue: BigInt(overdue),
      onTime: BigInt(onTime),
      days,
    },
    time,
  }
}

/** What was found in one month, at its start: written again it replaces what it was. */
export function hazardMonthPoint(sum: MonthSum): StatusPoint {
  const { facility, region, grade, from, identified, closed, onTime, days } = sum
  return {
    measurement: 'hazard_month',
    tags: { facility, ...regionTag(region), grade },
    fields: { identified: BigInt(identified), closed: BigInt(closed), onTime: BigInt(onTime), days },
    time: from,
  }
}

/** A tag is never empty. */
function regionTag(region: string): { region?: string } {
  return region === '' ? {} : { region }
}

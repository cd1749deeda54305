import { CodedError } from '../../../contracts/errors.ts'
import { Calendar } from '../../kpi/calendar.ts'
import { monthsBetween } from './recount.ts'
import { nextMonth } from './tally-cell.ts'

/** In which time hazards were found. */
export type Period =
  | { readonly kind: 'all'; readonly name: string }
  /** Whole months, each by the calendar of the facility: 2026-10, both inclusive. */
  | { readonly kind: 'months'; readonly name: string; readonly first: string; readonly last: string }
  /** Epoch ms, from inclusive, to exclusive. */
  | { readonly kind: 'window'; readonly name: string; readonly from: number; readonly to: number }

/** As it is asked for; times in epoch ms. */
export interface AskedPeriod {
  readonly month?: string | undefined
  readonly quarter?: string | undefined
  readonly year?: string | undefined
  readonly from?: number | undefined
  readonly to?: number | undefined
}

/** The most that a window may be long, so that a slip of the keyboard does not ask for thousands of years. */
const LONGEST_MS = 100 * 366 * 86_400_000

/** @throws CodedError FIGURES_PERIOD */
export function periodOf({ month, quarter, year, from, to }: AskedPeriod, now: number): Period {
  const asked = [month, quarter, year].filter((name) => name !== undefined)
  const isWindow = from !== undefined || to !== undefined
  if (asked.length > 1 || (asked.length === 1 && isWindow))
    throw new CodedError('FIGURES_PERIOD', 'more than one period is given')
  if (month !== undefined) return { kind: 'months', name: month, first: month, last: month }
  if (quarter !== undefined) {
    const last = Number(quarter.slice(6)) * 3
    const at = (number: number) => `${quarter.slice(0, 4)}-${String(number).padStart(2, '0')}`
    return { kind: 'months', name: quarter, first: at(last - 2), last: at(last) }
  }
  if (year !== undefined) return { kind: 'months', name: year, first: `${year}-01`, last: `${year}-12` }
  if (!isWindow) return { kind: 'all', name: 'all' }
  if (from === undefined) throw new CodedError('FIGURES_PERIOD', 'to is given without from')
  const end = to ?? now
  if (end <= from || end - from > LONGEST_MS)
    throw new CodedError('FIGURES_PERIOD', 'from lies before to, by 100 years at the most')
  return { kind: 'window', name: 'window', from, to: end }
}

/** A stretch of time, as the clock of one zone has it. */
export interface Stretch {
  readonly timezone: string
  /** Inclusive, epoch ms. */
  readonly from: number
  /** Exclusive, epoch ms. */
  readonly to: number
}

/** A period in the time of a zone; undefined when it has no bounds. */
export function stretchOf(period: Period, timezone: string): Stretch | undefined {
  switch (period.kind) {
    case 'all':
      return undefined
    case 'window':
      return { timezone, from: period.from, to: period.to }
    case 'months': {
      const calendar = new Calendar(timezone)
      const [first, last] = [calendar.month(period.first), calendar.month(period.last)]
      return { timezone, from: first?.from ?? 0, to: last?.to ?? 0 }
    }
  }
}

/** A window taken apart: whole months, which stand in the tally, and what is left over at its ends. */
export interface SplitWindow {
  /** 2026-10, both inclusive; undefined when the window holds no whole month. */
  readonly months?: { readonly first: string; readonly last: string }
  readonly edges: readonly Stretch[]
}

export function splitWindow(from: number, to: number, timezone: string): SplitWindow {
  const whole = monthsBetween(timezone, from, to).filter((month) => month.from >= from && month.to <= to)
  const [first, last] = [whole[0], whole.at(-1)]
  if (first === undefined || last === undefined) return { edges: [{ timezone, from, to }] }
  return {
    months: { first: first.month, last: last.month },
    edges: [
      { timezone, from, to: first.from },
      { timezone, from: last.to, to },
    ].filter((edge) => edge.from < edge.to),
  }
}

/** 2026-10 and every month up to the last. */
export function monthNames(first: string, last: string): string[] {
  const names: string[] = []
  for (let month = first; month <= last; month = nextMonth(month)) names.push(month)
  return names
}

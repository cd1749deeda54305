import { plantTimeIso } from '../plant-time.ts'
import type { RegisterQuery } from '../route.ts'

/** In which time hazards were found, as the address says it. */
export type FiguresPeriod =
  | { kind: 'quarter'; quarter: string }
  | { kind: 'year'; year: string }
  /** Both inclusive, `2026-07`. */
  | { kind: 'months'; first: string; last: string }

const MONTH = /^\d{4}-(0[1-9]|1[0-2])$/

/** @param today `yyyy-mm-dd` of the plant: without a period it is the quarter of today */
export function periodOf(query: RegisterQuery, today: string): FiguresPeriod {
  const { quarter = '', year = '', from = '', to = '' } = query
  if (/^\d{4}-Q[1-4]$/.test(quarter)) return { kind: 'quarter', quarter }
  if (/^\d{4}$/.test(year)) return { kind: 'year', year }
  if (MONTH.test(from) && MONTH.test(to)) {
    return from <= to ? { kind: 'months', first: from, last: to } : { kind: 'months', first: to, last: from }
  }
  return { kind: 'quarter', quarter: quarterOf(today) }
}

/** For the address. */
export function periodQuery(period: FiguresPeriod): RegisterQuery {
  switch (period.kind) {
    case 'quarter':
      return { quarter: period.quarter }
    case 'year':
      return { year: period.year }
    case 'months':
      return { from: period.first, to: period.last }
  }
}

/** For the API: months begin and end by the clock of the plant. */
export function askedPeriod(period: FiguresPeriod, timezone: string): Record<string, string> {
  if (period.kind !== 'months') return { ...periodQuery(period) }
  const [from, to] = [period.first, monthAfter(period.last)].map((month) =>
    plantTimeIso(`${month}-01T00:00`, timezone),
  )
  return from === undefined || to === undefined ? {} : { from, to }
}

export function quarterOf(day: string): string {
  return `${day.slice(0, 4)}-Q${Math.ceil(Number(day.slice(5, 7)) / 3)}`
}

export function quarterBefore(quarter: string): string {
  const [year, number] = [Number(quarter.slice(0, 4)), Number(quarter.slice(6))]
  return number === 1 ? `${year - 1}-Q4` : `${year}-Q${number - 1}`
}

/** The months of a period, both inclusive, for the inputs. */
export function monthsOf(period: FiguresPeriod): { first: string; last: string } {
  switch (period.kind) {
    case 'months':
      return period
    case 'year':
      return { first: `${period.year}-01`, last: `${period.year}-12` }
    case 'quarter': {
      const last = Number(period.quarter.slice(6)) * 3
      const at = (month: number) => `${period.quarter.slice(0, 4)}-${String(month).padStart(2, '0')}`
      return { first: at(last - 2), last: at(last) }
    }
  }
}

function monthAfter(month: string): string {
  const [year, number] = [Number(month.slice(0, 4)), Number(month.slice(5))]
  return number === 12 ? `${year + 1}-01` : `${year}-${String(number + 1).padStart(2, '0')}`
}

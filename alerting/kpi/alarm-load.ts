import { type Calendar, HOUR_MS, type Period, type ShiftPeriod, TEN_MINUTES_MS } from './calendar.ts'
import { PeriodTable } from './period-table.ts'

/** More annunciated alarms in an hour of the clock than an operator can take (ISA-18.2). */
const HOUR_ABOVE = 30
/** And in a period of 10 minutes of the clock. */
const TEN_MINUTES_ABOVE = 10

export interface Peak {
  readonly count: number
  /** Start of the period, epoch ms; null when there was none. */
  readonly at: number | null
}

export interface LoadResult {
  readonly annunciated: number
  readonly peakHour: Peak
  readonly peakDay: Peak
  /** Hours of the clock in the window, cut ones included, and those of them over the limit. */
  readonly hours: { readonly count: number; readonly over: number }
  readonly periods: { readonly count: number; readonly over: number }
  /** Up to the end of the window. */
  readonly lastHour: number
}

/** How many alarms were annunciated, by 10 minutes, hour, day and shift of the clock. It grows with the window alone. */
export class AlarmLoad {
  readonly #calendar: Calendar
  readonly #from: number
  readonly #to: number
  /** Key: start of the period, epoch ms. Empty ones are left out. */
  readonly #tenMinutes = new Map<number, number>()
  readonly #hours = new Map<number, number>()
  readonly days: PeriodTable<Period>
  readonly shifts: PeriodTable<ShiftPeriod>
  #annunciated = 0
  #lastHour = 0

  /** Epoch ms, from inclusive, to exclusive. `shifts` as in the facility file. */
  constructor(calendar: Calendar, window: { from: number; to: number; shifts: readonly string[] }) {
    const { from, to, shifts } = window
    this.#calendar = calendar
    this.#from = from
    this.#to = to
    this.days = new PeriodTable(calendar.days(from, to))
    this.shifts = new PeriodTable(calendar.shifts(shifts, from, to))
  }

  /** A time within the window. */
  note(time: number): void {
    this.#annunciated += 1
    if (time >= this.#to - HOUR_MS) this.#lastHour += 1
    count(this.#tenMinutes, this.#calendar.tenMinutesOf(time))
    count(this.#hours, this.#calendar.hourOf(time))
    this.days.rowOf(time).annunciated += 1
    this.shifts.rowOf(time).annunciated += 1
  }

  /** So many were annunciated in the 10 minutes before a time within the window. */
  noteLast10Minutes(time: number, count: number): void {
    for (const row of [this.days.rowOf(time), this.shifts.rowOf(time)])
      row.peak10Minutes = Math.max(row.peak10Minutes, count)
  }

  /** Fills in what the rows of days and shifts say of hours and 10 minutes. Called once, at the end. */
  finish(): LoadResult {
    const [from, to] = [this.#from, this.#to]
    const tables = [this.days, this.shifts]
    // The first period of the window may have begun before it.
    const rowsOf = (start: number) => tables.map((table) => table.rowOf(Math.max(start, from)))
    let over30 = 0
    let over10 = 0
    for (const [start, alarms] of this.#hours) {
      if (alarms <= HOUR_ABOVE) continue
      over30 += 1
      for (const row of rowsOf(start)) row.hoursOver30 += 1
    }
    for (const [start, alarms] of this.#tenMinutes) {
      if (alarms <= TEN_MINUTES_ABOVE) continue
      over10 += 1
      for (const row of rowsOf(start)) row.periodsOver10 += 1
    }
    const touched = (first: number, ms: number) => Math.ceil((to - first) / ms)
    return {
      annunciated: this.#annunciated,
      peakHour: highest(this.#hours),
      peakDay: highest(this.days.rows.map(({ from: at, annunciated }) => [at, annunciated])),
      hours: { count: touched(this.#calendar.hourOf(from), HOUR_MS), over: over30 },
      periods: { count: touched(this.#calendar.tenMinutesOf(from), TEN_MINUTES_MS), over: over10 },
      lastHour: this.#lastHour,
    }
  }
}

function count(counts: Map<number, number>, key: number): void {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}

/** The first of the highest. */
function highest(counts: Iterable<readonly [at: number, count: number]>): Peak {
  let peak: Peak = { count: 0, at: null }
  for (const [at, alarms] of counts) {
    const isFirst = alarms === peak.count && peak.at !== null && at < peak.at
    if (alarms > peak.count || isFirst) peak = { count: alarms, at }
  }
  return peak
}

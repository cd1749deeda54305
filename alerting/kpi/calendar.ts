import { offsetMinutes } from '../../contracts/iso-time.ts'

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000
export const HOUR_MS = 3_600_000
export const TEN_MINUTES_MS = 600_000

/** A day or a shift of a facility: epoch ms, from inclusive, to exclusive. */
export interface Period {
  /** Of its local start, such as 2026-10-25. */
  readonly date: string
  readonly from: number
  readonly to: number
}

export interface ShiftPeriod extends Period {
  /** When it begins, HH:MM. */
  readonly shift: string
}

/**
 * Days, hours and shifts as the clocks of a facility show them. A day on which clocks change has 23 or 25 hours, or
 * whatever its zone makes of it.
 */
export class Calendar {
  readonly #timezone: string

  constructor(timezone: string) {
    this.#timezone = timezone
  }

  /** The date on the clock, such as 2026-10-25. */
  dateOf(ms: number): string {
    return new Date(this.#local(ms)).toISOString().slice(0, 10)
  }

  /** When a day begins, epoch ms. */
  startOf(date: string): number {
    return this.at(date, '00:00')
  }

  /**
   * When the clock shows a time (HH:MM) of a day: the first time when it does so twice; when it never does, as much
   * later as the clock was set forward.
   */
  at(date: string, time: string): number {
    const local = Date.parse(`${date}T${time}:00Z`)
    // No zone is further than a day from UTC, and none changes its clock twice within two days.
    const before = offsetMinutes(local - DAY_MS, this.#timezone) * MINUTE_MS
    const after = offsetMinutes(local + DAY_MS, this.#timezone) * MINUTE_MS
    const early = local - Math.max(before, after)
    const late = local - Math.min(before, after)
    if (this.#local(early) === local) return early
    if (this.#local(late) === local) return late
    return local - before
  }

  /** The start of the hour on the clock. */
  hourOf(ms: number): number {
    return this.#gridOf(ms, HOUR_MS)
  }

  /** The start of the period of 10 minutes on the clock. */
  tenMinutesOf(ms: number): number {
    return this.#gridOf(ms, TEN_MINUTES_MS)
  }

  /** The days that lie in a window, the first and the last cut to it. */
  days(from: number, to: number): Period[] {
    const days: Period[] = []
    let date = this.dateOf(from)
    for (let start = from; start < to; ) {
      const next = nextDate(date)
      const end = Math.min(this.startOf(next), to)
      // A day that an island skipped has no time in it.
      if (end > start) days.push({ date, from: start, to: end })
      ;[date, start] = [next, Math.max(start, end)]
    }
    return days
  }

  /** The shifts that lie in a window, cut likewise. `begins` as in the facility file: HH:MM, ascending. */
  shifts(begins: readonly string[], from: number, to: number): ShiftPeriod[] {
    return this.wholeShifts(begins, from, to).map((shift) => ({
      ...shift,
      from: Math.max(shift.from, from),
      to: Math.min(shift.to, to),
    }))
  }

  /** The same, from their begin to their end. */
  wholeShifts(begins: readonly string[], from: number, to: number): ShiftPeriod[] {
    const starts: { date: string; shift: string; at: number }[] = []
    // The shift that is on when the window begins may have begun the day before, or before a day that an island skipped.
    const last = nextDate(this.dateOf(to), 2)
    for (let date = nextDate(this.dateOf(from), -2); date <= last; date = nextDate(date)) {
      for (const shift of begins) {
        const at = this.at(date, shift)
        // One that the clock jumped over, to where the next has begun already, is none.
        while ((starts.at(-1)?.at ?? at - 1) >= at) starts.pop()
        starts.push({ date, shift, at })
      }
    }
    return starts.flatMap(({ date, shift, at }, index): ShiftPeriod[] => {
      const end = starts[index + 1]?.at
      return end !== undefined && end > from && at < to ? [{ date, shift, from: at, to: end }] : []
    })
  }

  /** A month such as 2026-11; undefined when it is none. */
  month(text: string): { from: number; to: number } | undefined {
    const found = /^([0-9]{4})-(0[1-9]|1[0-2])$/.exec(text)
    if (found === null) return undefined
    const [year, month] = [Number(found[1]), Number(found[2])]
    const next = month === 12 ? `${four(year + 1)}-01` : `${four(year)}-${String(month + 1).padStart(2, '0')}`
    return { from: this.startOf(`${text}-01`), to: this.startOf(`${next}-01`) }
  }

  /** A window of 30 days of the clock or more, or exactly a month of the calendar. */
  isLong(from: number, to: number): boolean {
    const first = this.dateOf(from)
    // The time of day stays, whatever clocks do meanwhile.
    const clock = this.#local(from) - Date.parse(`${first}T00:00:00Z`)
    if (to >= this.startOf(nextDate(first, 30)) + clock) return true
    const month = this.month(first.slice(0, 7))
    return month?.from === from && month.to === to
  }

  #gridOf(ms: number, grid: number): number {
    const local = this.#local(ms)
    return ms - (local - Math.floor(local / grid) * grid)
  }

  /** What the clock shows, as if it stood at UTC. */
  #local(ms: number): number {
    return ms + offsetMinutes(ms, this.#timezone) * MINUTE_MS
  }
}

function nextDate(date: string, days = 1): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10)
}

function four(year: number): string {
  return String(year).padStart(4, '0')
}

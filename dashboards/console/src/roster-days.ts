import type { ShiftView } from '../../../contracts/notify/api.ts'
import { plantLocal, plantTimeIso } from './plant-time.ts'

const DAY_MS = 86_400_000
/** Days that the table has. */
export const DAYS = 14

/** One shift of one day, and who has it: more than one part where an absence begins or ends within it. */
export interface RosterCell {
  /** Epoch ms. */
  from: number
  to: number
  parts: readonly ShiftView[]
}

export interface RosterDay {
  /** `yyyy-mm-dd`, of the plant. */
  date: string
  /** One for each of {@link RosterTable.starts}. */
  cells: readonly RosterCell[]
}

/** A fortnight of one duty as rows of days. */
export interface RosterTable {
  /** When shifts begin, `hh:mm` of the plant; `00:00` alone where a duty has no shifts. */
  starts: readonly string[]
  days: readonly RosterDay[]
}

/** What is to be asked for: from the day before, since a night shift of it may go on, as ISO times of the plant. */
export function rosterWindow(now: number, timezone: string): { from: string; to: string } {
  const today = dateAt(now, timezone)
  return {
    from: isoAt(dayAfter(today, -1), '00:00', timezone),
    to: isoAt(dayAfter(today, DAYS + 1), '00:00', timezone),
  }
}

/** The table begins with the shift that runs at `now`. */
export function rosterTable(shifts: readonly ShiftView[], now: number, timezone: string): RosterTable {
  const starts = startsOf(shifts, timezone)
  const [first = '00:00'] = starts
  const today = dateAt(now, timezone)
  const begin = now < Date.parse(isoAt(today, first, timezone)) ? dayAfter(today, -1) : today
  const days = Array.from({ length: DAYS }, (_, index) => dayAfter(begin, index))
  return { starts, days: days.map((date) => dayOf(date, starts, shifts, timezone)) }
}

function dayOf(
  date: string,
  starts: readonly string[],
  shifts: readonly ShiftView[],
  timezone: string,
): RosterDay {
  const bounds = [
    ...starts.map((start) => isoAt(date, start, timezone)),
    isoAt(dayAfter(date, 1), starts[0] ?? '00:00', timezone),
  ].map((time) => Date.parse(time))
  const cells = starts.map((_, index) => {
    const [from = 0, to = 0] = [bounds[index], bounds[index + 1]]
    const parts = shifts.filter((shift) => Date.parse(shift.from) < to && Date.parse(shift.to) > from)
    return { from, to, parts: joined(parts) }
  })
  return { date, cells }
}

/** Parts that follow each other with the same people are one. */
function joined(parts: readonly ShiftView[]): ShiftView[] {
  const whole: ShiftView[] = []
  for (const part of parts) {
    const last = whole.at(-1)
    if (last !== undefined && whoOf(last) === whoOf(part)) whole[whole.length - 1] = { ...last, to: part.to }
    else whole.push(part)
  }
  return whole
}

function whoOf({ team, persons, absent }: ShiftView): string {
  return JSON.stringify([team, persons, absent])
}

/** Times of day at which the duty changes hands on half of the days or more: absences change it on single ones. */
function startsOf(shifts: readonly ShiftView[], timezone: string): string[] {
  const days = new Map<string, Set<string>>()
  for (const { from } of shifts) {
    const ms = Date.parse(from)
    const start = timeAt(ms, timezone)
    days.set(start, (days.get(start) ?? new Set()).add(dateAt(ms, timezone)))
  }
  const [first, last] = [shifts[0], shifts.at(-1)]
  const span = first === undefined || last === undefined ? 0 : Date.parse(last.to) - Date.parse(first.from)
  // The first day is cut off, and so is the last.
  const enough = Math.max(2, (span / DAY_MS - 2) / 2)
  const starts = [...days].filter(([, dates]) => dates.size >= enough).map(([start]) => start)
  return starts.length === 0 ? ['00:00'] : starts.sort()
}

function dateAt(ms: number, timezone: string): string {
  return plantLocal(ms, timezone).slice(0, 10)
}

function timeAt(ms: number, timezone: string): string {
  return plantLocal(ms, timezone).slice(11, 16)
}

/** Calendar days have no zone. */
function dayAfter(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00Z`) + days * DAY_MS).toISOString().slice(0, 10)
}

function isoAt(date: string, time: string, timezone: string): string {
  return plantTimeIso(`${date}T${time}`, timezone) ?? `${date}T${time}:00Z`
}

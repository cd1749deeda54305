import type { Duty } from '../../contracts/notify/plan.ts'
import { Calendar } from '../kpi/calendar.ts'

const DAY_MS = 86_400_000

/** Who is planned for a duty from one moment to another: epoch ms, from inclusive, to exclusive. */
export interface Turn {
  readonly from: number
  readonly to: number
  /** Counts the shifts from the first of the day on which the cycle starts; negative before it. */
  readonly place: number
  /** Null: nobody, or a duty without shifts. */
  readonly team: string | null
  /** Responders, each once: those of the shift, then those who have it at all times. */
  readonly planned: readonly string[]
}

/** The turns that lie in a window, in order and without a gap, the first and the last cut to it. */
export function turnsOf(duty: Duty, timezone: string, from: number, to: number): Turn[] {
  if (to <= from) return []
  const { cycle, shifts, start } = duty
  if (cycle.length === 0 || start === undefined)
    return [{ from, to, place: 0, team: null, planned: unique(duty.always) }]
  const calendar = new Calendar(timezone)
  return calendar.shifts(shifts, from, to).map(({ date, shift, ...period }) => {
    // By days of the calendar: a shift that is longer, shorter or left out moves nobody's turn.
    const place = daysBetween(start, date) * shifts.length + shifts.indexOf(shift)
    const team = cycle[modulo(place, cycle.length)] ?? null
    const members = team === null ? [] : (duty.teams.get(team) ?? [])
    return { ...period, place, team, planned: unique([...members, ...duty.always]) }
  })
}

/** Who is planned at a moment. */
export function plannedAt(duty: Duty, timezone: string, at: number): readonly string[] {
  return turnsOf(duty, timezone, at, at + 1)[0]?.planned ?? []
}

function daysBetween(start: string, date: string): number {
  return Math.round((Date.parse(`${date}T00:00:00Z`) - Date.parse(`${start}T00:00:00Z`)) / DAY_MS)
}

function modulo(n: number, by: number): number {
  return ((n % by) + by) % by
}

function unique(ids: readonly string[]): string[] {
  return [...new Set(ids)]
}

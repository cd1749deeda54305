import type { AbsenceView, DutyView, HandoverView, ShiftView } from '../../contracts/notify/api.ts'
import { FACILITY, iso } from './fake-plant.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
/** Of Asia/Shanghai, which has no summer time. */
const OFFSET = 8 * HOUR

/** A duty with two shifts a day, or with people who have it at all times. */
export interface FakeDuty {
  id: string
  name: string
  /** Teams in turn, from the first shift of the epoch on; null: nobody. Empty: always {@link always}. */
  cycle: readonly (string | null)[]
  teams: Readonly<Record<string, readonly FakePerson[]>>
  always: readonly FakePerson[]
}

export interface FakePerson {
  id: string
  name: string
  /** Without an address. */
  isUnreachable?: boolean
}

/** Shifts begin at 08:00 and 20:00; absences split them. */
export function shiftsOf(
  duty: FakeDuty,
  { from, to, absences }: { from: number; to: number; absences: readonly AbsenceView[] },
): ShiftView[] {
  const bounds = new Set([from, to])
  if (duty.cycle.length > 0) {
    const first = Math.floor((from + OFFSET) / DAY) * DAY - OFFSET + 8 * HOUR
    for (let start = first; start < to; start += 12 * HOUR) if (start > from) bounds.add(start)
  }
  for (const absence of absences)
    for (const time of [Date.parse(absence.from), Date.parse(absence.to)])
      if (time > from && time < to) bounds.add(time)
  const sorted = [...bounds].sort((a, b) => a - b)
  return sorted.slice(1).map((end, index) => shiftAt(duty, sorted[index] ?? from, end, absences))
}

function shiftAt(duty: FakeDuty, from: number, to: number, absences: readonly AbsenceView[]): ShiftView {
  const index = Math.floor((from + OFFSET - 8 * HOUR) / (12 * HOUR))
  const team = duty.cycle.length === 0 ? null : (duty.cycle[index % duty.cycle.length] ?? null)
  const planned = team === null ? duty.always : (duty.teams[team] ?? [])
  const everybody = [...duty.always, ...Object.values(duty.teams).flat()]
  const persons: ShiftView['persons'] = []
  const absent: string[] = []
  for (const person of planned) {
    const away = absences.find(
      (absence) =>
        absence.person === person.id && Date.parse(absence.from) <= from && Date.parse(absence.to) > from,
    )
    const substitute = everybody.find(({ id }) => id === away?.substitute)
    if (away !== undefined && substitute === undefined) absent.push(person.name)
    else {
      const there = substitute ?? person
      const substituteFor = substitute === undefined ? null : person.name
      persons.push({ id: there.id, name: there.name, substituteFor, reachable: there.isUnreachable !== true })
    }
  }
  return { from: iso(from), to: iso(to), team, persons, absent }
}

/** As GET /roster says it. */
export function dutyView(
  duty: FakeDuty,
  {
    now,
    absences,
    handovers,
  }: { now: number; absences: readonly AbsenceView[]; handovers: readonly HandoverView[] },
): DutyView {
  const shifts = shiftsOf(duty, { from: now - 12 * HOUR, to: now + 7 * DAY, absences })
  const index = shifts.findIndex(({ to }) => Date.parse(to) > now)
  const current = shifts[index]
  if (current === undefined) throw new Error('the window holds the present')
  const hole = shifts.slice(index).find(({ persons }) => persons.length === 0)
  return {
    facility: FACILITY,
    duty: duty.id,
    name: duty.name,
    now: current,
    next: shifts[index + 1] ?? null,
    hole: hole === undefined ? null : hole === current ? iso(now) : hole.from,
    handover: handovers.find((note) => note.duty === duty.id) ?? null,
  }
}

import type { Duty, Responder } from '../../contracts/notify/plan.ts'
import { type Absence, type AbsencesOf, awayAt } from './absence.ts'
import { plannedAt, type Turn, turnsOf } from './duty-plan.ts'

export interface OnDuty {
  readonly responder: Responder
  /** Who is absent; null: they are planned themselves. */
  readonly substituteFor: string | null
}

/** Who really has a duty. */
export interface Staff {
  readonly persons: readonly OnDuty[]
  /** Planned, and away without a substitute. */
  readonly absent: readonly string[]
}

/** Somebody has a duty from one moment to the next at which that changes: epoch ms, from inclusive, to exclusive. */
export interface Stretch extends Staff {
  readonly from: number
  readonly to: number
  readonly team: string | null
}

/** What changes the plan. */
export interface Attendance {
  readonly timezone: string
  readonly responders: ReadonlyMap<string, Responder>
  readonly absences: AbsencesOf
}

export function staffAt(duty: Duty, attendance: Attendance, at: number): Staff {
  return staffOf(plannedAt(duty, attendance.timezone, at), attendance, at)
}

/** Those that lie in a window, in order and without a gap, the first and the last cut to it. */
export function stretchesOf(duty: Duty, attendance: Attendance, from: number, to: number): Stretch[] {
  const stretches: Stretch[] = []
  for (const turn of turnsOf(duty, attendance.timezone, from, to)) {
    const absences = touching(turn, attendance.absences)
    const bounds = boundsOf(turn, absences)
    for (const [index, end] of bounds.entries()) {
      const begin = bounds[index - 1]
      if (begin === undefined) continue
      const staff = staffOf(turn.planned, { ...attendance, absences }, begin)
      const next = { from: begin, to: end, team: turn.team, ...staff }
      const last = stretches.at(-1)
      if (last !== undefined && isSame(last, next)) stretches[stretches.length - 1] = { ...last, to: end }
      else stretches.push(next)
    }
  }
  return stretches
}

/** The absences of who is planned and of who stands in, as far as they touch the turn. */
function touching({ planned, from, to }: Turn, absences: AbsencesOf): AbsencesOf {
  const found = new Map<string, readonly Absence[]>()
  const look = (person: string) => {
    const own = absences.get(person)?.filter((absence) => absence.from < to && absence.to > from) ?? []
    if (own.length > 0) found.set(person, own)
    return own
  }
  const own = planned.flatMap(look)
  for (const substitute of new Set(own.flatMap(({ substitute }) => substitute ?? []))) look(substitute)
  return found
}

/** When a turn is cut: somebody leaves or comes back. */
function boundsOf({ from, to }: Turn, absences: AbsencesOf): number[] {
  const times = [...absences.values()].flat().flatMap((absence) => [absence.from, absence.to])
  const within = times.filter((at) => at > from && at < to).sort((a, b) => a - b)
  return [...new Set([from, ...within, to])]
}

/** Whom a reloaded file no longer has is left out. */
function staffOf(planned: readonly string[], { responders, absences }: Attendance, at: number): Staff {
  const known = planned.flatMap((id) => responders.get(id) ?? [])
  const away = new Map(known.map(({ id }) => [id, awayAt(absences, id, at)]))
  /** Key: responder. Who is planned and there comes before any substitute. */
  const persons = new Map<string, OnDuty>()
  for (const responder of known)
    if (away.get(responder.id)?.length === 0) persons.set(responder.id, { responder, substituteFor: null })
  const absent: string[] = []
  for (const [id, held] of away) {
    if (held.length === 0) continue
    const substitute = held
      .flatMap(({ substitute }) => (substitute === null ? [] : (responders.get(substitute) ?? [])))
      .find((named) => awayAt(absences, named.id, at).length === 0)
    if (substitute === undefined) absent.push(id)
    else if (!persons.has(substitute.id))
      persons.set(substitute.id, { responder: substitute, substituteFor: id })
  }
  return { persons: [...persons.values()], absent }
}

function isSame(a: Stretch, b: Stretch): boolean {
  return (
    a.team === b.team &&
    a.persons.length === b.persons.length &&
    a.persons.every(
      ({ responder, substituteFor }, index) =>
        responder.id === b.persons[index]?.responder.id && substituteFor === b.persons[index].substituteFor,
    ) &&
    a.absent.join() === b.absent.join()
  )
}

import Type from 'typebox'
import { CodedError } from '../../contracts/errors.ts'
import { formatIso } from '../../contracts/iso-time.ts'
import type { AbsenceView } from '../../contracts/notify/api.ts'
import { isAtLeast } from '../../contracts/roles.ts'
import { type Principal, personKey } from '../people/person.ts'

const DAY_MS = 86_400_000
/** No absence is longer, and none ends later from now, ms. */
const LONGEST_MS = 400 * DAY_MS
/** One that ended so long ago is forgotten, ms. */
const REMEMBERED_MS = 30 * DAY_MS
export const MAX_ABSENCES = 1_000

/** Of a responder, as it is kept: epoch ms, from inclusive, to exclusive. */
export const AbsenceSchema = Type.Object({
  id: Type.String(),
  person: Type.String(),
  from: Type.Integer(),
  to: Type.Integer(),
  substitute: Type.Union([Type.String(), Type.Null()]),
  reason: Type.String(),
  by: Type.String(),
})
export type Absence = Readonly<Type.Static<typeof AbsenceSchema>>

/** What somebody enters. */
export interface AbsenceOrder {
  readonly person: string
  readonly from: number
  readonly to: number
  readonly substitute?: string
  readonly reason: string
  readonly by: string
}

/** Who asks, as far as absences are concerned. */
export type Asks = Pick<Principal, 'name' | 'role' | 'address'>

/** @throws CodedError RESPONDER_UNKNOWN, ABSENCE_INVALID or ROSTER_FULL */
export function refuseAbsence(
  { person, from, to, substitute }: AbsenceOrder,
  {
    responders,
    absences,
    now,
  }: { responders: { has(id: string): boolean }; absences: readonly Absence[]; now: number },
): void {
  for (const id of [person, substitute])
    if (id !== undefined && !responders.has(id)) throw new CodedError('RESPONDER_UNKNOWN', `"${id}"`)
  const wrong =
    to <= from
      ? 'it ends before it begins'
      : to <= now
        ? 'it is over already'
        : to - from > LONGEST_MS || to > now + LONGEST_MS
          ? 'it reaches further than 400 days'
          : substitute === person
            ? 'nobody is their own substitute'
            : absences.some((other) => other.person === substitute && other.from < to && other.to > from)
              ? `"${substitute}" is absent then too`
              : undefined
  if (wrong !== undefined) throw new CodedError('ABSENCE_INVALID', wrong)
  if (absences.length >= MAX_ABSENCES) throw new CodedError('ROSTER_FULL', `${MAX_ABSENCES} absences`)
}

/** @throws CodedError ABSENCE_NOT_OWN */
export function refuseForeign(person: string, { name, role }: Asks): void {
  if (!isAtLeast(role, 'engineer') && personKey(person) !== personKey(name))
    throw new CodedError('ABSENCE_NOT_OWN', `"${person}" is not who is signed in`)
}

/** Those that still say something. */
export function remembered(absences: readonly Absence[], now: number): Absence[] {
  return absences.filter(({ to }) => to > now - REMEMBERED_MS)
}

/** Key: who is absent; in the order in which they were entered. */
export type AbsencesOf = ReadonlyMap<string, readonly Absence[]>

export function byPerson(absences: readonly Absence[]): AbsencesOf {
  return Map.groupBy(absences, ({ person }) => person)
}

/** Those of a person that hold at a moment. */
export function awayAt(absences: AbsencesOf, person: string, at: number): readonly Absence[] {
  return absences.get(person)?.filter(({ from, to }) => from <= at && at < to) ?? []
}

export function absenceView({ from, to, ...absence }: Absence, timezone: string): AbsenceView {
  return { ...absence, from: formatIso(from, timezone), to: formatIso(to, timezone) }
}

/** What the audit record tells of one. */
export function absenceText(absence: Absence, timezone: string): string {
  const { from, to, substitute, reason } = absenceView(absence, timezone)
  const by = substitute === null ? 'no substitute' : `substitute ${substitute}`
  return `${from} to ${to}, ${by}: ${reason}`
}

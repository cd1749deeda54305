import Type from 'typebox'
import { Value } from 'typebox/value'
import { CodedError } from '../../contracts/errors.ts'
import { AbsenceSchema } from './absence.ts'
import { HandoverSchema } from './handover.ts'

const KeptRosterSchema = Type.Object({
  /** Number of the next absence: none is given twice. */
  next: Type.Integer({ minimum: 1 }),
  absences: Type.Array(AbsenceSchema),
  handovers: Type.Array(HandoverSchema),
})

/** What is kept of a roster beside the facility file, which has the plan. */
export type KeptRoster = Readonly<Type.Static<typeof KeptRosterSchema>>

export const NOTHING_KEPT: KeptRoster = { next: 1, absences: [], handovers: [] }

/** @throws CodedError ROSTER_DAMAGED */
export function parseRoster(facility: string, text: string): KeptRoster {
  let kept: unknown
  try {
    kept = JSON.parse(text)
  } catch (error) {
    throw new CodedError('ROSTER_DAMAGED', `what is kept of ${facility} is no JSON`, { cause: error })
  }
  if (!Value.Check(KeptRosterSchema, kept))
    throw new CodedError('ROSTER_DAMAGED', `what is kept of ${facility} is no roster`)
  return kept
}

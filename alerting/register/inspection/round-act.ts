import { CodedError } from '../../../contracts/errors.ts'
import type { RegisterPlace, Steps } from '../context.ts'
import type { Actor } from '../hazard/hazard-desk.ts'
import type { RegisterTrx } from '../store/tables.ts'
import type { RoundRow } from './inspection-tables.ts'
import { refuseOthers } from './inspector.ts'
import { nextState, type RoundAction } from './round-lifecycle.ts'

/** Who does something with a round, and when, epoch ms. */
export interface Acting {
  readonly actor: Actor
  readonly place: RegisterPlace
  readonly now: number
}

/**
 * The state that an action leads to. A round whose plan has gone from the facility file is for whoever started it, and
 * for engineers. @throws CodedError with why not
 */
export function allowed(row: RoundRow, action: RoundAction, { actor, place, now }: Acting) {
  const next = nextState(row.state, action, row)
  if (next instanceof CodedError) throw next
  const plan = place.facility.register.inspections.find(({ id }) => id === row.plan)
  if (plan !== undefined && actor.by !== row.started_by) refuseOthers(place, plan, actor, now)
  return next
}

/** A step of a round, in the transaction of what was done. */
export async function noteRound(
  steps: Steps,
  trx: RegisterTrx,
  { number, facility }: Pick<RoundRow, 'number' | 'facility'>,
  { actor, now }: Pick<Acting, 'actor' | 'now'>,
  step: { event: string; from: string | null; to: string; detail: Record<string, unknown> },
): Promise<void> {
  const { by, address } = actor
  await steps.add(trx, { subject: 'inspection', number, facility, time: now, by, address, ...step })
}

import { CodedError } from '../../../contracts/errors.ts'
import type { Facility } from '../../../contracts/facility.ts'
import type { InspectionPlan } from '../../../contracts/register/inspection-plan.ts'
import { isAtLeast } from '../../../contracts/roles.ts'
import type { RegisterPlace } from '../context.ts'
import type { Actor } from '../hazard/hazard-desk.ts'

export interface Person {
  readonly id: string
  readonly name: string
}

type Place = Pick<RegisterPlace, 'facility' | 'roster'>

/** Whose work the rounds of a plan are at a moment; empty where it is that of a role. */
export function inspectorsOf({ facility, roster }: Place, plan: InspectionPlan, at: number): Person[] {
  const { by } = plan
  switch (by.kind) {
    case 'role':
      return []
    case 'duty':
      return (
        roster
          .duties(at)
          .find(({ duty }) => duty === by.id)
          ?.now.persons.map(({ id, name }) => ({ id, name })) ?? []
      )
    case 'responsible': {
      const source = facility.register.sources.find(({ id }) => id === plan.source)
      return source === undefined ? [] : [personOf(facility, source.responsible[by.id])]
    }
  }
}

export function personOf({ notify }: Pick<Facility, 'notify'>, id: string): Person {
  return { id, name: notify.responders.get(id)?.name ?? id }
}

/** Engineers may stand in for anybody. @throws CodedError INSPECTION_NOT_YOURS */
export function refuseOthers(
  place: Place,
  plan: InspectionPlan,
  { by, role }: Pick<Actor, 'by' | 'role'>,
  at: number,
): void {
  if (isAtLeast(role, 'engineer')) return
  if (plan.by.kind === 'role' && isAtLeast(role, plan.by.id)) return
  const whose = inspectorsOf(place, plan, at).map(({ id }) => id)
  if (whose.includes(by)) return
  const names = whose.length === 0 ? `${plan.by.kind} ${plan.by.id}` : whose.join(', ')
  throw new CodedError('INSPECTION_NOT_YOURS', `the rounds of "${plan.id}" are for ${names}, not for ${by}`)
}

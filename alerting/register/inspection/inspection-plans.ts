import { CodedError } from '../../../contracts/errors.ts'
import type { InspectionView, Responsibility } from '../../../contracts/register/inspection-api.ts'
import type { RegisterContext, RegisterPlace } from '../context.ts'
import { standings } from './plan-store.ts'
import { planView } from './plan-view.ts'
import { responsibilityOf } from './responsibility.ts'

/** What is to be inspected, by the clock; and who answers for what. */
export class InspectionPlans {
  readonly #context: Pick<RegisterContext, 'db' | 'places' | 'now'>

  constructor(context: Pick<RegisterContext, 'db' | 'places' | 'now'>) {
    this.#context = context
  }

  /** Of these facilities, as far as this server evaluates them; `isDue`: only those that are due, or are not. */
  async list(facilities: readonly string[], isDue?: boolean): Promise<InspectionView[]> {
    const views: InspectionView[] = []
    for (const id of facilities) {
      const place = this.#context.places().get(id)
      if (place !== undefined) views.push(...(await this.#plans(place, isDue)))
    }
    return views
  }

  /** The major-hazard sources of a facility. @throws CodedError FACILITY_UNKNOWN */
  async responsibility(facility: string): Promise<Responsibility[]> {
    const { db, places, now } = this.#context
    const place = places().get(facility)
    if (place === undefined) throw new CodedError('FACILITY_UNKNOWN', `no facility "${facility}"`)
    const plans = await this.#plans(place)
    const found: Responsibility[] = []
    for (const source of place.facility.register.sources)
      found.push(await responsibilityOf(db, place, source, plans, now()))
    return found
  }

  async #plans(place: RegisterPlace, isDue?: boolean): Promise<InspectionView[]> {
    const { db, now } = this.#context
    const { inspections } = place.facility.register
    if (inspections.length === 0) return []
    const at = now()
    const found = await standings(db, place.facility, inspections, at)
    return inspections.flatMap((plan) => {
      const standing = found.get(plan.id)
      if (standing === undefined || (isDue !== undefined && standing.isDue !== isDue)) return []
      return [planView(place, plan, standing, at)]
    })
  }
}

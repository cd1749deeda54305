import type { HazardDetail } from '../../../../contracts/register/hazard-api.ts'
import type { RiskBands } from '../../../../contracts/register/plan.ts'
import type { HazardGrade, RiskMethod } from '../../../../contracts/register/words.ts'

/** By what the facility of a hazard judges; what the server does not say is left to it. */
export interface HazardScale {
  readonly method: RiskMethod
  readonly bands?: RiskBands
  /** The most time that is given, ms. */
  readonly deadlineMs?: Readonly<Record<HazardGrade, number>>
}

const UNSAID: HazardScale = { method: 'LS' }

export function scaleOf(hazard: HazardDetail & { readonly scale?: HazardScale }): HazardScale {
  return hazard.scale ?? UNSAID
}

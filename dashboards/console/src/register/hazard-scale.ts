import type { HazardDetail, HazardScale } from '../../../../contracts/register/hazard-api.ts'

/** What is not said is left to the server. */
const UNSAID: Partial<HazardScale> & Pick<HazardScale, 'method'> = { method: 'LS' }

/** By what the facility of a hazard judges, as far as the server says it. */
export function scaleOf({ scale }: Pick<HazardDetail, 'scale'>): typeof UNSAID {
  return scale ?? UNSAID
}

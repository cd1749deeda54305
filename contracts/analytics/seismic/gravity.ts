import { UNITS } from '../../units.ts'

/** Standard gravity in Gal. */
export const GAL_PER_G = UNITS.g.factor / UNITS.Gal.factor

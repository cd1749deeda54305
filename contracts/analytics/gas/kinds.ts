import type { ComputationKind } from '../computation.ts'
import { CEILING } from './ceiling.ts'
import { CONVERT } from './convert.ts'
import { MIXTURE } from './mixture.ts'
import { STEL } from './stel.ts'
import { TWA } from './twa.ts'

/** Computations of gas. */
export const GAS_KINDS: readonly ComputationKind[] = [CONVERT, STEL, TWA, CEILING, MIXTURE]

import type { ComputationKind } from '../computation.ts'
import { MEAN } from './mean.ts'

/** Computations of any quantity. */
export const GENERAL_KINDS: readonly ComputationKind[] = [MEAN]

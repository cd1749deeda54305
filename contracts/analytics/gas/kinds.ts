import type { ComputationKind } from '../computation.ts'

/** Computations of gas. */
export const GAS_KINDS: readonly ComputationKind[] = []

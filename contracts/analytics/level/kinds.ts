import type { ComputationKind } from '../computation.ts'

/** Computations of tanks. */
export const LEVEL_KINDS: readonly ComputationKind[] = []

import type { ComputationKind } from './computation.ts'
import { GAS_KINDS } from './gas/kinds.ts'
import { GENERAL_KINDS } from './general/kinds.ts'
import { LEVEL_KINDS } from './level/kinds.ts'

/** Every computation there is, in the order of docs/reference/analytics.md. Key: what `compute` says. */
export const KINDS: ReadonlyMap<string, ComputationKind> = new Map(
  [...GENERAL_KINDS, ...GAS_KINDS, ...LEVEL_KINDS].map((kind) => [kind.name, kind]),
)

import { listOf, numberOf, textOf, type Untyped } from './untyped.ts'

export interface SubstanceMass {
  readonly cas: string
  readonly tonnes: number
}

/** What a major-hazard source holds now, each substance once however many tanks it stands in. */
export function tonnesByCas(detail: Untyped): SubstanceMass[] {
  const tonnes = new Map<string, number>()
  for (const part of listOf(detail.substances)) {
    const cas = textOf(part.cas) ?? '?'
    tonnes.set(cas, (tonnes.get(cas) ?? 0) + (numberOf(part.tonnes) ?? 0))
  }
  return [...tonnes].map(([cas, mass]) => ({ cas, tonnes: mass }))
}

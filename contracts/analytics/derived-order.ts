import type { DerivedFile } from './derived-schema.ts'

type Named = Pick<DerivedFile, 'id'>

/**
 * Derived sensors so that each comes after those that it is computed from, else in the order of the file. Those that
 * are computed from themselves, however far around, are left out and given apart, and so are those `behind` them.
 */
export function derivedOrder<T extends Named>(
  derived: readonly T[],
  inputsOf: (one: T) => readonly string[],
): { readonly order: readonly T[]; readonly circular: readonly T[]; readonly behind: readonly T[] } {
  const waiting = new Set(derived)
  const ids = new Map(derived.map((one) => [one.id, one]))
  const waitedForBy = (one: T) =>
    inputsOf(one).flatMap((input) => {
      const other = ids.get(input) ?? ids.get(input.slice(0, Math.max(0, input.lastIndexOf('.'))))
      return other !== undefined && waiting.has(other) ? [other] : []
    })
  const order: T[] = []
  for (let found = true; found; ) {
    found = false
    for (const one of waiting) {
      if (waitedForBy(one).length > 0) continue
      waiting.delete(one)
      order.push(one)
      found = true
    }
  }
  const isCircular = (one: T) => {
    const reached = new Set(waitedForBy(one))
    for (const other of reached) for (const next of waitedForBy(other)) reached.add(next)
    return reached.has(one)
  }
  const circular = [...waiting].filter(isCircular)
  return { order, circular, behind: [...waiting].filter((one) => !circular.includes(one)) }
}

import type { DerivedFile } from './derived-schema.ts'

type Named = Pick<DerivedFile, 'id'>

/**
 * Derived sensors so that each comes after those that it is computed from, else in the order of the file. Those that
 * are computed from themselves, however far around, are left out and given apart.
 */
export function derivedOrder<T extends Named>(
  derived: readonly T[],
  inputsOf: (one: T) => readonly string[],
): { readonly order: readonly T[]; readonly circular: readonly T[] } {
  const waiting = new Set(derived)
  const ids = new Map(derived.map((one) => [one.id, one]))
  const order: T[] = []
  for (let found = true; found; ) {
    found = false
    for (const one of waiting) {
      const isReady = !inputsOf(one).some((input) => {
        const other = ids.get(input) ?? ids.get(input.slice(0, Math.max(0, input.lastIndexOf('.'))))
        return other !== undefined && waiting.has(other)
      })
      if (!isReady) continue
      waiting.delete(one)
      order.push(one)
      found = true
    }
  }
  return { order, circular: [...waiting] }
}

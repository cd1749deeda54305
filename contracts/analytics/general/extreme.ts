import type { Computation, ComputationKind, DerivedRequest } from '../computation.ts'
import type { Slice } from '../slice.ts'
import { sameQuantity, valueIn } from './same-unit.ts'
import { usableOf, usableOfBoth, windowed } from './windowed.ts'

/** `extreme` is 0 where nothing was `seen`. */
type Seen = readonly [usableMs: number, uncertain: 0 | 1, seen: 0 | 1, extreme: number]

/** Least usable value of the moving window, those between two points of the grid among them. */
export const MIN: ComputationKind = extremeKind({
  name: 'min',
  about: 'Least value of the window.',
  of: ({ min }) => min,
  further: Math.min,
  grows: 'down',
})

/** Greatest usable value of the moving window, those between two points of the grid among them. */
export const MAX: ComputationKind = extremeKind({
  name: 'max',
  about: 'Greatest value of the window.',
  of: ({ max }) => max,
  further: Math.max,
  grows: 'up',
})

interface Extreme {
  readonly name: string
  readonly about: string
  of(slice: Slice): number
  further(a: number, b: number): number
  readonly grows: 'up' | 'down'
}

function extremeKind(extreme: Extreme): ComputationKind {
  return {
    name: extreme.name,
    about: extreme.about,
    keys: [],
    required: [],
    of: { least: 1, most: 1 },
    window: null,
    unit: (_, [input]) => input?.unit,
    problems: sameQuantity,
    build: (request) => extremeOf(request, extreme),
  }
}

function extremeOf(request: DerivedRequest, extreme: Extreme): Computation {
  const inUnit = valueIn(request)
  return windowed<Seen>(request, {
    width: 4,
    grows: extreme.grows,
    partOf: (slice, piece) => {
      const found = extreme.of(slice)
      const isSeen = !Number.isNaN(found)
      return [...usableOf(slice, piece), isSeen ? 1 : 0, isSeen ? found : 0]
    },
    merge: (older, newer) => {
      const usable = usableOfBoth(older, newer)
      if (older[2] === 0) return [...usable, newer[2], newer[3]]
      return [...usable, 1, newer[2] === 0 ? older[3] : extreme.further(older[3], newer[3])]
    },
    resultOf: ([, , seen, found]) => (seen === 1 ? inUnit(found) : Number.NaN),
  })
}

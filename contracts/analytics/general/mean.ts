import type { Computation, ComputationKind, DerivedRequest } from '../computation.ts'
import { sameQuantity, valueIn } from './same-unit.ts'
import { usableOf, usableOfBoth, windowed } from './windowed.ts'

type Sum = readonly [usableMs: number, uncertain: 0 | 1, integral: number]

/** Time-weighted mean over the moving window. A gap lowers the coverage and never counts as zero. */
export const MEAN: ComputationKind = {
  name: 'mean',
  about: 'Mean over the window, weighted by time.',
  keys: [],
  required: [],
  of: { least: 1, most: 1 },
  window: null,
  unit: (_, [input]) => input?.unit,
  problems: sameQuantity,
  build: meanOf,
}

function meanOf(request: DerivedRequest): Computation {
  const inUnit = valueIn(request)
  return windowed<Sum>(request, {
    width: 3,
    partOf: (slice, piece) => [...usableOf(slice, piece), slice.integral * piece.share],
    merge: (older, newer) => [...usableOfBoth(older, newer), older[2] + newer[2]],
    resultOf: ([usableMs, , integral]) => inUnit(integral / usableMs),
  })
}

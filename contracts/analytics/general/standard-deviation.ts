import { differenceUnit } from '../../units.ts'
import type { Computation, ComputationKind, DerivedRequest } from '../computation.ts'
import { differenceIn, differenceOf } from './same-unit.ts'
import { usableOf, usableOfBoth, windowed } from './windowed.ts'

/** `squares`: sum of the squared distances from the mean. */
type Spread = readonly [usableMs: number, uncertain: 0 | 1, count: number, mean: number, squares: number]

/** Standard deviation of the values held at the steps of the grid, of a sample (n - 1): there are two at least. */
export const STANDARD_DEVIATION: ComputationKind = {
  name: 'stddev',
  about: 'Standard deviation (n - 1) of the values held at the steps of the grid within the window.',
  keys: [],
  required: [],
  of: { least: 1, most: 1 },
  window: null,
  unit: (_, [input]) => input && differenceUnit(input.unit),
  problems: differenceOf,
  build: standardDeviationOf,
}

function standardDeviationOf(request: DerivedRequest): Computation {
  const inUnit = differenceIn(request)
  return windowed<Spread>(request, {
    width: 5,
    partOf: (slice, piece) => {
      const isHeld = piece.isLast && slice.value !== undefined
      return [...usableOf(slice, piece), isHeld ? 1 : 0, isHeld ? (slice.value ?? 0) : 0, 0]
    },
    // Chan, Golub and LeVeque 1983: of two samples, without the difference of large squares.
    merge: (older, newer) => {
      const [, , n1, mean1, squares1] = older
      const [, , n2, mean2, squares2] = newer
      const count = n1 + n2
      const apart = mean2 - mean1
      const share = count === 0 ? 0 : n2 / count
      return [
        ...usableOfBoth(older, newer),
        count,
        mean1 + apart * share,
        squares1 + squares2 + apart * apart * n1 * share,
      ]
    },
    resultOf: ([, , count, , squares]) => (count < 2 ? Number.NaN : inUnit(Math.sqrt(squares / (count - 1)))),
  })
}

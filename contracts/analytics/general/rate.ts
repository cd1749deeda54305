import type { Computation, ComputationKind, DerivedRequest, KindProblem } from '../computation.ts'
import { defaultRateUnit, factorOf, rateUnitsOf } from './rate-units.ts'
import { usableOf, usableOfBoth, windowed } from './windowed.ts'

/** Sums of squares and products are of distances from the means. Times count from the end of the part, ms. */
type Line = readonly [
  usableMs: number,
  uncertain: 0 | 1,
  lengthMs: number,
  count: number,
  meanTime: number,
  meanValue: number,
  timeSquares: number,
  products: number,
]

/**
 * Slope of the straight line of least squares through the values held at the steps of the grid within the window. Of
 * points with a gap between them it is the slope across the gap; how much of the window was usable is its coverage.
 */
export const RATE: ComputationKind = {
  name: 'rate',
  about: 'Slope of the line of least squares through the values held at the steps of the grid in the window.',
  keys: [],
  required: [],
  of: { least: 1, most: 1 },
  window: null,
  unit: (_, [input]) => input && defaultRateUnit(input.unit),
  problems: rateProblems,
  build: rateOf,
}

function rateProblems({ unit, inputs: [input] }: DerivedRequest): readonly KindProblem[] {
  if (input === undefined || factorOf(input.unit, unit) !== undefined) return []
  const names = rateUnitsOf(input.unit)
  const known =
    names.length === 0 ? `there is no unit for a rate of ${input.unit}` : `there are ${names.join(', ')}`
  return [{ key: 'unit', message: `${unit} is no rate of ${input.unit}: ${known}` }]
}

function rateOf(request: DerivedRequest): Computation {
  const { unit, inputs } = request
  const factor = factorOf(inputs[0]?.unit ?? unit, unit) ?? Number.NaN
  return windowed<Line>(request, {
    width: 8,
    partOf: (slice, piece) => {
      const isHeld = piece.isLast && slice.value !== undefined
      const value = isHeld ? (slice.value ?? 0) : 0
      return [...usableOf(slice, piece), piece.lengthMs, isHeld ? 1 : 0, 0, value, 0, 0]
    },
    merge: joined,
    resultOf: ([, , , , , , timeSquares, products]) =>
      timeSquares > 0 ? (products / timeSquares) * factor : Number.NaN,
  })
}

/** As with variances (Chan, Golub and LeVeque 1983): nothing large is subtracted from something large. */
function joined(older: Line, newer: Line): Line {
  const [, , length1, n1, time1, value1, squares1, products1] = older
  const [, , length2, n2, time2, value2, squares2, products2] = newer
  const count = n1 + n2
  const share = count === 0 ? 0 : n2 / count
  const apart = time2 - (time1 - length2)
  const rise = value2 - value1
  return [
    ...usableOfBoth(older, newer),
    length1 + length2,
    count,
    time1 - length2 + apart * share,
    value1 + rise * share,
    squares1 + squares2 + apart * apart * n1 * share,
    products1 + products2 + apart * rise * n1 * share,
  ]
}

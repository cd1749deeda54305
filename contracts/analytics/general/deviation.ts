import { convert, differenceUnit } from '../../units.ts'
import type { Computation, ComputationKind, DerivedRequest, KindProblem } from '../computation.ts'
import { instant } from './instant.ts'
import { differenceIn, differenceOf } from './same-unit.ts'

/** How far the first input is from the second: two gauges of a tank. */
export const DEVIATION: ComputationKind = {
  name: 'deviation',
  about: 'First input minus the second, without its sign unless `absolute` is false.',
  keys: ['absolute'],
  required: [],
  of: { least: 2, most: 2 },
  unit: (_, [input]) => input && differenceUnit(input.unit),
  problems: deviationProblems,
  build: deviationOf,
}

function deviationProblems(request: DerivedRequest): readonly KindProblem[] {
  const [first, second] = request.inputs
  if (first === undefined || second === undefined) return []
  if (convert(0, second.unit, first.unit) === undefined)
    return [
      {
        key: 'of',
        message: `${first.id} is in ${first.unit}, ${second.id} in ${second.unit}: nothing lies between them`,
      },
    ]
  return differenceOf(request)
}

function deviationOf(request: DerivedRequest): Computation {
  const { inputs, file } = request
  const [first, second] = inputs
  const isAbsolute = file.absolute ?? true
  const inUnit = differenceIn(request)
  return instant(([a = Number.NaN, b = Number.NaN]) => {
    const other = first && second ? convert(b, second.unit, first.unit) : undefined
    const apart = inUnit(a - (other ?? Number.NaN))
    return isAbsolute ? Math.abs(apart) : apart
  })
}

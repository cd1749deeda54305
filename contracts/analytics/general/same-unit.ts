import { convert, convertDifference, differenceUnit, UNITS, type Unit } from '../../units.ts'
import type { DerivedRequest, KindProblem } from '../computation.ts'

/** The result is of the quantity of the first input, in any of its units. */
export function sameQuantity({ unit, inputs: [input] }: DerivedRequest): readonly KindProblem[] {
  if (input === undefined || convert(0, input.unit, unit) !== undefined) return []
  return [{ key: 'unit', message: `${input.unit} cannot be told in ${unit}` }]
}

/** Likewise of a difference between two of it: a temperature has a zero point, a difference has none. */
export function differenceOf(request: DerivedRequest): readonly KindProblem[] {
  const { unit, inputs } = request
  const problems = sameQuantity(request)
  const [input] = inputs
  if (problems.length > 0 || input === undefined || !hasZeroPoint(unit)) return problems
  return [{ key: 'unit', message: `${unit} is a temperature; differences are in ${differenceUnit(unit)}` }]
}

function hasZeroPoint(unit: Unit): boolean {
  return 'offset' in UNITS[unit]
}

/** From the unit of the first input to that of the result. */
export function valueIn({ unit, inputs: [input] }: DerivedRequest): (value: number) => number {
  const from = input?.unit ?? unit
  return from === unit ? (value) => value : (value) => convert(value, from, unit) ?? Number.NaN
}

export function differenceIn({ unit, inputs: [input] }: DerivedRequest): (difference: number) => number {
  const factor = convertDifference(1, input?.unit ?? unit, unit) ?? Number.NaN
  return (difference) => difference * factor
}

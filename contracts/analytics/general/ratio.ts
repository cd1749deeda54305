import { convert, UNITS, type Unit } from '../../units.ts'
import type {
  Computation,
  ComputationKind,
  DerivedInput,
  DerivedRequest,
  KindProblem,
} from '../computation.ts'
import { instant } from './instant.ts'

/** First input over the second. There is none while the second is 0. */
export const RATIO: ComputationKind = {
  name: 'ratio',
  about: 'First input divided by the second.',
  keys: [],
  required: [],
  of: { least: 2, most: 2 },
  unit: (_, inputs) => (quotientUnits(inputs)[0] ?? '1') as Unit,
  problems: ratioProblems,
  build: ratioOf,
}

/** Quotients that have units of their own. Key: quantity over quantity, in their base units of the SI. */
const QUOTIENTS: Readonly<Record<string, readonly Unit[]>> = {
  'mass/volume': ['kg/m3'],
  'mass-flow/volume-flow': ['kg/m3'],
}
const OF_ITS_KIND: readonly Unit[] = ['1', '%']

function quotientUnits([first, second]: readonly DerivedInput[]): readonly Unit[] {
  if (first === undefined || second === undefined) return []
  const [over, under] = [UNITS[first.unit].quantity, UNITS[second.unit].quantity]
  return over === under ? OF_ITS_KIND : (QUOTIENTS[`${over}/${under}`] ?? [])
}

function ratioProblems({ unit, inputs }: DerivedRequest): readonly KindProblem[] {
  const [first, second] = inputs
  const units = quotientUnits(inputs)
  if (unit === '1' ? units.length === 0 || units.includes('1') : units.includes(unit)) return []
  const can = units.length === 0 ? 'the plain number, unit "1"' : units.join(' or ')
  return [{ key: 'unit', message: `${first?.unit} over ${second?.unit} is not in ${unit}, but ${can}` }]
}

function ratioOf({ unit, inputs }: DerivedRequest): Computation {
  const [first, second] = inputs
  const scale = first && second ? scaleOf(first.unit, second.unit, unit) : Number.NaN
  return instant(([a = Number.NaN, b = Number.NaN]) => {
    if (first === undefined || second === undefined) return Number.NaN
    const isOfAKind = UNITS[first.unit].quantity === UNITS[second.unit].quantity
    const under = isOfAKind ? (convert(b, second.unit, first.unit) ?? Number.NaN) : b
    return under === 0 ? Number.NaN : (a / under) * scale
  })
}

/** Of values in units of one quantity, and of those that have no common unit, the plain quotient stands. */
function scaleOf(first: Unit, second: Unit, unit: Unit): number {
  if (UNITS[first].quantity === UNITS[second].quantity) return 1 / (unit === '%' ? UNITS['%'].factor : 1)
  return unit === '1' ? 1 : UNITS[first].factor / UNITS[second].factor / UNITS[unit].factor
}

import type { Unit } from '../../units.ts'
import type { DerivedRequest, KindProblem } from '../computation.ts'
import type { DerivedKey } from '../derived-schema.ts'
import {
  type ConversionBasis,
  concentrationFactor,
  isGasUnit,
  limitIn,
  REFERENCE_TEMPERATURE,
} from './concentration.ts'
import type { ExposureBasis, ExposureLimit, Substance } from './substance.ts'
import { findSubstance, unknownSubstance } from './substance-table.ts'

/** Keys of every computation that has to know its gas. */
export const GAS_KEYS = ['substance', 'at', 'lelSource'] as const satisfies readonly DerivedKey[]

/** A limit of the substance, and what it is in the unit of the plant. */
export interface LocalLimit extends ExposureLimit {
  readonly local: number
}

/** Substances as the file gives them, one for each input. */
export function substanceWords({ file: { substance } }: DerivedRequest): readonly string[] {
  return substance === undefined ? [] : typeof substance === 'string' ? [substance] : substance
}

/** The substance of an input: as the file says, or else what the quantity of the sensor names. */
export function substanceOf(request: DerivedRequest, input = 0): Substance | undefined {
  const word = substanceWords(request)[input] ?? request.inputs[input]?.quantity
  return word === undefined ? undefined : findSubstance(word)
}

export function conversionOf(request: DerivedRequest, input = 0): ConversionBasis {
  const { at, lelSource } = request.file
  return {
    substance: substanceOf(request, input),
    at: at ?? REFERENCE_TEMPERATURE,
    lelSource: lelSource ?? 'nfpa',
  }
}

/** What the values of the input are multiplied by to be in the unit of the request. */
export function unitFactor(request: DerivedRequest): number {
  const factor = factorOf(request)
  if (typeof factor === 'string') throw new RangeError(factor)
  return factor
}

/** Limits of these bases that the substance has, in their order, as far as they can be given in the unit. */
export function limitsIn(
  request: DerivedRequest,
  unit: Unit,
  { bases, input = 0 }: { bases: readonly ExposureBasis[]; input?: number },
): LocalLimit[] {
  const conversion = conversionOf(request, input)
  const all = conversion.substance?.limits ?? []
  return bases.flatMap((basis) => {
    const limit = all.find((one) => one.basis === basis)
    const local = limit === undefined ? undefined : limitIn(limit, unit, conversion)
    return limit === undefined || typeof local !== 'number' ? [] : [{ ...limit, local }]
  })
}

/** What is wrong with the substance, or with the unit of the one input and that of the result. */
export function gasProblems(request: DerivedRequest): KindProblem[] {
  const unknown = unknownSubstances(request)
  if (unknown.length > 0) return unknown
  if (substanceWords(request).length > 1)
    return [{ key: 'substance', message: 'one input has one substance' }]
  const factor = factorOf(request)
  return typeof factor === 'string' ? [{ key: 'unit', message: factor }] : []
}

export function unknownSubstances(request: DerivedRequest): KindProblem[] {
  return substanceWords(request)
    .filter((word) => findSubstance(word) === undefined)
    .map((word) => ({ key: 'substance', message: unknownSubstance(word) }))
}

function factorOf(request: DerivedRequest): number | string {
  const from = request.inputs[0]?.unit ?? request.unit
  // 1 of another quantity is 1 of itself, and no gas for all that.
  if (!isGasUnit(from)) return `${from} is no concentration of a gas`
  return concentrationFactor(from, request.unit, conversionOf(request))
}

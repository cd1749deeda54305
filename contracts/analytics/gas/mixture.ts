import type { Computation, ComputationKind, DerivedRequest, KindProblem, Running } from '../computation.ts'
import { noResult, windowResult } from '../result.ts'
import { concentrationFactor } from './concentration.ts'
import { conversionOf, GAS_KEYS, limitsIn, substanceWords, unknownSubstances } from './gas-request.ts'
import { isAboveRange, unusableResult } from './range-result.ts'
import { type ExposureBasis, exposureLimit } from './substance.ts'
import { findSubstance } from './substance-table.ts'

/** What several substances come to together, of those that act on the same organ. */
export const MIXTURE: ComputationKind = {
  name: 'mixture',
  about:
    'Mixture index: sum of concentration over limit of each substance, beyond at 1 (29 CFR 1910.1000(d)(2)). Give it twa or stel of the substances, by the basis. Negative values count as zero; what cannot be measured is missing from the sum, which is uncertain then: it may raise an alarm and clears none. A fixed point tells of its area and not of what a person breathed.',
  keys: [...GAS_KEYS, 'basis'],
  required: ['substance'],
  of: { least: 1, most: 100 },
  quantity: 'mixture',
  unit: () => '1',
  problems: mixtureProblems,
  build: mixtureOf,
}

function mixtureProblems(request: DerivedRequest): readonly KindProblem[] {
  const words = substanceWords(request)
  const { inputs, unit } = request
  if (words.length !== inputs.length)
    return [
      {
        key: 'substance',
        message: `${inputs.length} inputs have as many substances, and there are ${words.length}`,
      },
    ]
  const problems = unknownSubstances(request)
  if (problems.length > 0) return problems
  if (unit !== '1' && unit !== '%') problems.push({ key: 'unit', message: 'a mixture index is in 1 or %' })
  const basis = basisOf(request)
  for (const [index, input] of inputs.entries()) {
    const substance = findSubstance(words[index] ?? '')
    if (substance === undefined) continue
    const factor = concentrationFactor(input.unit, 'ppm', conversionOf(request, index))
    if (typeof factor === 'string') problems.push({ key: 'of', message: `${input.id}: ${factor}` })
    if (exposureLimit(substance, basis) !== undefined) continue
    const there = [...new Set(substance.limits.map((limit) => limit.basis))].join(', ') || 'none'
    problems.push({ key: 'basis', message: `${substance.name.en} has no ${basis} here: there is ${there}` })
  }
  return problems
}

function mixtureOf(request: DerivedRequest): Computation {
  const { file, inputs, unit } = request
  // The index of one unit of each input.
  const shares = inputs.map((input, index) => {
    const [limit] = limitsIn(request, input.unit, { bases: [basisOf(request)], input: index })
    if (limit === undefined) throw new RangeError(`${input.id} has no limit`)
    return (unit === '%' ? 100 : 1) / limit.local
  })
  const running: Running = {
    step: (step) => {
      let value = 0
      let seen = 0
      let isUncertain = false
      for (const [index, slice] of step.inputs.entries()) {
        if (isAboveRange(slice)) return unusableResult(slice)
        if (slice.value === undefined) continue
        seen += 1
        value += Math.max(0, slice.value) * (shares[index] ?? 0)
        isUncertain ||= slice.quality === 'uncertain'
      }
      const coverage = seen / inputs.length
      // The sum of nothing is no index of zero, however little is asked for.
      if (seen === 0) return noResult(coverage)
      return windowResult({
        value,
        coverage,
        // What is missing could only add to it.
        least: file.minCoverage ?? 0,
        isUncertain: isUncertain || seen < inputs.length,
        atLeast: value,
      })
    },
    snapshot: () => null,
  }
  return { memoryMs: 0, start: () => running }
}

function basisOf({ file }: DerivedRequest): ExposureBasis {
  return file.basis ?? 'PC-TWA'
}

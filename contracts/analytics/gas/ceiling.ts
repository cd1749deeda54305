import type { Computation, ComputationKind, DerivedRequest, Running, Step } from '../computation.ts'
import { windowResult } from '../result.ts'
import { unitFactor } from './gas-request.ts'
import { isAboveRange, unusableResult } from './range-result.ts'
import { knownOf, SHORT_TERM_KEYS, shortTermLimit, shortTermMean, shortTermProblems } from './short-term.ts'
import { type KeptPeriods, ShortTermPeriods, type ShortTermRule } from './short-term-periods.ts'

/** Never to be exceeded. */
const RULE: ShortTermRule = {
  bases: ['MAC', 'OSHA-C', 'NIOSH-C', 'ACGIH-C', 'IDLH'],
  mostPeriods: 0,
  leastApartMs: 0,
}

/** With less of a step usable, what was greatest of it may not have been seen. */
const SURE_SHARE = 0.75

/** What bounds single moments. */
export const CEILING: ComputationKind = {
  name: 'ceiling',
  about:
    'Greatest usable value since the last point of the grid, so that nothing between two points is missed; where so fast a measurement is not feasible, give a window of 15m: then the mean of its minute averages (29 CFR 1910.1000(a)(1)), as stel. With a substance, the times of the shift beyond its ceiling are counted. A fixed point tells of its area and not of what a person breathed.',
  keys: SHORT_TERM_KEYS,
  required: [],
  of: { least: 1, most: 1 },
  mayHaveWindow: true,
  unit: (_, [input]) => input?.unit,
  problems: (request) => shortTermProblems(request, RULE),
  build: (request) => (request.windowMs === undefined ? greatestOf(request) : shortTermMean(request, RULE)),
}

function greatestOf(request: DerivedRequest): Computation {
  const { file, everyMs, surroundings } = request
  const factor = unitFactor(request)
  const limit = shortTermLimit(request, RULE)
  const resultOf = ({ from, to, inputs: [input] }: Step) => {
    if (input === undefined) throw new RangeError('ceiling has one input')
    const coverage = input.usableMs / (to - from)
    // Beyond its range is more than any value before.
    if (isAboveRange(input)) return unusableResult(input, coverage)
    return windowResult({
      value: input.max * factor,
      coverage,
      least: file.minCoverage ?? 0,
      isUncertain: input.isUncertain || coverage < SURE_SHARE,
      atLeast: input.max * factor,
    })
  }
  return {
    memoryMs: everyMs,
    start: (kept): Running => {
      const periods =
        limit && new ShortTermPeriods({ limit, surroundings, ...RULE }, kept as KeptPeriods | undefined)
      return {
        step: (step) => {
          const result = resultOf(step)
          periods?.update(knownOf(result, limit?.local), step.to)
          return result
        },
        snapshot: () => periods?.snapshot() ?? null,
        ...(periods && { describe: () => periods.describe() }),
      }
    },
  }
}

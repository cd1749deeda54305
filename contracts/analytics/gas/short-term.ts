import type { Computation, DerivedRequest, KindProblem, Result } from '../computation.ts'
import { GAS_KEYS, gasProblems, type LocalLimit, limitsIn, substanceOf, unitFactor } from './gas-request.ts'
import { MINUTE_MS } from './minute-averages.ts'
import { type KeptExposure, MovingExposure } from './moving-exposure.ts'
import { isAboveRange } from './range-result.ts'
import { type KeptPeriods, ShortTermPeriods, type ShortTermRule } from './short-term-periods.ts'

export const SHORT_TERM_KEYS = [...GAS_KEYS, 'basis'] as const

/** Minutes of the window that have to be seen: 12 of 15. */
const LEAST_SEEN = 12 / 15

interface Kept {
  readonly exposure: KeptExposure
  readonly periods?: KeptPeriods
}

/** Mean of the minute averages of the window; gaps are left out of it. */
export function shortTermMean(request: DerivedRequest, rule: ShortTermRule): Computation {
  const { file, windowMs = 0, everyMs, surroundings } = request
  const minutes = windowMs / MINUTE_MS
  const factor = unitFactor(request)
  const limit = shortTermLimit(request, rule)
  return {
    memoryMs: windowMs + MINUTE_MS + everyMs,
    start: (given) => {
      const kept = given as Kept | undefined
      const exposure = new MovingExposure(
        {
          minutes,
          least: file.minCoverage ?? LEAST_SEEN,
          rule: ({ sum, seen }) => ({
            value: (sum / seen) * factor,
            coverage: seen / minutes,
            atLeast: (sum / minutes) * factor,
          }),
        },
        kept?.exposure,
      )
      const periods = limit && new ShortTermPeriods({ limit, surroundings, ...rule }, kept?.periods)
      return {
        step: (step) =>
          exposure.step(step, (result, time) => periods?.update(knownOf(result, limit?.local), time)),
        snapshot: (): Kept => ({
          exposure: exposure.snapshot(),
          ...(periods && { periods: periods.snapshot() }),
        }),
        describe: () => ({
          minutes,
          seenMinutes: exposure.sum.seen,
          ...periods?.describe(),
        }),
      }
    },
  }
}

/**
 * Of one that cannot be measured nobody knows how far it is beyond the limit, and that it is so is certain. What was seen of one
 * alone may be beyond the limit already; that it is not says nothing.
 */
export function knownOf(result: Result, limit: number | undefined): number | undefined {
  const { value, atLeast } = result
  if (isAboveRange(result)) return Number.POSITIVE_INFINITY
  return value ?? (atLeast !== undefined && limit !== undefined && atLeast >= limit ? atLeast : undefined)
}

/** The limit that the file names, or the first of these that the substance has; undefined without. */
export function shortTermLimit(request: DerivedRequest, rule: ShortTermRule): LocalLimit | undefined {
  const { basis } = request.file
  return limitsIn(request, request.unit, { bases: basis === undefined ? rule.bases : [basis] })[0]
}

export function shortTermProblems(request: DerivedRequest, rule: ShortTermRule): readonly KindProblem[] {
  const problems = gasProblems(request)
  if (problems.length > 0) return problems
  const { file, windowMs } = request
  if (windowMs !== undefined && windowMs % MINUTE_MS !== 0)
    problems.push({ key: 'window', message: `${file.window}: the window is whole minutes` })
  const { basis } = file
  if (basis === undefined) return problems
  const substance = substanceOf(request)
  const known = limitsIn(request, request.unit, rule).map((limit) => limit.basis)
  if (!rule.bases.includes(basis))
    problems.push({
      key: 'basis',
      message: `${basis} is not of this kind: these are ${rule.bases.join(', ')}`,
    })
  else if (substance === undefined)
    problems.push({ key: 'basis', message: `${basis} of which substance? Give substance` })
  else if (!known.includes(basis))
    problems.push({
      key: 'basis',
      message: `${substance.name.en} has no ${basis} here: there is ${known.join(', ') || 'none'}`,
    })
  return problems
}

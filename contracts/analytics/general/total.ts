import { periodAround } from '../../local-time.ts'
import type { Computation, ComputationKind, DerivedRequest, KindProblem, Running } from '../computation.ts'
import { windowResult } from '../result.ts'
import { defaultTotalUnit, totalFactorOf } from './rate-units.ts'
import { LEAST_COVERAGE } from './windowed.ts'

const DAY_MS = 86_400_000
/** The longest by which a clock is set back. */
const CLOCK_CHANGE_MS = 7_200_000

/**
 * Integral over time since it began anew. A gap adds nothing: `coverage` is the share of the time since it began that
 * the input was usable, and the total is of that share alone. With `reset` that time counts from the beginning of the
 * shift or day even when nothing was computed then; without, from the first step. At the very end of a period it reads
 * what the whole period came to, and begins anew with the next step. It is uncertain while its input is, and while less than
 * `minCoverage` of the time was good.
 */
export const TOTAL: ComputationKind = {
  name: 'total',
  about: 'Integral over time since it began: ever, or since the beginning of the shift or day.',
  keys: ['reset'],
  required: [],
  of: { least: 1, most: 1 },
  unit: (_, [input]) => input && defaultTotalUnit(input.unit),
  problems: totalProblems,
  build: totalOf,
}

function totalProblems({ unit, inputs: [input], surroundings, file }: DerivedRequest): KindProblem[] {
  const problems: KindProblem[] = []
  if (input !== undefined && totalFactorOf(input.unit, unit) === undefined)
    problems.push({ key: 'unit', message: `${input.unit} does not add up to ${unit}` })
  if (file.reset === 'shift' && surroundings.shifts.length === 0)
    problems.push({ key: 'reset', message: 'the facility has no shifts' })
  return problems
}

/**
 * What is kept of the period. `lost` is what the sum has lost to rounding so far; once anything was negative, `hasReturned`,
 * what was not seen may have made it less.
 */
interface Sum {
  from: number
  until: number | null
  usableMs: number
  goodMs: number
  integral: number
  lost: number
  hasReturned: boolean
}

/** A checkpoint of an older release does not say whether anything was negative. */
type KeptSum = Omit<Sum, 'hasReturned'> & Partial<Pick<Sum, 'hasReturned'>>

function sumOf(kept: KeptSum): Sum {
  return { ...kept, hasReturned: kept.hasReturned ?? true }
}

function totalOf({ file, unit, inputs, surroundings }: DerivedRequest): Computation {
  const factor = totalFactorOf(inputs[0]?.unit ?? unit, unit) ?? Number.NaN
  const least = file.minCoverage ?? LEAST_COVERAGE
  const { timezone, shifts } = surroundings
  const times = file.reset === 'day' ? ['00:00'] : file.reset === 'shift' ? shifts : undefined
  const begin = (from: number, to: number): Sum => {
    const empty = { usableMs: 0, goodMs: 0, integral: 0, lost: 0, hasReturned: false }
    if (times === undefined) return { from, until: null, ...empty }
    const period = periodAround(to, times, timezone)
    return { from: period.from, until: period.to, ...empty }
  }
  return {
    memoryMs: times === undefined ? undefined : DAY_MS + CLOCK_CHANGE_MS,
    start: (kept): Running => {
      let sum = kept === undefined || kept === null ? undefined : sumOf(kept as KeptSum)
      return {
        step: ({ from, to, inputs: [slice] }) => {
          if (slice === undefined) throw new RangeError('total has one input')
          if (sum === undefined || (sum.until !== null && to > sum.until)) sum = begin(from, to)
          // Of a step that began before the period, as if it had been spread evenly.
          const share = Math.min(1, (to - sum.from) / (to - from))
          add(sum, slice.integral * share)
          sum.usableMs += slice.usableMs * share
          if (slice.min < 0) sum.hasReturned = true
          if (!slice.isUncertain) sum.goodMs += slice.usableMs * share
          const lengthMs = to - sum.from
          const value = (sum.integral + sum.lost) * factor
          return windowResult({
            value,
            ...(!sum.hasReturned && { atLeast: value }),
            coverage: sum.usableMs / lengthMs,
            least,
            isUncertain: slice.isUncertain || sum.goodMs / lengthMs < least,
          })
        },
        snapshot: () => sum ?? null,
        describe: () => (sum === undefined ? {} : { since: sum.from, until: sum.until }),
      }
    },
  }
}

/** Neumaier 1974: the rounding errors of a sum are summed beside it, however many years it runs. */
function add(sum: Sum, value: number): void {
  const next = sum.integral + value
  sum.lost +=
    Math.abs(sum.integral) >= Math.abs(value) ? sum.integral - next + value : value - next + sum.integral
  sum.integral = next
}

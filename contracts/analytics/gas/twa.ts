import type { Computation, ComputationKind, DerivedRequest, KindProblem, Running } from '../computation.ts'
import { LONGEST_PERIOD_MS } from '../reset-period.ts'
import { AccumulatedExposure, type KeptDose } from './accumulated-exposure.ts'
import { GAS_KEYS, gasProblems, limitsIn, unitFactor } from './gas-request.ts'
import { MINUTE_MS } from './minute-averages.ts'
import type { MinuteSum } from './minute-window.ts'
import { type ExposureRule, type KeptExposure, MovingExposure } from './moving-exposure.ts'
import type { ExposureBasis } from './substance.ts'

/** Bases that bound a mean of eight hours. */
export const TWA_BASES: readonly ExposureBasis[] = ['PC-TWA', 'OSHA-PEL', 'NIOSH-REL', 'ACGIH-TWA']

/** Minutes that have passed have to be seen to such a share. */
const LEAST_SEEN = 0.75

/**
 * Exposure of a working day. E = sum(C T) / 8 of 29 CFR 1910.1000(d): the dose so far over the full eight hours, since
 * time that has not passed yet, or that nobody watched before the beginning, is no exposure. Time that has passed and
 * was not seen (bad, inhibited, calibrating) is none of that: it counts with the mean of what was seen, and the coverage
 * says how much that is.
 */
export const TWA: ComputationKind = {
  name: 'twa',
  about:
    'Time-weighted average of eight hours: dose over the full window of minute averages, negative values as zero. `moving` looks back over the window (OSHA); `accumulated` adds up since the shift, the day or the computation began, always over the window, so that after more than eight hours it exceeds the greatest value that there was. Minutes that are gaps count with the mean of those seen, never as zero; the coverage is the share of the minutes passed that was seen. A fixed point tells of its area and not of what a person breathed.',
  keys: [...GAS_KEYS, 'mode', 'reset'],
  required: [],
  of: { least: 1, most: 1 },
  window: '8h',
  unit: (_, [input]) => input?.unit,
  problems: twaProblems,
  build: (request) => (request.file.mode === 'accumulated' ? accumulatedTwa(request) : movingTwa(request)),
}

function twaProblems(request: DerivedRequest): readonly KindProblem[] {
  const problems = gasProblems(request)
  const { file, windowMs } = request
  if (windowMs !== undefined && windowMs % MINUTE_MS !== 0)
    problems.push({ key: 'window', message: `${file.window}: the window is whole minutes` })
  if (file.reset !== undefined && file.mode !== 'accumulated')
    problems.push({ key: 'reset', message: 'a moving window never begins anew; mode: accumulated does' })
  return problems
}

function movingTwa(request: DerivedRequest): Computation {
  const { file, windowMs = 0, everyMs } = request
  const { rule, describe } = twaOf(request)
  return {
    memoryMs: windowMs + MINUTE_MS + everyMs,
    start: (kept): Running => {
      const exposure = new MovingExposure(
        { minutes: windowMs / MINUTE_MS, rule, least: file.minCoverage ?? LEAST_SEEN },
        kept as KeptExposure | undefined,
      )
      return {
        step: (step) => exposure.step(step),
        snapshot: () => exposure.snapshot(),
        describe: () => ({ mode: 'moving', ...describe(exposure.sum) }),
      }
    },
  }
}

function accumulatedTwa(request: DerivedRequest): Computation {
  const { file, everyMs, surroundings } = request
  const { rule, describe } = twaOf(request)
  const reset = file.reset ?? 'shift'
  const by = { reset, surroundings, rule, least: file.minCoverage ?? LEAST_SEEN }
  return {
    memoryMs: reset === 'never' ? undefined : LONGEST_PERIOD_MS + MINUTE_MS + everyMs,
    start: (kept): Running => {
      const exposure = new AccumulatedExposure(by, kept as KeptDose | undefined)
      return {
        step: (step) => exposure.step(step),
        snapshot: () => exposure.snapshot(),
        describe: () => ({
          mode: 'accumulated',
          reset,
          period: exposure.period ?? null,
          ...describe(exposure.sum),
        }),
      }
    },
  }
}

function twaOf(request: DerivedRequest) {
  const minutes = (request.windowMs ?? 0) / MINUTE_MS
  const factor = unitFactor(request)
  const limits = limitsIn(request, request.unit, { bases: TWA_BASES })
  const rule: ExposureRule = ({ elapsed, seen, sum }) => ({
    value: (sum / seen) * (elapsed / minutes) * factor,
    coverage: seen / elapsed,
    atLeast: (sum / minutes) * factor,
  })
  const describe = (sum: MinuteSum) => {
    const value = sum.seen === 0 ? undefined : rule(sum).value
    return {
      passedMinutes: sum.elapsed,
      seenMinutes: sum.seen,
      limits: limits.map(({ basis, local, edition, isConfirmed }) => ({
        basis,
        value: local,
        edition,
        isConfirmed,
        isBeyond: value === undefined ? null : value >= local,
      })),
    }
  }
  return { rule, describe }
}

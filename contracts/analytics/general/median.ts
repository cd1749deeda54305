import type { Computation, ComputationKind, DerivedRequest, Running } from '../computation.ts'
import { windowResult } from '../result.ts'
import { piecesOf, wholeWindowMs } from '../step-pieces.ts'
import { StepWindow } from '../window.ts'
import { sameQuantity, valueIn } from './same-unit.ts'
import { LEAST_COVERAGE } from './windowed.ts'

/**
 * Median of the values held at the steps of the grid within the window, of an even number the mean of the two in the
 * middle: what sticks out for less than half of the window leaves no trace.
 */
export const MEDIAN: ComputationKind = {
  name: 'median',
  about: 'Median of the values held at the steps of the grid within the window: a filter of spikes.',
  keys: [],
  required: [],
  of: { least: 1, most: 1 },
  window: null,
  unit: (_, [input]) => input?.unit,
  problems: sameQuantity,
  build: medianOf,
}

function medianOf(request: DerivedRequest): Computation {
  const { windowMs = 0, everyMs, file } = request
  const least = file.minCoverage ?? LEAST_COVERAGE
  const inUnit = valueIn(request)
  const wholeMs = wholeWindowMs({ everyMs, windowMs })
  return {
    memoryMs: wholeMs,
    start: (kept): Running => {
      // Whole milliseconds: their running sum has no error.
      const window = new StepWindow(windowMs, 4, kept as number[] | undefined)
      const sorted: number[] = []
      let usableMs = 0
      let uncertain = 0
      window.each((_, at) => {
        usableMs += window.cell(at)
        uncertain += window.cell(at + 1)
        if (window.cell(at + 2) === 1) sorted.push(window.cell(at + 3))
      })
      sorted.sort((a, b) => a - b)
      const leave = ([leftMs = 0, wasUncertain = 0, wasHeld = 0, value = 0]: readonly number[]) => {
        usableMs -= leftMs
        uncertain -= wasUncertain
        if (wasHeld === 1) sorted.splice(placeOf(value, sorted), 1)
      }
      return {
        step: (step) => {
          const [slice] = step.inputs
          if (slice === undefined) throw new RangeError('median has one input')
          for (const { to, share, isLast } of piecesOf(step, { everyMs, windowMs })) {
            const pieceMs = Math.round(slice.usableMs * share)
            const isUncertain = Number(slice.isUncertain)
            const held = isLast ? slice.value : undefined
            usableMs += pieceMs
            uncertain += isUncertain
            if (held !== undefined) sorted.splice(placeOf(held, sorted), 0, held)
            window.push(to, [pieceMs, isUncertain, held === undefined ? 0 : 1, held ?? 0], leave)
          }
          return windowResult({
            value: inUnit(middleOf(sorted)),
            coverage: usableMs / wholeMs,
            least,
            isUncertain: uncertain > 0,
          })
        },
        snapshot: () => window.snapshot(),
      }
    },
  }
}

/** NaN of nothing. */
function middleOf(sorted: readonly number[]): number {
  const half = sorted.length >> 1
  const upper = sorted[half] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] ?? Number.NaN) + upper) / 2
}

/** Where a value is, or would be put, in a list in ascending order. */
function placeOf(value: number, sorted: readonly number[]): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((sorted[middle] ?? 0) < value) low = middle + 1
    else high = middle
  }
  return low
}

import type { Computation, ComputationKind, DerivedRequest, Running } from '../computation.ts'
import { windowResult } from '../result.ts'
import { StepWindow } from '../window.ts'

/** Time-weighted mean over the moving window. A gap lowers the coverage and never counts as zero. */
export const MEAN: ComputationKind = {
  name: 'mean',
  about: 'Mean over the window, weighted by time.',
  keys: [],
  required: [],
  of: { least: 1, most: 1 },
  window: null,
  unit: (_, [input]) => input?.unit,
  problems: () => [],
  build: meanOf,
}

function meanOf({ windowMs = 0, file }: DerivedRequest): Computation {
  const least = file.minCoverage ?? 0.75
  return {
    memoryMs: windowMs,
    start: (kept): Running => {
      const window = new StepWindow(windowMs, 3, kept as number[] | undefined)
      return {
        step: ({ to, inputs: [input] }) => {
          if (input === undefined) throw new RangeError('mean has one input')
          window.push(to, [input.usableMs, input.integral, Number(input.isUncertain)])
          let usableMs = 0
          let integral = 0
          let isUncertain = false
          window.each((_, at) => {
            usableMs += window.cell(at)
            integral += window.cell(at + 1)
            isUncertain ||= window.cell(at + 2) === 1
          })
          return windowResult({
            value: integral / usableMs,
            coverage: usableMs / windowMs,
            least,
            isUncertain,
          })
        },
        snapshot: () => window.snapshot(),
      }
    },
  }
}

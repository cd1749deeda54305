import type {
  Computation,
  ComputationKind,
  DerivedRequest,
  KindProblem,
  Result,
  Running,
} from '../computation.ts'
import { noResult, windowResult } from '../result.ts'
import { student95 } from './student.ts'
import { tankInputProblems, tankInputsOf } from './tank-inputs.ts'
import { GATE_MEMORY_MS, TankReader, type TankReaderState } from './tank-reader.ts'
import { type Fit, VolumeWindow, type VolumeWindowState } from './volume-window.ts'

/** A line through fewer steps tells of nothing but noise. */
const LEAST_STEPS = 4

/** What computations of the line through the volumes of a window have in common. */
export const OF_FLOW = {
  of: { least: 1, most: 1 },
  inputsOf: tankInputsOf,
  required: ['tank'],
  window: '5m',
} as const satisfies Partial<ComputationKind>

interface Kept {
  readonly gate: TankReaderState
  readonly window: VolumeWindowState
}

/** What is read of a line. */
export interface FlowFigure {
  /** In the unit of the result. */
  readonly value: number
  /** What people are shown beside it. */
  readonly shown: Readonly<Record<string, number>>
}

/** A computation that reads something of the line through the volumes of the window. */
export function flowComputation(request: DerivedRequest, figureOf: (fit: Fit) => FlowFigure): Computation {
  const { windowMs = 0, everyMs, file } = request
  const least = file.minCoverage ?? 0.75
  return {
    memoryMs: windowMs + GATE_MEMORY_MS,
    start: (from): Running => {
      const kept = from as Kept | undefined
      const reader = new TankReader(request, kept?.gate)
      let window = new VolumeWindow({ windowMs, everyMs }, kept?.window)
      let shown: FlowFigure['shown'] = {}
      return {
        step: (step): Result => {
          const read = reader.read(step.inputs)
          const contents = typeof read === 'string' ? undefined : read
          if (contents?.isAnew) window = new VolumeWindow({ windowMs, everyMs })
          window.push(step, contents)
          shown = {}
          const { coverage, isUncertain } = window
          const fit = coverage < least ? undefined : window.fit(step.to, (volume) => reader.sigmaAt(volume))
          if (fit === undefined) return noResult(coverage)
          const figure = figureOf(fit)
          shown = figure.shown
          return windowResult({ value: figure.value, coverage, least, isUncertain })
        },
        snapshot: (): Kept => ({ gate: reader.snapshot(), window: window.snapshot() }),
        describe: () => ({ tank: reader.tank.id, rejects: reader.rejects, ...shown }),
      }
    },
  }
}

/** So much above its slope the flow may be, with a confidence of 95 %, m3/h. */
export function confidenceOf({ error, freedom }: Fit): number {
  return student95(freedom) * error
}

export function flowProblems(request: DerivedRequest, result: 'm3/h' | 'min'): KindProblem[] {
  const { windowMs = 0, everyMs } = request
  const problems = tankInputProblems(request, result)
  if (windowMs < LEAST_STEPS * everyMs)
    problems.push({
      key: 'window',
      message: `a line needs a window of ${LEAST_STEPS} steps of the grid at least, here ${(LEAST_STEPS * everyMs) / 1_000}s`,
    })
  return problems
}

import { parseDuration } from '../../duration.ts'
import type {
  Computation,
  ComputationKind,
  DerivedRequest,
  KindProblem,
  Result,
  Running,
} from '../computation.ts'
import { noResult, windowResult } from '../result.ts'
import type { LevelGateState } from './level-gate.ts'
import { student95 } from './student.ts'
import type { Tank, TankLimit } from './tank.ts'
import { converted, tankInputProblems, tankInputsOf, tankOf } from './tank-inputs.ts'
import { type Contents, GATE_MEMORY_MS, type Missing, TankReader } from './tank-reader.ts'
import { volumeAt } from './tank-volume.ts'
import { type Fit, VolumeWindow, type VolumeWindowState } from './volume-window.ts'

/** A line through fewer steps tells of nothing but noise. */
const LEAST_STEPS = 4
const MINUTES_PER_HOUR = 60
/** A limit that is farther away is not being reached: a day, in minutes. */
export const CAP_MINUTES = 1_440
const MINUTE_MS = 60_000
const LOW_LIMITS: readonly TankLimit[] = ['L', 'LL']

const OF_WINDOW = {
  of: { least: 1, most: 1 },
  inputsOf: tankInputsOf,
  required: ['tank'],
  window: '5m',
} as const satisfies Partial<ComputationKind>

/** Flow into a tank, less what flows out of it, by how its volume changes. */
export const NET_FLOW: ComputationKind = {
  ...OF_WINDOW,
  name: 'net-flow',
  about: 'Flow into a tank less the flow out of it: slope of the line through its volumes (least squares).',
  keys: ['tank', 'temperature'],
  kind: 'flow',
  unit: () => 'm3/h',
  problems: (request) => flowProblems(request, 'm3/h'),
  build: (request) =>
    ofFlow(request, ({ fit }) => ({
      value: converted(fit.flow, 'm3/h', request.unit),
      shown: { flow: fit.flow, flowConfidence: confidenceOf(fit) },
    })),
}

/** When a tank reaches one of its levels, if it goes on as in the window. */
export const TIME_TO_LIMIT: ComputationKind = {
  ...OF_WINDOW,
  name: 'time-to-limit',
  about: `Minutes until the tank reaches a level at its present net flow; ${CAP_MINUTES} when it does not move towards it.`,
  keys: ['tank', 'to'],
  kind: 'level',
  unit: () => 'min',
  problems: (request) => [
    ...flowProblems(request, 'min'),
    ...limitProblems(request, request.file.to ?? 'HH'),
  ],
  build: (request) => {
    const towards = towardsLimit(tankOf(request), request.file.to ?? 'HH')
    return ofFlow(request, ({ fit }) => {
      const { volumeToGo, likely, least } = towards(fit)
      return { value: converted(likely, 'min', request.unit), shown: shownOf(fit, { volumeToGo, least }) }
    })
  },
}

/** API 2350: how long there is to decide before a receipt can no longer be ended in time. */
export const OVERFILL: ComputationKind = {
  ...OF_WINDOW,
  name: 'overfill',
  about:
    'Predictive overfill by API 2350, minutes: time until HH at the fastest flow that the window allows for (95 %, one-sided), less the response time. A low alarm at 0 calls for the end of the receipt while there is time.',
  keys: ['tank', 'response'],
  kind: 'level',
  unit: () => 'min',
  problems: (request) => [
    ...flowProblems(request, 'min'),
    ...limitProblems(request, 'HH'),
    ...responseProblems(request),
  ],
  build: (request) => {
    const tank = tankOf(request)
    const towards = towardsLimit(tank, 'HH')
    const response = responseMinutes(request, tank)
    return ofFlow(request, ({ fit }) => {
      const { volumeToGo, least } = towards(fit)
      return {
        value: converted(least - response, 'min', request.unit),
        shown: { ...shownOf(fit, { volumeToGo, least }), response },
      }
    })
  },
}

function responseMinutes({ file }: DerivedRequest, tank: Tank): number {
  const own = file.response === undefined ? undefined : parseDuration(file.response)
  return (own ?? tank.responseMs ?? 0) / MINUTE_MS
}

function responseProblems({ file, surroundings }: DerivedRequest): KindProblem[] {
  const tank = surroundings.tanks.get(file.tank ?? '')
  if (file.response !== undefined || tank === undefined || tank.responseMs !== undefined) return []
  return [
    { key: 'compute', message: `overfill needs response: tank "${tank.id}" has neither it nor a category` },
  ]
}

function limitProblems({ file, surroundings }: DerivedRequest, limit: TankLimit): KindProblem[] {
  const tank = surroundings.tanks.get(file.tank ?? '')
  if (tank === undefined || tank.levels[limit] !== undefined) return []
  const given = Object.keys(tank.levels)
  const known = given.length === 0 ? 'it has none' : `it has ${given.join(', ')}`
  return [
    {
      key: file.to === undefined ? 'tank' : 'to',
      message: `tank "${tank.id}" has no level ${limit}: ${known}`,
    },
  ]
}

function flowProblems(request: DerivedRequest, result: 'm3/h' | 'min'): KindProblem[] {
  const { windowMs = 0, everyMs } = request
  const problems = tankInputProblems(request, result)
  if (windowMs < LEAST_STEPS * everyMs)
    problems.push({
      key: 'window',
      message: `a line needs a window of ${LEAST_STEPS} steps of the grid at least, here ${(LEAST_STEPS * everyMs) / 1_000}s`,
    })
  return problems
}

interface Towards {
  /** Until the limit, m3; not above zero when it is there. */
  readonly volumeToGo: number
  /** Minutes by the line itself. */
  readonly likely: number
  /** So many minutes it takes at least, with a confidence of 95 %. */
  readonly least: number
}

function towardsLimit(tank: Tank, limit: TankLimit): (fit: Fit) => Towards {
  const target = volumeAt(tank, tank.levels[limit] ?? 0).volume
  const sign = LOW_LIMITS.includes(limit) ? -1 : 1
  return (fit) => {
    const volumeToGo = sign * (target - fit.volume)
    const flow = sign * fit.flow
    return {
      volumeToGo,
      likely: minutes(volumeToGo, flow),
      least: minutes(volumeToGo, flow + confidenceOf(fit)),
    }
  }
}

function minutes(volumeToGo: number, flow: number): number {
  if (volumeToGo <= 0) return 0
  return flow > 0 ? Math.min(CAP_MINUTES, (volumeToGo / flow) * MINUTES_PER_HOUR) : CAP_MINUTES
}

/** So much above its slope the flow may be, with a confidence of 95 %, m3/h. */
function confidenceOf({ error, freedom }: Fit): number {
  return student95(freedom) * error
}

function shownOf(fit: Fit, { volumeToGo, least }: { volumeToGo: number; least: number }) {
  return {
    flow: fit.flow,
    flowConfidence: confidenceOf(fit),
    volume: fit.volume,
    volumeToGo,
    leastMinutes: least,
  }
}

interface Kept {
  readonly gate: LevelGateState
  readonly window: VolumeWindowState
}

interface Found {
  readonly value: number
  readonly shown: Readonly<Record<string, number>>
}

/** A computation that reads something of the line through the volumes of the window. */
function ofFlow(request: DerivedRequest, find: (of: { fit: Fit }) => Found): Computation {
  const { windowMs = 0, everyMs, file } = request
  const least = file.minCoverage ?? 0.75
  return {
    memoryMs: windowMs + GATE_MEMORY_MS,
    start: (from): Running => {
      const kept = from as Kept | undefined
      const reader = new TankReader(request, kept?.gate)
      const window = new VolumeWindow({ windowMs, everyMs }, kept?.window)
      let shown: Readonly<Record<string, number>> = {}
      return {
        step: (step): Result => {
          const read: Contents | Missing = reader.read(step.inputs)
          const contents = typeof read === 'string' ? undefined : read
          window.push(step, contents)
          shown = {}
          const { coverage, isUncertain } = window
          const fit = coverage < least ? undefined : window.fit(step.to, (volume) => reader.sigmaAt(volume))
          if (fit === undefined) return noResult(coverage)
          const found = find({ fit })
          shown = found.shown
          return windowResult({ value: found.value, coverage, least, isUncertain })
        },
        snapshot: (): Kept => ({ gate: reader.snapshot(), window: window.snapshot() }),
        describe: () => ({ tank: reader.tank.id, rejects: reader.rejects, ...shown }),
      }
    },
  }
}

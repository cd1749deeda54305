import type { Computation, LiveSettings, Result, Step } from '../../../contracts/analytics/computation.ts'
import { type KnownSensor, requestOf } from '../../../contracts/analytics/derived-request.ts'
import { type DerivedFile, DerivedSchema } from '../../../contracts/analytics/derived-schema.ts'
import type { Slice } from '../../../contracts/analytics/slice.ts'
import { surroundingsOf } from '../../../contracts/analytics/surroundings.ts'
import { withDefaults } from '../../../contracts/config-defaults.ts'
import type { Quality } from '../../../contracts/quality.ts'

/** A reading of an input: good unless it says otherwise; without a value it is bad. */
export interface Sample {
  readonly time: number
  readonly value?: number
  readonly quality?: Quality
  readonly reason?: string
  /** Calibration overdue from here on. */
  readonly isOverdue?: boolean
}

export interface Grid {
  /** Where the first step begins, epoch ms. */
  readonly from: number
  readonly everyMs: number
  readonly count: number
  /** No sign of life for so long after a reading is silence. Default: a reading holds until the next. */
  readonly staleMs?: number
}

/** 2026-11-21T10:00:00+08:00: no round hour in time zones of half hours. */
export const START = Date.UTC(2026, 10, 21, 2)

/** What inputs did, as steps of the grid. Readings of an input are in order of time. */
export function stepsOf(inputs: readonly (readonly Sample[])[], grid: Grid): Step[] {
  return Array.from({ length: grid.count }, (_, at) => {
    const from = grid.from + at * grid.everyMs
    return stepOf(inputs, { from, to: from + grid.everyMs, staleMs: grid.staleMs })
  })
}

/** What an input holds throughout a step and at its end: a number is good, undefined is a gap. */
export type Held = number | undefined | Omit<Sample, 'time'>

/** Inputs that change with the grid alone: what each holds in each step. */
export function stepsHolding(
  inputs: readonly (readonly Held[])[],
  { from = START, everyMs = 1_000 }: Partial<Pick<Grid, 'from' | 'everyMs'>> = {},
): Step[] {
  const count = Math.max(0, ...inputs.map(({ length }) => length))
  return Array.from({ length: count }, (_, at) => {
    const start = from + at * everyMs
    const row = inputs.map((all): Sample[] => {
      const held = all[at]
      if (held === undefined) return [{ time: start, quality: 'bad', reason: 'timeout' }]
      return [typeof held === 'number' ? { time: start, value: held } : { time: start, ...held }]
    })
    return stepOf(row, { from: start, to: start + everyMs })
  })
}

/** One step of any length, as after a time in which nothing was computed. */
export function stepOf(
  inputs: readonly (readonly Sample[])[],
  { from, to, staleMs }: { from: number; to: number; staleMs?: number | undefined },
): Step {
  return { from, to, inputs: inputs.map((samples) => sliceOf(samples, from, to, staleMs)) }
}

function sliceOf(
  samples: readonly Sample[],
  from: number,
  to: number,
  staleMs = Number.POSITIVE_INFINITY,
): Slice {
  const sum = {
    usableMs: 0,
    integral: 0,
    positiveIntegral: 0,
    min: Number.NaN,
    max: Number.NaN,
    isUncertain: false,
  }
  for (let at = Math.max(0, lastAt(samples, from)); at < samples.length; at++) {
    const sample = samples[at]
    if (sample === undefined || sample.time > to) break
    const start = Math.max(from, sample.time)
    const end = Math.min(to, samples[at + 1]?.time ?? to, sample.time + staleMs)
    // A reading at the very end of the step is held then, and belongs to it.
    const isHeldInside = end > start || sample.time === to
    const value = usableValue(sample)
    if (!isHeldInside || value === undefined) continue
    sum.usableMs += end - start
    sum.integral += value * (end - start)
    sum.positiveIntegral += Math.max(0, value) * (end - start)
    sum.min = Number.isNaN(sum.min) ? value : Math.min(sum.min, value)
    sum.max = Number.isNaN(sum.max) ? value : Math.max(sum.max, value)
    sum.isUncertain ||= sample.quality === 'uncertain'
  }
  const held = samples[lastAt(samples, to)]
  const isSilent = held === undefined || to - held.time > staleMs
  const isOverdue = held?.isOverdue === true
  const time = held?.time ?? Number.NaN
  if (isSilent) return { ...sum, value: undefined, quality: 'bad', reason: 'stale', time, isOverdue }
  return { ...sum, value: usableValue(held), quality: qualityOf(held), reason: held.reason, time, isOverdue }
}

/** Index of the last that is no later than a time; -1 when there is none. */
function lastAt(samples: readonly Sample[], time: number): number {
  let [low, high] = [0, samples.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((samples[middle]?.time ?? time) <= time) low = middle + 1
    else high = middle
  }
  return low - 1
}

function qualityOf({ quality, value }: Sample): Quality {
  return quality ?? (value === undefined ? 'bad' : 'good')
}

function usableValue(sample: Sample): number | undefined {
  return qualityOf(sample) === 'bad' ? undefined : sample.value
}

/** A value that is there from `from` on, again and again every `everyMs`. */
export function ramp(
  valueAt: (time: number) => number,
  { from, everyMs, count }: { from: number; everyMs: number; count: number },
): Sample[] {
  return Array.from({ length: count }, (_, at) => {
    const time = from + at * everyMs
    return { time, value: valueAt(time) }
  })
}

/** Everything that the steps give, from the beginning on or from a snapshot. */
export function run(
  computation: Computation,
  steps: readonly Step[],
  { kept, live }: { kept?: unknown; live?: LiveSettings } = {},
): Result[] {
  const running = computation.start(kept, live)
  return steps.map((step) => running.step(step))
}

/**
 * Stops after each step in turn, keeps the snapshot as JSON and goes on from it: every later result has to be the very
 * same, and every later snapshot. Throws an error that says after which step it is not.
 */
export function restartEqualsNoRestart(computation: Computation, steps: readonly Step[]): void {
  const running = computation.start()
  const kept: string[] = []
  const whole = steps.map((step) => {
    const result = running.step(step)
    const snapshot = running.snapshot()
    mustBePlain(snapshot)
    kept.push(JSON.stringify(snapshot))
    return result
  })
  for (const [at, text] of kept.entries()) {
    const again = computation.start(JSON.parse(text))
    for (const [next, step] of steps.entries()) {
      if (next <= at) continue
      const result = again.step(step)
      // As text: JSON knows no -0.
      if (JSON.stringify(result) !== JSON.stringify(whole[next]))
        throw new Error(
          `stopped after step ${at}, step ${next} gives ${JSON.stringify(result)}, not ${JSON.stringify(whole[next])}`,
        )
    }
    if (JSON.stringify(again.snapshot()) !== kept.at(-1))
      throw new Error(`stopped after step ${at}, it ends with another snapshot`)
  }
}

/** Throws an error for what JSON would silently make something else of: NaN, Infinity, holes, objects of classes. */
function mustBePlain(value: unknown, place = 'snapshot'): void {
  if (typeof value === 'number' ? Number.isFinite(value) : /string|boolean/.test(typeof value)) return
  if (value === null) return
  const isList = Array.isArray(value)
  if (!isList && (typeof value !== 'object' || Object.getPrototypeOf(value) !== Object.prototype))
    throw new Error(`${place} is no plain JSON: ${String(value)}`)
  for (const [key, one] of isList ? value.entries() : Object.entries(value)) {
    if (isList || one !== undefined) mustBePlain(one, `${place}.${key}`)
  }
}

/** The same inputs later by a multiple of the grid give the same results, where no calendar is involved. */
export function shiftInvariant(
  computation: Computation,
  inputs: readonly (readonly Sample[])[],
  grid: Grid,
  steps: number,
): void {
  const by = steps * grid.everyMs
  const later = inputs.map((samples) => samples.map((sample) => ({ ...sample, time: sample.time + by })))
  const first = run(computation, stepsOf(inputs, grid))
  const second = run(computation, stepsOf(later, { ...grid, from: grid.from + by }))
  expectAlike(second, first, 'shifted')
}

/** Held values that are said once more in between, as by other batches, change nothing. */
export function splitInvariant(
  computation: Computation,
  inputs: readonly (readonly Sample[])[],
  grid: Grid,
  splits: readonly number[],
): void {
  const split = inputs.map((samples) => {
    const more = splits.flatMap((at): Sample[] => {
      const time = grid.from + at
      const held = samples.findLast((sample) => sample.time <= time)
      // Where silence has set in, one more reading would end it.
      if (held === undefined || grid.staleMs !== undefined) return []
      return [{ ...held, time }]
    })
    return [...samples, ...more].toSorted((a, b) => a.time - b.time)
  })
  expectAlike(run(computation, stepsOf(split, grid)), run(computation, stepsOf(inputs, grid)), 'split')
}

/** The same but for the last digits, which the order of a sum decides. */
function expectAlike(got: readonly Result[], wanted: readonly Result[], how: string): void {
  for (const [at, result] of got.entries()) {
    const other = wanted[at]
    const isSame =
      other !== undefined &&
      result.quality === other.quality &&
      result.reason === other.reason &&
      isNear(result.coverage, other.coverage) &&
      isNear(result.value ?? 0, other.value ?? 0)
    if (!isSame)
      throw new Error(`${how}, step ${at} gives ${JSON.stringify(result)}, not ${JSON.stringify(other)}`)
  }
}

function isNear(a: number, b: number): boolean {
  return Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a), Math.abs(b))
}

/** Sensors that there are, polled once a second. Key: id. */
export function sensors(
  known: Readonly<Record<string, Partial<Omit<KnownSensor, 'id'>>>>,
): Map<string, KnownSensor> {
  return new Map(
    Object.entries(known).map(([id, sensor]) => [
      id,
      {
        id,
        kind: 'gas',
        unit: '%LEL',
        quantity: 'CH4',
        area: 'tank-farm',
        pollMs: 1_000,
        alarms: {},
        ...sensor,
      },
    ]),
  )
}

/** What a derived sensor of the file says, but for what has defaults. */
export type Derived = Partial<DerivedFile> & Pick<DerivedFile, 'of' | 'compute'>

type Places = Partial<Parameters<typeof surroundingsOf>[0]>

function requested(derived: Derived, known: ReadonlyMap<string, KnownSensor>, places: Places) {
  const file = withDefaults(DerivedSchema, { id: 'D', ...derived }) as DerivedFile
  const parts = { tanks: [], timezone: 'Asia/Shanghai', shifts: ['08:00', '20:00'], sources: [], ...places }
  return requestOf(file, known, surroundingsOf(parts, 'x.yaml'))
}

/** The computation that a derived sensor stands for, made as for a facility. */
export function derive(
  derived: Derived,
  known: ReadonlyMap<string, KnownSensor>,
  places: Places = {},
): { computation: Computation; unit: string; everyMs: number } {
  const found = requested(derived, known, places)
  if ('problems' in found) throw new Error(found.problems.map(({ message }) => message).join('; '))
  const { kind, request } = found
  return { computation: kind.build(request), unit: request.unit, everyMs: request.everyMs }
}

/** What is wrong with it: `key: message`. */
export function refusalsOf(
  derived: Derived,
  known: ReadonlyMap<string, KnownSensor>,
  places: Places = {},
): string[] {
  const found = requested(derived, known, places)
  return 'problems' in found ? found.problems.map(({ key, message }) => `${key}: ${message}`) : []
}

import type { AlarmConfig } from '../facility.ts'
import type { SensorKind } from '../facility-words.ts'
import type { Quality } from '../quality.ts'
import type { Unit } from '../units.ts'
import type { Ballot } from './ballot.ts'
import type { DerivedFile, DerivedKey } from './derived-schema.ts'
import type { Tank } from './level/tank.ts'
import type { Slice } from './slice.ts'

/** One step of the grid: what the inputs did after `from` up to `to`, epoch ms. */
export interface Step {
  readonly from: number
  readonly to: number
  /** In the order of the inputs of the request. */
  readonly inputs: readonly Slice[]
}

/** What a derived sensor reads at the end of a step. */
export interface Result {
  /** In the unit of the request; absent when there is none, and then the quality is bad. */
  readonly value?: number
  readonly quality: Quality
  readonly reason?: string
  /** How much of what it is computed from was usable, 0 to 1. */
  readonly coverage: number
  /** Of one without a value: too little was seen for it, and what was seen alone comes to so much. */
  readonly atLeast?: number
  readonly atMost?: number
}

/**
 * A computation under way. Deterministic: its results follow from the steps alone, and memory is bounded by its
 * configuration. Steps follow one another without a gap; one is longer than the grid where nothing
 * of any input was usable for long, and then nothing of it is. The slices belong to the caller and change after the call.
 */
export interface Running {
  step(step: Step): Result
  /** What {@link Computation.start} goes on from: plain JSON data of its own, without NaN or Infinity. */
  snapshot(): unknown
  /** What people are shown of it beside its value: plain JSON data, see docs/analytics.md. */
  describe?(): Readonly<Record<string, unknown>>
  /** Of a vote: who had a say in the last result. */
  ballot?(): Ballot
}

export interface Computation {
  /**
   * Steps older than this leave no trace in a result, ms; undefined when everything since its beginning does. What
   * comes late is computed anew from so long before it, and not at all without it.
   */
  readonly memoryMs: number | undefined
  /** Begins, or goes on from a snapshot of the same configuration. */
  start(kept?: unknown, live?: LiveSettings): Running
}

/** What people may change while it runs. */
export interface LiveSettings {
  /** The set point of an alarm, and its delays, as they are now; without this, those of the file count. */
  limitOf(
    alarm: string,
  ):
    | (Pick<AlarmConfig, 'limit' | 'deadband'> & Partial<Pick<AlarmConfig, 'onDelayMs' | 'offDelayMs'>>)
    | undefined
}

/** What a computation is made for. */
export interface DerivedInput {
  /** Of a sensor, or of an alarm where the kind takes those. */
  readonly id: string
  /** The sensor whose readings it gets. */
  readonly sensor: string
  readonly kind: SensorKind
  readonly unit: Unit
  readonly quantity: string
  readonly area: string
  /** How often it is sampled, ms; undefined where nobody knows, as with devices that publish by themselves. */
  readonly pollMs: number | undefined
  /** Of a derived sensor: the tank that it goes by. */
  readonly tank?: string
  /** The alarm that was named instead of its sensor: its set point and its delays decide. */
  readonly alarm?: Pick<AlarmConfig, 'id' | 'when' | 'limit' | 'deadband'> &
    Partial<Pick<AlarmConfig, 'onDelayMs' | 'offDelayMs'>>
}

/** What a facility has that computations go by: plain data. */
export interface Surroundings {
  /** Key: tank id. */
  readonly tanks: ReadonlyMap<string, Tank>
  readonly timezone: string
  /** When shifts begin, HH:MM of local time, ascending. */
  readonly shifts: readonly string[]
  /** People within 500 m of the plant, by GB 18218. Key: area id. */
  readonly people500m: ReadonlyMap<string, number>
}

/** What a derived sensor asks for: plain data. */
export interface DerivedRequest {
  readonly file: DerivedFile
  readonly unit: Unit
  readonly everyMs: number
  /** Undefined when the file gives none and the kind has no default. */
  readonly windowMs: number | undefined
  readonly inputs: readonly DerivedInput[]
  readonly surroundings: Surroundings
}

/** What is wrong with a derived sensor, at which of its keys. */
export interface KindProblem {
  readonly key: DerivedKey | 'of' | 'compute' | 'unit' | 'window' | 'every' | 'lateness'
  readonly message: string
}

/** What `compute` of a derived sensor may say. */
export interface ComputationKind {
  readonly name: string
  /** One sentence for docs/reference/analytics.md. */
  readonly about: string
  /** Keys that it uses beside those of all derived sensors; another is refused by `check`. */
  readonly keys: readonly DerivedKey[]
  readonly required: readonly DerivedKey[]
  /** How many inputs `of` has. */
  readonly of: { readonly least: number; readonly most: number }
  /** `of` may name alarms, whose set points then decide. */
  readonly takesAlarms?: boolean
  /** Has a window: how long when the file does not say; null: the file has to say. */
  readonly window?: string | null
  /** How many polls, and steps of the grid, the window holds at least. Default: 2. */
  readonly leastWindowPolls?: number
  /** Every input, where some are named by other keys than `of`. Default: those of `of`. */
  readonly inputsOf?: (file: DerivedFile) => readonly string[]
  /** Does without a window, and takes one. */
  readonly mayHaveWindow?: boolean
  /** Of the result when the file says nothing. Default: that of the first input. */
  readonly kind?: SensorKind
  /** What it reads. Default: the name of the kind. */
  readonly quantity?: string
  /** Of the result when the file gives none; undefined: the file has to. */
  unit(file: DerivedFile, inputs: readonly DerivedInput[]): Unit | undefined
  /** What is wrong with a request whose keys and inputs are there. */
  problems(request: DerivedRequest): readonly KindProblem[]
  /** Called for requests without problems. */
  build(request: DerivedRequest): Computation
}

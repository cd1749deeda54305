import type { StationConfig } from './station-config.ts'
import { AXES } from './wave.ts'

/** Share of the full scale from which on a sample is clipped. */
const CLIPPED_SHARE = 0.999
/** Samples one after another: a single one may be a disturbance on the line. */
const CLIPPED_RUN = 2

/** Watches samples as measured for what only a broken or overdriven instrument gives. */
export class InstrumentCheck {
  readonly #limit: number
  readonly #deadAfter: number
  readonly #present: readonly boolean[]
  readonly #last = new Float64Array(3)
  /** Samples since each axis last moved by a digit, and since it is at full scale. */
  readonly #still = new Float64Array(3)
  readonly #atLimit = new Float64Array(3)
  /** Runs of clipped samples. */
  runs = 0

  constructor(config: Pick<StationConfig, 'fullScale' | 'deadAfterMs' | 'axes'>, rate: number) {
    this.#limit = (config.fullScale ?? Number.POSITIVE_INFINITY) * CLIPPED_SHARE
    this.#deadAfter = ((config.deadAfterMs ?? Number.POSITIVE_INFINITY) / 1_000) * rate
    this.#present = AXES.map((axis) => config.axes.includes(axis))
  }

  /** True when an axis clips. */
  push(ns: number, ew: number, ud: number): boolean {
    const first = this.#pushAxis(0, ns)
    const second = this.#pushAxis(1, ew)
    const third = this.#pushAxis(2, ud)
    return first || second || third
  }

  get isDead(): boolean {
    for (let axis = 0; axis < 3; axis += 1)
      if (this.#present[axis] === true && (this.#still[axis] as number) >= this.#deadAfter) return true
    return false
  }

  #pushAxis(axis: number, sample: number): boolean {
    this.#still[axis] = sample === this.#last[axis] ? (this.#still[axis] as number) + 1 : 0
    this.#last[axis] = sample
    if (sample < this.#limit && sample > -this.#limit) {
      this.#atLimit[axis] = 0
      return false
    }
    const run = (this.#atLimit[axis] as number) + 1
    this.#atLimit[axis] = run
    if (run === CLIPPED_RUN) this.runs += 1
    return run >= CLIPPED_RUN
  }
}

import { withoutDenormals } from './denormal.ts'

/** Corner of the running high-pass, Hz. */
export const BASELINE_HZ = 0.02

/** Takes the offset of an instrument off its samples, in their order. */
export interface Offset {
  push(sample: number): number
}

/**
 * Takes the mean off as samples come: the mean of all samples so far, which turns into an exponential one when it is
 * older than the time constant of {@link BASELINE_HZ} (8 s). At 0.1 Hz it takes 2 % of the amplitude, at 1 Hz 0.02 %.
 */
export class Baseline implements Offset {
  readonly #least: number
  #count = 0
  #mean = 0

  constructor(rate: number) {
    this.#least = (2 * Math.PI * BASELINE_HZ) / rate
  }

  push(sample: number): number {
    this.#count += 1
    const share = Math.max(1 / this.#count, this.#least)
    this.#mean = withoutDenormals(this.#mean + (sample - this.#mean) * share)
    return sample - this.#mean
  }
}

/** Takes off the mean of a record that is there as a whole. */
export class RecordMean implements Offset {
  readonly #mean: number

  constructor(samples: Float64Array) {
    let sum = 0
    for (const sample of samples) sum += sample
    this.#mean = samples.length === 0 ? 0 : sum / samples.length
  }

  push(sample: number): number {
    return sample - this.#mean
  }
}

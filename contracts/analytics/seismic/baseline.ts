/** Corner of the running high-pass, Hz. */
export const BASELINE_HZ = 0.02

/**
 * Takes the mean off as samples come, so that a record from a file and the same samples live give the same: the mean
 * of all samples so far, which turns into an exponential one when it is older than the time constant of
 * {@link BASELINE_HZ} (8 s). At 0.1 Hz it takes 2 % of the amplitude, at 1 Hz 0.02 %.
 */
export class Baseline {
  readonly #least: number
  #count = 0
  #mean = 0

  constructor(rate: number) {
    this.#least = (2 * Math.PI * BASELINE_HZ) / rate
  }

  push(sample: number): number {
    this.#count += 1
    this.#mean += (sample - this.#mean) * Math.max(1 / this.#count, this.#least)
    return sample - this.#mean
  }
}

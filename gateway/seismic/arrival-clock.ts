/** How fast the estimate follows what arrives, and at most by how much of a sample each time. */
const FOLLOW = 0.01
const MOST_SHIFT = 0.2
/** Samples that arrive so much earlier or later than expected are behind a gap, ms. */
const GAP_MS = 1_000

/** Dates the samples of an instrument that does not know the time: by their number, steered by their arrival. */
export class ArrivalClock {
  #end: number | undefined

  /** Epoch ms of the first of `samples` that have arrived at `now`. */
  date({
    samples,
    rate,
    now,
  }: {
    readonly samples: number
    readonly rate: number
    readonly now: number
  }): number {
    const spanMs = (samples * 1_000) / rate
    const start = this.#startOf(now - spanMs, 1_000 / rate)
    this.#end = start + spanMs
    return start
  }

  /** Samples are missing: the next ones are dated by their arrival alone. */
  forget(): void {
    this.#end = undefined
  }

  #startOf(arrived: number, sampleMs: number): number {
    const end = this.#end
    if (end === undefined || Math.abs(arrived - end) > GAP_MS) return arrived
    const shift = (arrived - end) * FOLLOW
    return end + Math.max(-MOST_SHIFT, Math.min(MOST_SHIFT, shift / sampleMs)) * sampleMs
  }
}

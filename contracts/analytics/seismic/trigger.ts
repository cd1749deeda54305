import { withoutDenormals } from './denormal.ts'
import type { StationConfig } from './station-config.ts'

/** Motion below this root mean square is no motion, Gal: the last digit of a coarse instrument triggers nothing. */
const FLOOR_GAL = 0.02

/**
 * The recursive STA/LTA of a station on the squared vector of the trigger's band. Both averages begin as the mean of
 * what there is, and nothing triggers before one long term average has passed, so that neither the start nor a gap
 * does. While it is on the long average stands still, so that long shaking does not hide itself, but no longer than a
 * record may be: machinery that was switched on is noise by then.
 */
export class Trigger {
  readonly #sta: number
  readonly #lta: number
  readonly #on: number
  readonly #off: number
  readonly #longest: number
  #short = 0
  #long = 0
  #count = 0
  #onFor = 0
  /** Short to long; 0 during the hold-off. */
  ratio = 0
  isOn = false

  constructor(config: Pick<StationConfig, 'staMs' | 'ltaMs' | 'on' | 'off' | 'maxEventMs'>, rate: number) {
    const samples = (ms: number) => Math.max(1, Math.round((ms / 1_000) * rate))
    this.#sta = samples(config.staMs)
    this.#lta = samples(config.ltaMs)
    this.#on = config.on
    this.#off = config.off
    this.#longest = samples(config.maxEventMs)
  }

  get isReady(): boolean {
    return this.#count > this.#lta
  }

  /** @param square of the vector, Gal² */
  push(square: number): void {
    this.#count += 1
    this.#short = withoutDenormals(this.#short + (square - this.#short) / Math.min(this.#count, this.#sta))
    if (!this.isOn || this.#onFor > this.#longest)
      this.#long += (square - this.#long) / Math.min(this.#count, this.#lta)
    if (!this.isReady) return
    this.ratio = this.#short / Math.max(this.#long, FLOOR_GAL ** 2)
    if (this.isOn) {
      this.#onFor += 1
      if (this.ratio < this.#off) this.isOn = false
    } else if (this.ratio >= this.#on) {
      this.isOn = true
      this.#onFor = 0
    }
  }
}

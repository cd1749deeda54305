import { withoutDenormals } from './denormal.ts'

/** Longest period that is kept, s. */
const CUT_S = 5

/** Coefficients of the recursion; A of the three values before. */
export interface JmaVelocityCoefficients {
  readonly gain: number
  readonly a: readonly [number, number, number]
}

/**
 * Acceleration to velocity as the Japan Meteorological Agency does it: the integral behind a third-order Butterworth
 * high-pass of 5 s, by the bilinear transform without prewarping. At 100 Hz these are the figures that the agency prints
 * (calc_wave: G = 0.004937561699 and so on); at other rates the same filter.
 */
export function jmaVelocityCoefficients(rate: number): JmaVelocityCoefficients {
  const k = Math.PI / CUT_S / rate
  // (s + k)(s² + k s + k²) with s = (1 - z)/(1 + z), where z delays by one sample.
  const norm = 1 / ((1 + k) * (1 + k + k * k))
  const first = [1 + k, k - 1] as const
  const second = [1 + k + k * k, 2 * (k * k - 1), 1 - k + k * k] as const
  return {
    gain: norm / (2 * rate),
    a: [
      (first[0] * second[1] + first[1] * second[0]) * norm,
      (first[0] * second[2] + first[1] * second[1]) * norm,
      first[1] * second[2] * norm,
    ],
  }
}

/** One axis: Gal in, cm/s out. `v(t) = G (a(t) - a(t-1) - a(t-2) + a(t-3)) - A1 v(t-1) - A2 v(t-2) - A3 v(t-3)`. */
export class JmaVelocity {
  readonly #gain: number
  readonly #a1: number
  readonly #a2: number
  readonly #a3: number
  #x1 = 0
  #x2 = 0
  #x3 = 0
  #v1 = 0
  #v2 = 0
  #v3 = 0

  constructor({ gain, a }: JmaVelocityCoefficients) {
    this.#gain = gain
    ;[this.#a1, this.#a2, this.#a3] = a
  }

  push(acceleration: number): number {
    const velocity = withoutDenormals(
      this.#gain * (acceleration - this.#x1 - this.#x2 + this.#x3) -
        this.#a1 * this.#v1 -
        this.#a2 * this.#v2 -
        this.#a3 * this.#v3,
    )
    this.#x3 = this.#x2
    this.#x2 = this.#x1
    this.#x1 = acceleration
    this.#v3 = this.#v2
    this.#v2 = this.#v1
    this.#v1 = velocity
    return velocity
  }
}

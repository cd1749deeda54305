import { withoutDenormals } from './denormal.ts'

/** A second-order recursive filter in transposed direct form II. */
export class Biquad {
  readonly #b0: number
  readonly #b1: number
  readonly #b2: number
  readonly #a1: number
  readonly #a2: number
  #s1 = 0
  #s2 = 0

  constructor(numerator: readonly [number, number, number], denominator: readonly [number, number]) {
    ;[this.#b0, this.#b1, this.#b2] = numerator
    ;[this.#a1, this.#a2] = denominator
  }

  push(x: number): number {
    const y = this.#b0 * x + this.#s1
    this.#s1 = this.#b1 * x - this.#a1 * y + this.#s2
    this.#s2 = withoutDenormals(this.#b2 * x - this.#a2 * y)
    return y
  }
}

/** Second-order Butterworth high-pass by the bilinear transform. */
export function highPass(corner: number, rate: number): Biquad {
  const { norm, poles } = butterworth(corner, rate)
  return new Biquad([norm, -2 * norm, norm], poles)
}

/** Second-order Butterworth low-pass by the bilinear transform; undefined when the rate is no more than 2.2 times the corner. */
export function lowPass(corner: number, rate: number): Biquad | undefined {
  if (rate <= 2.2 * corner) return undefined
  const { k, norm, poles } = butterworth(corner, rate)
  return new Biquad([k * k * norm, 2 * k * k * norm, k * k * norm], poles)
}

/**
 * {@link highPass} and the integral over time after the trapezoidal rule in one: the pole of the integral and a zero
 * of the high-pass cancel, so that nothing can add up for ever.
 */
export function highPassIntegral(corner: number, rate: number): Biquad {
  const { norm, poles } = butterworth(corner, rate)
  const gain = norm / (2 * rate)
  return new Biquad([gain, 0, -gain], poles)
}

function butterworth(corner: number, rate: number) {
  const k = Math.tan((Math.PI * corner) / rate)
  const norm = 1 / (1 + Math.SQRT2 * k + k * k)
  const poles: readonly [number, number] = [2 * (k * k - 1) * norm, (1 - Math.SQRT2 * k + k * k) * norm]
  return { k, norm, poles }
}

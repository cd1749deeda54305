/** Housner's: damping 20 %, periods 0.1 to 2.5 s, as gas shut-off in Japan goes by. */
const DAMPING = 0.2
const PERIODS = Array.from({ length: 25 }, (_, i) => (i + 1) / 10)
/** Every 15 degrees of the half circle: the strongest direction is missed by less than 1 %. */
const DIRECTIONS = 12
const COS = Float64Array.from({ length: DIRECTIONS }, (_, i) => Math.cos((i * Math.PI) / DIRECTIONS))
const SIN = Float64Array.from({ length: DIRECTIONS }, (_, i) => Math.sin((i * Math.PI) / DIRECTIONS))
/** Numbers that the recursion of one oscillator has. */
const WIDTH = 8

/**
 * Spectral intensity `SI = 1/2.4 ∫ Sv(T) dT` in cm/s of the strongest horizontal direction: relative velocity of
 * oscillators at rest in the beginning, exact between samples for an acceleration that is straight there (Nigam and
 * Jennings 1969), and the trapezoidal rule over the periods.
 */
export class SpectralIntensity {
  readonly #coefficients: Float64Array
  /** Displacement and velocity of each oscillator, north then east. */
  readonly #states = new Float64Array(PERIODS.length * 4)
  /** Greatest velocity of each oscillator in each direction. */
  readonly #greatest = new Float64Array(PERIODS.length * DIRECTIONS)
  #ns = 0
  #ew = 0

  constructor(rate: number) {
    this.#coefficients = coefficientsOf(rate)
  }

  push(ns: number, ew: number): void {
    const c = this.#coefficients
    const states = this.#states
    const greatest = this.#greatest
    const ns0 = this.#ns
    const ew0 = this.#ew
    for (let t = 0; t < PERIODS.length; t += 1) {
      const at = t * 4
      const k = t * WIDTH
      const a11 = c[k] as number
      const a12 = c[k + 1] as number
      const a21 = c[k + 2] as number
      const a22 = c[k + 3] as number
      const b11 = c[k + 4] as number
      const b12 = c[k + 5] as number
      const b21 = c[k + 6] as number
      const b22 = c[k + 7] as number
      const dn = states[at] as number
      const vn = states[at + 1] as number
      const de = states[at + 2] as number
      const ve = states[at + 3] as number
      const north = a21 * dn + a22 * vn + b21 * ns0 + b22 * ns
      const east = a21 * de + a22 * ve + b21 * ew0 + b22 * ew
      states[at] = a11 * dn + a12 * vn + b11 * ns0 + b12 * ns
      states[at + 1] = north
      states[at + 2] = a11 * de + a12 * ve + b11 * ew0 + b12 * ew
      states[at + 3] = east
      for (let i = 0, g = t * DIRECTIONS; i < DIRECTIONS; i += 1, g += 1) {
        const speed = Math.abs(north * (COS[i] as number) + east * (SIN[i] as number))
        if (speed > (greatest[g] as number)) greatest[g] = speed
      }
    }
    this.#ns = ns
    this.#ew = ew
  }

  /** cm/s. */
  get value(): number {
    let strongest = 0
    for (let i = 0; i < DIRECTIONS; i += 1) {
      let sum = 0
      for (let t = 0; t < PERIODS.length; t += 1) {
        const weight = t === 0 || t === PERIODS.length - 1 ? 0.5 : 1
        sum += weight * (this.#greatest[t * DIRECTIONS + i] ?? 0)
      }
      strongest = Math.max(strongest, sum)
    }
    // The step over the span of the periods is 0.1 / 2.4.
    return strongest / (PERIODS.length - 1)
  }
}

function coefficientsOf(rate: number): Float64Array {
  const all = new Float64Array(PERIODS.length * WIDTH)
  const dt = 1 / rate
  const root = Math.sqrt(1 - DAMPING ** 2)
  for (const [t, period] of PERIODS.entries()) {
    const w = (2 * Math.PI) / period
    const wd = w * root
    const decay = Math.exp(-DAMPING * w * dt)
    const [s, c] = [Math.sin(wd * dt), Math.cos(wd * dt)]
    const p = (2 * DAMPING ** 2 - 1) / (w ** 2 * dt)
    const q = (2 * DAMPING) / (w ** 3 * dt)
    const slope = c - (DAMPING / root) * s
    const sway = wd * s + DAMPING * w * c
    all.set(
      [
        decay * ((DAMPING / root) * s + c),
        (decay * s) / wd,
        (-w / root) * decay * s,
        decay * slope,
        decay * ((p + DAMPING / w) * (s / wd) + (q + 1 / w ** 2) * c) - q,
        -decay * (p * (s / wd) + q * c) - 1 / w ** 2 + q,
        decay * ((p + DAMPING / w) * slope - (q + 1 / w ** 2) * sway) + 1 / (w ** 2 * dt),
        -decay * (p * slope - q * sway) - 1 / (w ** 2 * dt),
      ],
      t * WIDTH,
    )
  }
  return all
}

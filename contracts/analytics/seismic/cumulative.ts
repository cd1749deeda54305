import { GAL_PER_G } from './gravity.ts'

/** A second counts in the standardized CAV when its peak is beyond this, g (EPRI TR-100082, US NRC RG 1.166). */
const STANDARDIZED_G = 0.025
const CM_PER_M = 100

/** Sums of the acceleration over time of three axes; the caller says where a second ends. */
export class CumulativeMotion {
  readonly #dt: number
  /** Gal s, of all seconds that have ended, of those that count, and of the second under way. */
  readonly #absolute = new Float64Array(3)
  readonly #standardized = new Float64Array(3)
  readonly #second = new Float64Array(3)
  readonly #peak = new Float64Array(3)
  /** Gal² s. */
  #squares = 0

  constructor(rate: number) {
    this.#dt = 1 / rate
  }

  add(ns: number, ew: number, ud: number): void {
    this.#addAxis(0, Math.abs(ns))
    this.#addAxis(1, Math.abs(ew))
    this.#addAxis(2, Math.abs(ud))
    this.#squares += (ns * ns + ew * ew + ud * ud) * this.#dt
  }

  #addAxis(axis: number, size: number): void {
    this.#second[axis] = (this.#second[axis] as number) + size * this.#dt
    if (size > (this.#peak[axis] as number)) this.#peak[axis] = size
  }

  /** To be called at the end of each second of the clock. */
  endSecond(): void {
    for (let axis = 0; axis < 3; axis += 1) {
      this.#standardized[axis] = this.#standardizedOf(axis)
      this.#absolute[axis] = this.#absoluteOf(axis)
    }
    this.#second.fill(0)
    this.#peak.fill(0)
  }

  #absoluteOf(axis: number): number {
    return (this.#absolute[axis] as number) + (this.#second[axis] as number)
  }

  #standardizedOf(axis: number): number {
    const counts = (this.#peak[axis] as number) > STANDARDIZED_G * GAL_PER_G
    return (this.#standardized[axis] as number) + (counts ? (this.#second[axis] as number) : 0)
  }

  /** `∫|a| dt` of the strongest axis, g s. */
  get cav(): number {
    return Math.max(this.#absoluteOf(0), this.#absoluteOf(1), this.#absoluteOf(2)) / GAL_PER_G
  }

  /** The same of the seconds whose peak is beyond 0.025 g, each axis by its own. */
  get standardizedCav(): number {
    return Math.max(this.#standardizedOf(0), this.#standardizedOf(1), this.#standardizedOf(2)) / GAL_PER_G
  }

  /** `π/2g ∫a² dt`, sum of the axes, m/s. */
  get arias(): number {
    return (Math.PI / 2 / GAL_PER_G) * (this.#squares / CM_PER_M)
  }
}

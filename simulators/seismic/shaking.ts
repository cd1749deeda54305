/** North-south, east-west, up-down: the order of every list of three in this folder. */
export type Axes<T = Float64Array> = readonly [ns: T, ew: T, ud: T]

/** What shakes one housing for a while, sampled at the rate of its instrument. */
export interface Shaking {
  /** Number of the instrument's sample at which it begins. */
  readonly first: number
  /** Gal. */
  readonly axes: Axes
}

/** Three axes of so many samples, each computed by its number. */
export function axesOf(length: number, sample: (axis: 0 | 1 | 2, index: number) => number): Axes {
  const axis = (number: 0 | 1 | 2) => Float64Array.from({ length }, (_, index) => sample(number, index))
  return [axis(0), axis(1), axis(2)]
}

/** The same with its greatest vector at `peakGal`; silence stays silence. */
export function scaledTo(peakGal: number, axes: Axes): Axes {
  const [ns, ew, ud] = axes
  let peak = 0
  for (const [index, value] of ns.entries())
    peak = Math.max(peak, Math.hypot(value, ew[index] ?? 0, ud[index] ?? 0))
  const factor = peak === 0 ? 0 : peakGal / peak
  const scaled = (axis: Float64Array) => axis.map((value) => value * factor)
  return [scaled(ns), scaled(ew), scaled(ud)]
}

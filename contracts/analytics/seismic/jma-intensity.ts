import { type Fourier, fourierFor } from './fourier.ts'
import type { Wave } from './wave.ts'

/** How long, in total, the filtered vector has to be at least a0, s. */
export const JMA_DURATION_S = 0.3
/** Filters that are kept: of more sizes and rates than these the one longest unused is made anew. */
const KEPT_FILTERS = 16

/** Size, rate and gains in the order of {@link Fourier.forward}, divided by the size. */
interface Filter {
  readonly fourier: Fourier
  readonly gains: Float64Array
  readonly re: Float64Array
  readonly im: Float64Array
}

/** Key: size@rate. */
const FILTERS = new Map<string, Filter>()

/**
 * Gain of the filter of the Japan Meteorological Agency (Notification 4 of 1996) at a frequency in Hz: effect of the
 * period, high cut and low cut.
 */
export function jmaGain(frequency: number): number {
  if (frequency === 0) return 0
  const y2 = (frequency / 10) ** 2
  const highCut =
    1 + y2 * (0.694 + y2 * (0.241 + y2 * (0.0557 + y2 * (0.009664 + y2 * (0.00134 + y2 * 0.000155)))))
  return Math.sqrt(-Math.expm1(-((frequency / 0.5) ** 3)) / frequency / highCut)
}

/**
 * The acceleration a0 in Gal that the filtered vector reaches or exceeds for a total of 0.3 s: of sampled motion the
 * value at that rank, between two ranks in proportion. The mean of each axis is taken off before.
 */
export function jmaAcceleration({ axes: [ns, ew, ud], rate }: Pick<Wave, 'axes' | 'rate'>): number {
  const { length } = ns
  if (length === 0) return 0
  const filter = filterFor(length, rate)
  const { re, im } = filter
  const squares = new Float64Array(length)
  // The gains are real and the same for both signs of the frequency: two axes pass as one complex signal.
  for (const [first, second] of [
    [ns, ew],
    [ud, undefined],
  ] as const) {
    fill(re, first)
    fill(im, second)
    apply(filter)
    for (let i = 0; i < length; i += 1) {
      const real = re[i] as number
      const imaginary = im[i] as number
      squares[i] = (squares[i] as number) + real * real + imaginary * imaginary
    }
  }
  return Math.sqrt(atRank(squares, JMA_DURATION_S * rate))
}

/** `2 log10 a0 + 0.94`, rounded at the third decimal and cut behind the first; never below 0. */
export function jmaIntensity(acceleration: number): number {
  const hundredths = Math.round((2 * Math.log10(acceleration) + 0.94) * 100)
  return Math.max(0, Math.floor(hundredths / 10) / 10)
}

function filterFor(length: number, rate: number): Filter {
  const fourier = fourierFor(length)
  const key = `${fourier.size}@${rate}`
  const known = FILTERS.get(key)
  if (known !== undefined) {
    FILTERS.delete(key)
    FILTERS.set(key, known)
    return known
  }
  const { size, reversed } = fourier
  const gains = new Float64Array(size)
  for (let i = 0; i < size; i += 1) {
    const k = reversed[i] ?? 0
    gains[i] = jmaGain((Math.min(k, size - k) * rate) / size) / size
  }
  const made = { fourier, gains, re: new Float64Array(size), im: new Float64Array(size) }
  const [oldest] = FILTERS.keys()
  if (FILTERS.size >= KEPT_FILTERS && oldest !== undefined) FILTERS.delete(oldest)
  FILTERS.set(key, made)
  return made
}

/** The samples without their mean, then zeros. */
function fill(target: Float64Array, samples: Float64Array | undefined): void {
  target.fill(0, samples?.length ?? 0)
  if (samples === undefined) return
  let sum = 0
  for (let i = 0; i < samples.length; i += 1) sum += samples[i] ?? 0
  const mean = sum / samples.length
  for (let i = 0; i < samples.length; i += 1) target[i] = (samples[i] ?? 0) - mean
}

function apply({ fourier, gains, re, im }: Filter): void {
  fourier.forward(re, im)
  for (let i = 0; i < gains.length; i += 1) {
    const gain = gains[i] ?? 0
    re[i] = (re[i] ?? 0) * gain
    im[i] = (im[i] ?? 0) * gain
  }
  fourier.inverse(re, im)
}

/** The value that so many are not below, the greatest being number 1; 0 when there are not so many. */
function atRank(values: Float64Array, rank: number): number {
  const lower = Math.floor(rank + 1e-9)
  const count = Math.ceil(rank - 1e-9)
  if (count > values.length || lower < 1) return 0
  const greatest = greatestOf(values, count)
  const least = greatest[0] ?? 0
  if (lower === count) return least
  const above = greatest.slice(1).reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY)
  return above + (least - above) * (rank - lower)
}

/** The so many greatest, as a heap whose first is the least of them. */
function greatestOf(values: Float64Array, count: number): Float64Array {
  const heap = values.slice(0, count).sort()
  for (let i = count; i < values.length; i += 1) {
    const value = values[i] ?? 0
    if (value > (heap[0] ?? 0)) sink(heap, value)
  }
  return heap
}

/** Puts a value in place of the first, and what is less above it. */
function sink(heap: Float64Array, value: number): void {
  let at = 0
  for (;;) {
    let child = 2 * at + 1
    if (child >= heap.length) break
    if (child + 1 < heap.length && (heap[child + 1] ?? 0) < (heap[child] ?? 0)) child += 1
    if ((heap[child] ?? 0) >= value) break
    heap[at] = heap[child] ?? 0
    at = child
  }
  heap[at] = value
}

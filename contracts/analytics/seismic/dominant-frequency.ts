import { fourierFor } from './fourier.ts'
import type { Wave } from './wave.ts'

/** Below is drift, Hz. */
const LOWEST_HZ = 0.2

/**
 * Where the sum of the power spectra of the axes is greatest, Hz, under a Hann window and with a parabola through the
 * logarithms of the highest line and its neighbours; undefined when nothing moves.
 */
export function dominantFrequency({
  axes: [ns, ew, ud],
  rate,
}: Pick<Wave, 'axes' | 'rate'>): number | undefined {
  const fourier = fourierFor(ns.length)
  const { size, reversed } = fourier
  const power = new Float64Array(size / 2)
  const re = new Float64Array(size)
  const im = new Float64Array(size)
  const window = windowOf(ns.length)
  for (const [real, imaginary] of [
    [ns, ew],
    [ud, undefined],
  ] as const) {
    fill(re, real, window)
    fill(im, imaginary, window)
    fourier.forward(re, im)
    // Of two real signals as one complex: both lines of a frequency together hold the power of both.
    for (let i = 0; i < size; i += 1) {
      const k = reversed[i] as number
      const line = Math.min(k, size - k)
      if (line < size / 2) {
        const a = re[i] as number
        const b = im[i] as number
        power[line] = (power[line] as number) + a * a + b * b
      }
    }
  }
  let peak = Math.max(1, Math.ceil((LOWEST_HZ * size) / rate))
  for (let i = peak; i < power.length; i += 1) if ((power[i] ?? 0) > (power[peak] ?? 0)) peak = i
  const [before, at, behind] = [power[peak - 1] ?? 0, power[peak] ?? 0, power[peak + 1] ?? 0].map(
    Math.log,
  ) as [number, number, number]
  if (!Number.isFinite(at)) return undefined
  const shift = (before - behind) / (before - 2 * at + behind) / 2
  return ((peak + (Math.abs(shift) <= 0.5 ? shift : 0)) * rate) / size
}

/** Of lengths in use; key: length. */
const WINDOWS = new Map<number, Float64Array>()
/** Records of many lengths do not fill the memory. */
const KEPT_WINDOWS = 16

function windowOf(length: number): Float64Array {
  const known = WINDOWS.get(length)
  if (known !== undefined) return known
  const made = Float64Array.from(
    { length },
    (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * (i + 0.5)) / length),
  )
  if (WINDOWS.size >= KEPT_WINDOWS) WINDOWS.clear()
  WINDOWS.set(length, made)
  return made
}

function fill(target: Float64Array, samples: Float64Array | undefined, window: Float64Array): void {
  target.fill(0, samples?.length ?? 0)
  if (samples === undefined) return
  let sum = 0
  for (let i = 0; i < samples.length; i += 1) sum += samples[i] as number
  const mean = sum / samples.length
  for (let i = 0; i < samples.length; i += 1)
    target[i] = ((samples[i] as number) - mean) * (window[i] as number)
}

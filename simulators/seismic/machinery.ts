import { bell, type NoiseSource, slowSwing, uniform } from '../plant/noise.ts'

/** Pumps and motors, Hz: somewhat below 1500 and 3000 revolutions a minute, as asynchronous ones turn. */
const TONES_HZ = [24.7, 49.3] as const
/** Share of the variance that is tones; the rest is the noise of ground and electronics. */
const TONE_SHARE = 0.3
/** Even on rock an instrument gives so much offset, Gal to either side: nobody levels it perfectly. */
const OFFSET_GAL = 1

/** Standard deviation of what the machines of a plant do where nobody says more, Gal. */
export const MACHINERY_GAL = 0.3

/** What machines of a plant do to one axis, with a standard deviation of about 1, by the number of the sample. */
export function machineryAt(source: NoiseSource, index: number, rate: number): number {
  const seconds = index / rate
  const amplitude = Math.sqrt((2 * TONE_SHARE) / TONES_HZ.length)
  let sum = Math.sqrt(1 - TONE_SHARE) * bell(source, index)
  for (const [number, hertz] of TONES_HZ.entries()) {
    // What cannot be sampled was kept out by the instrument's filter.
    if (hertz >= rate / 2) continue
    const load = 1 + 0.3 * slowSwing({ ...source, stream: source.stream + number }, seconds * 1_000)
    sum += amplitude * load * Math.sin(2 * Math.PI * (hertz * seconds + uniform(source, -3 - number)))
  }
  return sum
}

/** The constant part of an axis, Gal. */
export function offsetOf(source: NoiseSource): number {
  return OFFSET_GAL * (2 * uniform(source, -9) - 1)
}

import type { Wave } from '../../contracts/analytics/seismic/wave.ts'
import type { WaveEnvelope } from '../../contracts/waveform-library.ts'

/** A hundredth of a mGal is finer than any instrument. */
const DIGITS = 5

/** At most so many stretches of one length, the last one shorter: a peak never falls between two points. */
export function envelopeOf(wave: Wave, points: number): WaveEnvelope {
  const { length } = wave.axes[0]
  const step = Math.max(1, Math.ceil(length / points))
  const [ns, ew, ud] = wave.axes
  return {
    from: wave.time,
    everyMs: (step * 1_000) / wave.rate,
    axes: { ns: stretches(ns, step), ew: stretches(ew, step), ud: stretches(ud, step) },
  }
}

function stretches(samples: Float64Array, step: number): { min: number[]; max: number[] } {
  const [min, max]: [number[], number[]] = [[], []]
  const mean = samples.reduce((sum, sample) => sum + sample, 0) / Math.max(1, samples.length)
  for (let at = 0; at < samples.length; at += step) {
    let [least, greatest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
    for (let index = at; index < Math.min(at + step, samples.length); index++) {
      const sample = samples[index] ?? 0
      if (sample < least) least = sample
      if (sample > greatest) greatest = sample
    }
    min.push(rounded(least - mean))
    max.push(rounded(greatest - mean))
  }
  return { min, max }
}

function rounded(value: number): number {
  return Number(value.toFixed(DIGITS))
}

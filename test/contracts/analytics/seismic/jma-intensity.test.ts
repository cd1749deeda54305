import { describe, expect, it } from 'vitest'
import {
  jmaAcceleration,
  jmaGain,
  jmaIntensity,
} from '../../../../contracts/analytics/seismic/jma-intensity.ts'
import vectors from '../../../vectors/seismic.json' with { type: 'json' }
import { waveOf } from './waves.ts'
import { yonago } from './yonago.ts'

/** A sine of 2048 samples at 100 Hz that grows and fades for 2 s each. */
function tapered(gal: number, hz: number, axis: number) {
  return waveOf(20.48, (t) => {
    const value = gal * Math.min(1, t / 2, (20.47 - t) / 2) * Math.sin(2 * Math.PI * hz * t)
    return [0, 1, 2].map((n) => (n === axis ? value : 0)) as [number, number, number]
  })
}

describe('JMA instrumental intensity', () => {
  it.each(vectors.jmaIntensity.cases)(
    '$gal Gal at $hz Hz are $intensity, on any axis',
    ({ gal, hz, intensity }) => {
      for (const axis of [0, 1, 2])
        expect(jmaIntensity(jmaAcceleration(tapered(gal, hz, axis)))).toBe(intensity)
    },
  )

  it('of Yonago is the official 5.1, with the acceleration that an independent computation found', () => {
    const { a0, a0Independent, intensity } = vectors.yonago
    const acceleration = jmaAcceleration(yonago())
    expect(Math.abs(acceleration - a0Independent)).toBeLessThan(0.01)
    expect(Math.abs(acceleration - a0) / a0).toBeLessThan(0.001)
    expect(jmaIntensity(acceleration)).toBe(intensity)
  })

  it('has a gain of the formula: nothing at 0 Hz, most near 0.6 Hz, little at 20 Hz', () => {
    expect(jmaGain(0)).toBe(0)
    expect(jmaGain(1)).toBeCloseTo(Math.sqrt(1 - Math.exp(-8)) / Math.sqrt(1.006964241), 4)
    const gains = Array.from({ length: 400 }, (_, i) => jmaGain((i + 1) / 20))
    expect((gains.indexOf(Math.max(...gains)) + 1) / 20).toBeCloseTo(0.6, 1)
    expect(jmaGain(20)).toBeLessThan(0.06)
  })

  it.each([
    // 2 log10 a + 0.94: 4.495 is rounded to 4.50, 4.4949 to 4.49; 5.149 to 5.15 and cut to 5.1.
    [4.495, 4.5],
    [4.494_9, 4.4],
    [5.149, 5.1],
    [5.199, 5.2],
    [-1, 0],
  ])('is rounded and cut: %d is shown as %d', (intensity, shown) => {
    expect(jmaIntensity(10 ** ((intensity + 1e-9 - 0.94) / 2))).toBe(shown)
  })

  it('of silence and of too little is 0', () => {
    expect(jmaIntensity(0)).toBe(0)
    expect(jmaAcceleration(waveOf(0, () => [0, 0, 0]))).toBe(0)
    expect(jmaAcceleration(waveOf(0.29, (t) => [t, t, t]))).toBe(0)
    expect(jmaIntensity(jmaAcceleration(waveOf(60, () => [981, 0, 0])))).toBe(0)
  })

  it('does not depend on the rate, 0.3 s being no whole number of samples at 125 Hz among them', () => {
    const at = (rate: number) =>
      jmaAcceleration(
        waveOf(60, (t) => [t > 20 && t < 40 ? 100 * Math.sin(2 * Math.PI * t) : 0, 0, 0], { rate }),
      )
    for (const rate of [50, 125, 200]) expect(at(rate) / at(100)).toBeCloseTo(1, 2)
  })
})

import { describe, expect, it } from 'vitest'
import { attenuatedPeak } from '../../../simulators/plant/ground-motion.ts'
import { excerpt, parseAccelerogram, resampled } from '../../../simulators/seismic/accelerogram.ts'
import { bumpAxes } from '../../../simulators/seismic/bump.ts'
import {
  cornerHz,
  type Earthquake,
  magnitudeOf,
  quakeAxes,
  sLagMs,
} from '../../../simulators/seismic/earthquake.ts'
import { machineryAt, offsetOf } from '../../../simulators/seismic/machinery.ts'
import type { Axes } from '../../../simulators/seismic/shaking.ts'

const noise = (stream: number) => ({ seed: 1, stream })
const vectors = ([ns, ew, ud]: Axes) =>
  Array.from(ns, (value, index) => Math.hypot(value, ew[index] ?? 0, ud[index] ?? 0))
const rms = (values: Iterable<number>) => {
  const list = [...values]
  return Math.sqrt(list.reduce((sum, value) => sum + value * value, 0) / list.length)
}

/** Amplitude of one frequency (Goertzel by the book: the sums themselves). */
function amplitude(samples: Float64Array, hertz: number, rate: number): number {
  let [re, im] = [0, 0]
  for (const [index, value] of samples.entries()) {
    const angle = (2 * Math.PI * hertz * index) / rate
    re += value * Math.cos(angle)
    im -= value * Math.sin(angle)
  }
  return Math.hypot(re, im) / rate
}

/** Mean amplitude over a band: one line of a stochastic spectrum says nothing. */
function bandAmplitude(samples: Float64Array, [low, high]: [number, number], rate: number): number {
  const lines = Array.from({ length: 25 }, (_, index) => low + ((high - low) * index) / 24)
  return rms(lines.map((hertz) => amplitude(samples, hertz, rate)))
}

const quake: Earthquake = {
  peakGal: 120,
  magnitude: 5.5,
  distanceKm: 40,
  from: 0,
  durationMs: 20_000,
  noise: noise(1),
}
const station = { rate: 100, site: 1, noise: noise(2) }

describe('a synthetic earthquake', () => {
  it.each([
    [100, 1],
    [200, 1],
    [100, 0.5],
  ])('has its peak at %d samples/s on site %d', (rate, site) => {
    const peak = Math.max(...vectors(quakeAxes(quake, { ...station, rate, site })))
    expect(peak).toBeCloseTo(120 * site, 9)
  })

  it('begins with P waves, weaker and mostly vertical; S waves follow by their speed', () => {
    // 40 km at 3.5 and 6 km/s.
    expect(sLagMs(40)).toBeCloseTo(4_761.9, 1)
    const [ns, , ud] = quakeAxes(quake, station)
    const p = [100, 450] as const
    expect(rms(ud.slice(...p))).toBeGreaterThan(1.5 * rms(ns.slice(...p)))
    const s = [800, 1_200] as const
    expect(rms(ns.slice(...s))).toBeGreaterThan(1.4 * rms(ud.slice(...s)))
    expect(rms(ns.slice(...s))).toBeGreaterThan(4 * rms(ns.slice(...p)))
    expect(ns.length).toBe(Math.ceil(476.19 + 2_000))
  })

  it('comes from where it comes: the horizontal P waves lie along its bearing', () => {
    const [ns, ew] = quakeAxes({ ...quake, from: 90 }, station)
    expect(rms(ew.slice(50, 400))).toBeGreaterThan(5 * rms(ns.slice(50, 400)))
  })

  it('has the spectrum of the omega-squared model: f^2 below the corner, flat above, nothing far above', () => {
    // M 5.5: moment 10^24.3 dyn cm, corner 4.9e6 * 3.5 * (100 / 2e24)^(1/3).
    const corner = cornerHz(5.5)
    expect(corner).toBeCloseTo(0.632, 3)
    const [ns] = quakeAxes({ ...quake, distanceKm: 1, durationMs: 60_000 }, { ...station, rate: 200 })
    const band = (from: number, to: number) => bandAmplitude(ns, [from, to], 200)
    const plateau = band(1.8, 4)
    const rise = band(0.18, 0.22) / plateau
    // |H| = f^2 / (f^2 + fc^2)
    const model = (hertz: number) => hertz ** 2 / (hertz ** 2 + corner ** 2)
    expect(rise / (model(0.2) / model(2.9))).toBeGreaterThan(0.6)
    expect(rise / (model(0.2) / model(2.9))).toBeLessThan(1.7)
    expect(band(60, 80)).toBeLessThan(0.1 * plateau)
  })

  it('gives larger magnitudes lower corners, and finds the magnitude of a peak', () => {
    expect(cornerHz(7)).toBeLessThan(cornerHz(6))
    for (const magnitude of [3, 4.5, 6, 7.5])
      expect(magnitudeOf(attenuatedPeak(magnitude, 40), 40)).toBeCloseTo(magnitude, 6)
    expect(magnitudeOf(1e6, 40)).toBe(9)
  })

  it('is the same for the same source and station, alike for neighbours, another for another seed', () => {
    const [first] = quakeAxes(quake, station)
    expect([...quakeAxes(quake, station)[0]]).toEqual([...first])
    const correlation = (other: Float64Array) => {
      let sum = 0
      for (const [index, value] of first.entries()) sum += value * (other[index] ?? 0)
      return sum / (first.length * rms(first) * rms(other))
    }
    expect(correlation(quakeAxes(quake, { ...station, noise: noise(3) })[0])).toBeGreaterThan(0.9)
    expect(Math.abs(correlation(quakeAxes({ ...quake, noise: noise(4) }, station)[0]))).toBeLessThan(0.4)
  })
})

describe('a bumped housing', () => {
  it('is over within a second and has its energy above 10 Hz', () => {
    const axes = bumpAxes(150, 200)
    expect(Math.max(...vectors(axes))).toBeCloseTo(150, 9)
    expect(axes[0].length).toBeLessThan(200)
    const high = bandAmplitude(axes[0], [20, 45], 200)
    expect(high).toBeGreaterThan(2 * bandAmplitude(axes[0], [0.5, 3], 200))
  })
})

describe('the machines of a plant', () => {
  it.each([100, 125, 200])('have a standard deviation of 1 and no mean, at %d samples/s', (rate) => {
    const samples = Array.from({ length: 60 * rate }, (_, index) => machineryAt(noise(7), index, rate))
    expect(rms(samples)).toBeGreaterThan(0.85)
    expect(rms(samples)).toBeLessThan(1.15)
    expect(Math.abs(samples.reduce((sum, value) => sum + value, 0) / samples.length)).toBeLessThan(0.05)
  })

  it('give every axis a small offset of its own', () => {
    const offsets = [1, 2, 3, 4, 5].map((stream) => offsetOf(noise(stream)))
    expect(new Set(offsets).size).toBe(5)
    for (const offset of offsets) expect(Math.abs(offset)).toBeLessThanOrEqual(1)
  })
})

describe('a recorded accelerogram', () => {
  const text = 'time,UD_g,ns_gal,ew_ms2\r\n0,0.001,1,0.01\r\n1,0.002,2,-0.02\r\n2,0,4,0\r\n'

  it('is read by the names and units of its columns, in any order', () => {
    const { rate, axes } = parseAccelerogram(text, 'a.csv', 50)
    expect(rate).toBe(50)
    expect([...axes[0]]).toEqual([1, 2, 4])
    expect([...axes[1]]).toEqual([1, -2, 0])
    expect(axes[2][0]).toBeCloseTo(0.980665, 9)
  })

  it.each([
    ['ns,ew\n1,2\n', 'a.csv:1: there is no column ud'],
    ['ns,ew,ud_kg\n1,2,3\n', 'a.csv:1: "ud_kg" is none of ud_gal, ud_g, ud_ms2'],
    ['ns,ew,ud\n1,2,3\n1,x,3\n', 'a.csv:3: "x" is no number'],
    ['ns,ew,ud\n1,2\n', 'a.csv:2: "" is no number'],
    ['ns,ew,ud\n', 'a.csv: there is no sample'],
    ['ns,ew,ud\n"1,2,3\n', 'a.csv:2: a quote is not closed'],
  ])('%j is refused', (wrong, detail) => {
    expect(() => parseAccelerogram(wrong, 'a.csv', 100)).toThrow(
      expect.objectContaining({ code: 'SCENARIO_INVALID', message: expect.stringContaining(detail) }),
    )
  })

  it('comes through untouched at its own rate, and between its samples at another', () => {
    const record = parseAccelerogram(text, 'a.csv', 50)
    expect([...resampled(record, { rate: 50, factor: 1 })[0]]).toEqual([1, 2, 4])
    expect([...resampled(record, { rate: 100, factor: 2 })[0]]).toEqual([2, 3, 4, 6, 8])
    expect([...resampled(record, { rate: 25, factor: 1 })[0]]).toEqual([1, 4])
    expect([...excerpt(record, { fromMs: 20, lengthMs: 20 }).axes[0]]).toEqual([2])
    expect([...excerpt(record, { fromMs: 20, lengthMs: Number.POSITIVE_INFINITY }).axes[0]]).toEqual([2, 4])
  })
})

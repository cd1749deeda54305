import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Baseline } from '../../../../contracts/analytics/seismic/baseline.ts'
import { highPass, highPassIntegral, lowPass } from '../../../../contracts/analytics/seismic/biquad.ts'
import { CumulativeMotion } from '../../../../contracts/analytics/seismic/cumulative.ts'
import { dominantFrequency } from '../../../../contracts/analytics/seismic/dominant-frequency.ts'
import { fourierFor } from '../../../../contracts/analytics/seismic/fourier.ts'
import { gbt17742Intensity } from '../../../../contracts/analytics/seismic/gbt17742.ts'
import { GAL_PER_G } from '../../../../contracts/analytics/seismic/gravity.ts'
import { JmaVelocity, jmaVelocityCoefficients } from '../../../../contracts/analytics/seismic/jma-velocity.ts'
import { Motion } from '../../../../contracts/analytics/seismic/motion.ts'
import { SpectralIntensity } from '../../../../contracts/analytics/seismic/spectral-intensity.ts'
import { classicStaLta, recursiveStaLta } from '../../../../contracts/analytics/seismic/sta-lta.ts'
import vectors from '../../../vectors/seismic.json' with { type: 'json' }
import { noise, waveOf } from './waves.ts'

describe('STA/LTA', () => {
  const { rateHz, staS, ltaS, index, absTol } = vectors.staLta
  const input = Float64Array.from(
    { length: 2_500 },
    (_, i) => (i % 2 === 0 ? 1 : -1) * (i < 2_000 ? 0.01 : 0.05),
  )
  const samples = { sta: staS * rateHz, lta: ltaS * rateHz }

  it.each([
    ['classic', classicStaLta, vectors.staLta.classic],
    ['recursive', recursiveStaLta, vectors.staLta.recursive],
  ] as const)('is the figure of the field: %s', (_, ratios, figures) => {
    const found = ratios(input, samples)
    for (const [i, at] of index.entries())
      expect(Math.abs((found[at] ?? 0) - (figures[i] ?? 0))).toBeLessThanOrEqual(absTol)
  })

  it('is nothing before there is a long term average, and of silence', () => {
    expect(
      classicStaLta(input, samples)
        .slice(0, 999)
        .every((ratio) => ratio === 0),
    ).toBe(true)
    expect(
      recursiveStaLta(input, samples)
        .slice(0, 1_000)
        .every((ratio) => ratio === 0),
    ).toBe(true)
    expect(classicStaLta(new Float64Array(2_000), samples)[1_999]).toBe(0)
    expect(recursiveStaLta(new Float64Array(2_000), samples)[1_999]).toBe(0)
  })
})

describe('GB/T 17742-2020', () => {
  it.each(vectors.gbt17742.cases)('$pga m/s² and $pgv m/s are $intensity', ({ pga, pgv, intensity }) => {
    expect(gbt17742Intensity(pga, pgv)).toBe(intensity)
  })

  it('stays within 1.0 to 12.0', () => {
    expect(gbt17742Intensity(0, 0)).toBe(1)
    expect(gbt17742Intensity(1_000, 1_000)).toBe(12)
  })
})

describe('CAV and Arias intensity', () => {
  const { cavGs, standardizedCavGs, ariasMs } = vectors.cav
  const square = (i: number) => (i % 2 === 0 ? 1 : -1) * (i < 100 ? 0.1 : 0.02) * GAL_PER_G

  it.each(['ns', 'ew', 'ud'] as const)('is the figure of the field, shaken %s', (axis) => {
    const motion = new CumulativeMotion(100)
    for (let i = 0; i < 200; i += 1) {
      motion.add(axis === 'ns' ? square(i) : 0, axis === 'ew' ? square(i) : 0, axis === 'ud' ? square(i) : 0)
      if (i % 100 === 99) motion.endSecond()
    }
    expect(motion.cav).toBeCloseTo(cavGs, 10)
    expect(motion.standardizedCav).toBeCloseTo(standardizedCavGs, 10)
    expect(Math.abs(motion.arias - ariasMs)).toBeLessThan(0.000_05)
  })

  it('counts the second under way as soon as it is beyond 0.025 g, and not at it', () => {
    const motion = new CumulativeMotion(100)
    motion.add(0.025 * GAL_PER_G, 0, 0)
    expect(motion.standardizedCav).toBe(0)
    motion.add(0.026 * GAL_PER_G, 0, 0)
    expect(motion.standardizedCav).toBeCloseTo(0.000_51, 10)
    expect(motion.cav).toBe(motion.standardizedCav)
  })
})

describe('velocity after the JMA', () => {
  it('has the coefficients that the agency prints', () => {
    const { gain, a } = jmaVelocityCoefficients(100)
    expect(Math.abs(gain - 0.004937561699)).toBeLessThan(1e-10)
    for (const [i, figure] of [-2.974867761716, 2.950050339269, -0.975180618018].entries())
      expect(Math.abs((a[i] ?? 0) - figure)).toBeLessThan(1e-8)
  })

  it.each([50, 100, 125, 200])('is the amplitude of a sine over its circular frequency at %i Hz', (rate) => {
    const filter = new JmaVelocity(jmaVelocityCoefficients(rate))
    let greatest = 0
    for (let i = 0; i < 60 * rate; i += 1) {
      const velocity = filter.push(100 * Math.sin((2 * Math.PI * i) / rate))
      if (i > 40 * rate) greatest = Math.max(greatest, Math.abs(velocity))
    }
    expect(greatest).toBeCloseTo(100 / (2 * Math.PI), 1)
  })
})

/** Amplitude of what comes of a sine of amplitude 1 when all has settled. */
function gainAt(frequency: number, rate: number, push: (sample: number) => number): number {
  let greatest = 0
  const settled = Math.round((30 / frequency) * rate)
  for (let i = 0; i < settled * 2; i += 1) {
    const out = push(Math.sin((2 * Math.PI * frequency * i) / rate))
    if (i > settled) greatest = Math.max(greatest, Math.abs(out))
  }
  return greatest
}

describe('filters', () => {
  it('pass half the power at the corner, and a quarter of the amplitude an octave beyond', () => {
    const high = highPass(0.1, 100)
    expect(gainAt(0.1, 100, (x) => high.push(x))).toBeCloseTo(Math.SQRT1_2, 2)
    const low = lowPass(10, 100)
    expect(gainAt(10, 100, (x) => low?.push(x) ?? x)).toBeCloseTo(Math.SQRT1_2, 2)
    const beyond = highPass(0.1, 100)
    expect(gainAt(0.05, 100, (x) => beyond.push(x))).toBeCloseTo(1 / Math.sqrt(17), 2)
  })

  it('have no low-pass where the rate leaves no room for one', () => {
    expect(lowPass(10, 22)).toBeUndefined()
    expect(lowPass(10, 25)).toBeDefined()
  })

  it('integrate: the amplitude over the circular frequency, and nothing of a constant', () => {
    const integral = highPassIntegral(0.1, 100)
    expect(gainAt(1, 100, (x) => integral.push(x))).toBeCloseTo(1 / (2 * Math.PI), 3)
    const still = highPassIntegral(0.1, 100)
    let last = 0
    for (let i = 0; i < 20_000; i += 1) last = still.push(50)
    expect(Math.abs(last)).toBeLessThan(1e-9)
  })

  it.each([0, 0.37])(
    'come to rest when all samples are %d: nothing is left that is slow to reckon with',
    (still) => {
      const random = noise(8)
      const motion = new Motion([new Baseline(25), new Baseline(25), new Baseline(25)], 25, [1, 10])
      for (let i = 0; i < 500; i += 1) motion.push(random(), random(), random())
      for (let i = 0; i < 160_000; i += 1) motion.push(still, still, still)
      const { acceleration, velocity, gbAcceleration, gbVelocity, triggering } = motion.ns
      for (const left of [acceleration, velocity, gbAcceleration, gbVelocity, triggering])
        expect(left === 0 || (Math.abs(left) > 1e-290 && Math.abs(left) < 1e-9), String(left)).toBe(true)
    },
  )

  it('take off any offset at once, and leave an earthquake as it is', () => {
    fc.assert(
      fc.property(fc.double({ min: -1e4, max: 1e4, noNaN: true }), (offset) => {
        const baseline = new Baseline(100)
        for (let i = 0; i < 50; i += 1) if (Math.abs(baseline.push(offset)) > 1e-9) return false
        return true
      }),
    )
    const baseline = new Baseline(100)
    expect(gainAt(0.1, 100, (x) => baseline.push(x))).toBeCloseTo(1 / Math.sqrt(1 + 0.2 ** 2), 2)
  })
})

describe('spectral intensity', () => {
  it('is that of oscillators reckoned in very short steps', () => {
    const rate = 100
    const random = noise(5)
    const ns = Array.from({ length: 400 }, () => 100 * random())
    const si = new SpectralIntensity(rate)
    for (const a of ns) si.push(a, 0)
    const velocities = Array.from({ length: 25 }, (_, i) => greatestVelocity((i + 1) / 10, ns, rate))
    const mean = velocities.reduce((sum, v, i) => sum + (i === 0 || i === 24 ? 0.5 : 1) * v, 0) / 24
    expect(si.value / mean).toBeCloseTo(1, 3)
  })

  it('hardly depends on the direction of the shaking', () => {
    const values = Array.from({ length: 12 }, (_, i) => {
      const si = new SpectralIntensity(100)
      const angle = (i / 12) * Math.PI
      for (let n = 0; n < 1_000; n += 1) {
        const a = 100 * Math.sin((2 * Math.PI * 1.5 * n) / 100)
        si.push(a * Math.cos(angle), a * Math.sin(angle))
      }
      return si.value
    })
    expect(Math.min(...values) / Math.max(...values)).toBeGreaterThan(0.99)
  })
})

/** Of an oscillator damped by 20 %, by small steps of Runge and Kutta; the acceleration is straight between samples. */
function greatestVelocity(period: number, accelerations: readonly number[], rate: number): number {
  const w = (2 * Math.PI) / period
  const steps = 50
  const h = 1 / rate / steps
  let [d, v, greatest, before] = [0, 0, 0, 0]
  for (const a of accelerations) {
    for (let step = 0; step < steps; step += 1) {
      const at = (t: number) => before + ((a - before) * (step + t)) / steps
      const force = (x: number, y: number, t: number) => -at(t) - 0.4 * w * y - w * w * x
      const [k1, l1] = [v, force(d, v, 0)]
      const [k2, l2] = [v + (h / 2) * l1, force(d + (h / 2) * k1, v + (h / 2) * l1, 0.5)]
      const [k3, l3] = [v + (h / 2) * l2, force(d + (h / 2) * k2, v + (h / 2) * l2, 0.5)]
      const [k4, l4] = [v + h * l3, force(d + h * k3, v + h * l3, 1)]
      d += (h / 6) * (k1 + 2 * k2 + 2 * k3 + k4)
      v += (h / 6) * (l1 + 2 * l2 + 2 * l3 + l4)
    }
    greatest = Math.max(greatest, Math.abs(v))
    before = a
  }
  return greatest
}

describe('Fourier transform', () => {
  it.each([2, 4, 8, 16, 32, 64])('is the sum of its definition, of %i samples', (size) => {
    const random = noise(size)
    const re = Float64Array.from({ length: size }, random)
    const im = Float64Array.from({ length: size }, random)
    const fourier = fourierFor(size)
    const [fr, fi] = [re.slice(), im.slice()]
    fourier.forward(fr, fi)
    for (let k = 0; k < size; k += 1) {
      let [r, i] = [0, 0]
      for (let n = 0; n < size; n += 1) {
        const angle = (-2 * Math.PI * k * n) / size
        r += (re[n] ?? 0) * Math.cos(angle) - (im[n] ?? 0) * Math.sin(angle)
        i += (re[n] ?? 0) * Math.sin(angle) + (im[n] ?? 0) * Math.cos(angle)
      }
      const at = fourier.reversed[k] ?? 0
      expect(fr[at]).toBeCloseTo(r, 9)
      expect(fi[at]).toBeCloseTo(i, 9)
    }
    fourier.inverse(fr, fi)
    for (let n = 0; n < size; n += 1) {
      expect((fr[n] ?? 0) / size).toBeCloseTo(re[n] ?? 0, 9)
      expect((fi[n] ?? 0) / size).toBeCloseTo(im[n] ?? 0, 9)
    }
  })
})

describe('dominant frequency', () => {
  it.each([0.5, 1.3, 2, 7.77, 12.5, 30])('finds %d Hz on any axis', (frequency) => {
    const sine = (t: number) => Math.sin(2 * Math.PI * frequency * t)
    for (const axis of [0, 1, 2]) {
      const wave = waveOf(
        10,
        (t) => [0, 1, 2].map((n) => (n === axis ? sine(t) : 7)) as [number, number, number],
      )
      expect(Math.abs((dominantFrequency(wave) ?? 0) - frequency)).toBeLessThan(0.03)
    }
  })

  it('is none of what does not move', () => {
    expect(dominantFrequency(waveOf(10, () => [3, 4, 5]))).toBeUndefined()
  })
})

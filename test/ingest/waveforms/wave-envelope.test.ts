import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { envelopeOf } from '../../../ingest/waveforms/wave-envelope.ts'

const sample = fc.double({ min: -2_000, max: 2_000, noNaN: true })

describe('what is drawn of a wave', () => {
  it('never leaves out a peak, and has no more points than were asked for', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(sample, sample, sample), { minLength: 1, maxLength: 300 }),
        fc.integer({ min: 1, max: 400 }),
        (samples, points) => {
          const axes = [0, 1, 2].map((axis) => Float64Array.from(samples, (three) => three[axis] ?? 0))
          const [ns = new Float64Array(), ew = new Float64Array(), ud = new Float64Array()] = axes
          const drawn = envelopeOf({ time: 5, rate: 100, axes: [ns, ew, ud] }, points)
          for (const [axis, given] of [
            ['ns', ns],
            ['ew', ew],
            ['ud', ud],
          ] as const) {
            const { min, max } = drawn.axes[axis]
            expect(max.length).toBeLessThanOrEqual(points)
            expect(min).toHaveLength(max.length)
            const mean = given.reduce((sum, value) => sum + value, 0) / given.length
            expect(Math.max(...max)).toBeCloseTo(Math.max(...given) - mean, 4)
            expect(Math.min(...min)).toBeCloseTo(Math.min(...given) - mean, 4)
          }
        },
      ),
    )
  })

  it('is every sample where there is room for them', () => {
    const wave = {
      time: 1_000,
      rate: 200,
      axes: [
        [1, 3],
        [2, 2],
        [0, -4],
      ].map((axis) => Float64Array.from(axis)),
    }
    const [ns, ew, ud] = wave.axes
    if (ns === undefined || ew === undefined || ud === undefined) throw new Error('three')
    expect(envelopeOf({ ...wave, axes: [ns, ew, ud] }, 2)).toEqual({
      from: 1_000,
      everyMs: 5,
      axes: {
        ns: { min: [-1, 1], max: [-1, 1] },
        ew: { min: [0, 0], max: [0, 0] },
        ud: { min: [2, -2], max: [2, -2] },
      },
    })
    expect(envelopeOf({ ...wave, axes: [ns, ew, ud] }, 1)).toMatchObject({
      everyMs: 10,
      axes: { ns: { min: [-1], max: [1] } },
    })
  })
})

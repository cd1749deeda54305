import { describe, expect, it } from 'vitest'
import { LAG_BOUNDS_MS, LagHistogram } from '../../contracts/lag-histogram.ts'
import { LagWindow, quantileMs } from '../../ingest/metrics/lag-window.ts'

describe('lags of the last while', () => {
  it('are those since the last look', () => {
    const histogram = new LagHistogram()
    histogram.add(3, 1_000)
    const window = new LagWindow(histogram)
    expect(quantileMs(window.take(), 0.5)).toBeNaN()
    histogram.add(40, 10)
    const slow = quantileMs(window.take(), 0.5)
    expect(slow).toBeGreaterThan(20)
    expect(slow).toBeLessThanOrEqual(50)
    expect(quantileMs(window.take(), 0.99)).toBeNaN()
  })

  it.each([
    // of 100 in the bucket of 10 to 20 ms
    [0.5, 15],
    [0.99, 19.9],
    [1, 20],
  ])('%d of them lie below %d ms on a straight line', (share, ms) => {
    const histogram = new LagHistogram()
    histogram.add(12, 100)
    expect(quantileMs(histogram.counts, share)).toBeCloseTo(ms)
  })

  it('pass over buckets that are empty', () => {
    const histogram = new LagHistogram()
    histogram.add(0.5, 98)
    histogram.add(400, 2)
    expect(quantileMs(histogram.counts, 0.5)).toBeLessThan(1)
    expect(quantileMs(histogram.counts, 0.99)).toBeCloseTo(350)
  })

  it('are the last bound when they are beyond it', () => {
    const histogram = new LagHistogram()
    histogram.add(1e9)
    expect(quantileMs(histogram.counts, 0.5)).toBe(LAG_BOUNDS_MS.at(-1))
  })
})

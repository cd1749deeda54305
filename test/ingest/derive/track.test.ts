import { describe, expect, it } from 'vitest'
import type { Slice } from '../../../contracts/analytics/slice.ts'
import { type DeviceClock, Track } from '../../../ingest/derive/track.ts'

const STALE_MS = 10_000

function scene(isOverdue = false, isTested = false) {
  const device: DeviceClock = { at: Number.NEGATIVE_INFINITY }
  const track = new Track({
    staleAfterMs: STALE_MS,
    device,
    care: { isOverdue: () => isOverdue, isTested: () => isTested },
  })
  const good = (time: number, value: number) => track.take({ time, value, quality: 'good' })
  const polled = (at: number) => {
    track.polled(at)
    device.at = at
  }
  return { track, good, polled }
}

const numbers = ({ value, quality, reason, usableMs, integral, min, max }: Slice) => ({
  value,
  quality,
  reason,
  usableMs,
  integral,
  min,
  max,
})

describe('a track', () => {
  it('has nothing before its first reading', () => {
    const { track } = scene()
    expect(numbers(track.slice(0, 1_000))).toEqual({
      value: undefined,
      quality: 'bad',
      reason: 'stale',
      usableMs: 0,
      integral: 0,
      min: Number.NaN,
      max: Number.NaN,
    })
  })

  it('holds a value until the next reading', () => {
    const { track, good } = scene()
    good(500, 10)
    good(1_250, 20)
    expect(numbers(track.slice(0, 1_000))).toMatchObject({
      value: 10,
      usableMs: 500,
      integral: 5_000,
      min: 10,
      max: 10,
    })
    expect(numbers(track.slice(1_000, 2_000))).toMatchObject({
      value: 20,
      usableMs: 1_000,
      integral: 10 * 250 + 20 * 750,
      min: 10,
      max: 20,
    })
  })

  it('counts what was sampled at the very end of a step into it', () => {
    const { track, good } = scene()
    good(0, 1)
    good(1_000, 9)
    expect(numbers(track.slice(0, 1_000))).toMatchObject({
      value: 9,
      usableMs: 1_000,
      integral: 1_000,
      min: 1,
      max: 9,
    })
    expect(numbers(track.slice(1_000, 2_000))).toMatchObject({ value: 9, min: 9, max: 9, integral: 9_000 })
  })

  it('takes no bad value for one', () => {
    const { track, good } = scene()
    good(0, 5)
    track.take({ time: 400, value: 999, quality: 'bad', reason: 'calibrating' })
    good(700, 6)
    expect(numbers(track.slice(0, 1_000))).toMatchObject({
      value: 6,
      quality: 'good',
      usableMs: 700,
      integral: 5 * 400 + 6 * 300,
      min: 5,
      max: 6,
    })
    const other = scene()
    other.good(0, 5)
    other.track.take({ time: 400, value: 999, quality: 'bad', reason: 'calibrating' })
    expect(numbers(other.track.slice(0, 1_000))).toMatchObject({
      value: undefined,
      quality: 'bad',
      reason: 'calibrating',
      usableMs: 400,
      max: 5,
    })
  })

  it('says when something uncertain was among it', () => {
    const { track, good } = scene()
    track.take({ time: 0, value: 5, quality: 'uncertain', reason: 'clock' })
    expect(track.slice(0, 1_000)).toMatchObject({ isUncertain: true, quality: 'uncertain', reason: 'clock' })
    good(1_000, 5)
    expect(track.slice(1_000, 2_000).isUncertain).toBe(false)
  })

  it('takes negative values as zero for exposures alone', () => {
    const { track, good } = scene()
    good(0, -4)
    good(500, 4)
    expect(track.slice(0, 1_000)).toMatchObject({ integral: 0, positiveIntegral: 2_000, min: -4 })
  })

  it('holds as long as its device is polled', () => {
    const { track, good, polled } = scene()
    good(0, 7)
    polled(60_000)
    // It was silent for a minute: what is held by then holds again, and nothing is known of the time between.
    expect(numbers(track.slice(0, 60_000))).toMatchObject({ value: 7, usableMs: STALE_MS })
    polled(61_000)
    expect(numbers(track.slice(60_000, 61_000))).toMatchObject({ value: 7, usableMs: 1_000 })
  })

  it('is stale when there was no sign of life for too long', () => {
    const { track, good } = scene()
    good(0, 7)
    expect(numbers(track.slice(0, 10_000))).toMatchObject({ value: 7, usableMs: 10_000 })
    expect(numbers(track.slice(10_000, 11_000))).toEqual({
      value: undefined,
      quality: 'bad',
      reason: 'stale',
      usableMs: 0,
      integral: 0,
      min: Number.NaN,
      max: Number.NaN,
    })
    expect(numbers(track.slice(0, 15_000))).toMatchObject({
      value: undefined,
      reason: 'stale',
      usableMs: 10_000,
    })
  })

  it('knows of a silence that has ended', () => {
    const { track, good } = scene()
    good(0, 7)
    good(30_000, 8)
    expect(numbers(track.slice(0, 40_000))).toMatchObject({
      value: 8,
      usableMs: 20_000,
      integral: 7 * 10_000 + 8 * 10_000,
    })
    expect(numbers(track.slice(12_000, 20_000))).toMatchObject({
      value: undefined,
      reason: 'stale',
      usableMs: 0,
    })
  })

  it('takes a reading that is dated before the last one from then on', () => {
    const { track, good } = scene()
    good(5_000, 1)
    good(4_000, 2)
    expect(track.slice(5_000, 6_000)).toMatchObject({ value: 2, integral: 2_000, time: 4_000 })
  })

  it('forgets what is behind, and goes on from a snapshot', () => {
    const { track, good } = scene()
    for (let at = 0; at < 5_000; at += 100) good(at, at)
    track.forget(4_000)
    expect(track.snapshot().held[0]?.at).toBe(4_000)
    const again = scene()
    again.track.restore(JSON.parse(JSON.stringify(track.snapshot())))
    expect(numbers(again.track.slice(4_000, 5_000))).toEqual(numbers(track.slice(4_000, 5_000)))
    expect(again.track.evidence).toBe(4_900)
  })

  it('takes nothing of a sensor under test for a measurement', () => {
    const { track, good } = scene(false, true)
    good(0, 60)
    expect(numbers(track.slice(0, 1_000))).toMatchObject({
      value: undefined,
      quality: 'bad',
      reason: 'testing',
      usableMs: 0,
      max: Number.NaN,
    })
  })

  it('tells that its calibration is overdue', () => {
    const { track, good } = scene(true)
    good(0, 1)
    expect(track.slice(0, 1_000).isOverdue).toBe(true)
  })
})

import { beforeEach, describe, expect, it } from 'vitest'
import type { SeismicEvent } from '../../../contracts/analytics/seismic/station.ts'
import type { SampleBlock } from '../../../gateway/seismic/sample-block.ts'
import { StationRun } from '../../../gateway/seismic/station-run.ts'
import { shaking } from './frames.ts'
import { quakeParts } from './quake-plant.ts'

const TIME = Date.UTC(2026, 10, 29)
const FLAGS = { isTimed: true, isClipped: false, isTest: false }

interface Told {
  time: number
  reason: string | undefined
  pga: number | undefined
  pgaNs: number | undefined
  pgaUd: number | undefined
}

describe('a station at work', () => {
  /** Ms since TIME: our clock, and that of the machine. */
  let now = 0
  let seconds: Told[] = []
  let events: SeismicEvent[] = []
  let losses = 0
  let dated: number[] = []

  beforeEach(() => {
    now = 0
    seconds = []
    events = []
    losses = 0
    dated = []
  })

  function station(seismic: Record<string, unknown> = {}): StationRun {
    const { device, instrument } = quakeParts({ seismic })
    return new StationRun({
      device,
      instrument,
      silenceMs: 5_000,
      now: () => TIME + now,
      monotonic: () => now,
      sink: {
        onSecond: (_, { time, values, reason }) =>
          seconds.push({
            time: time - TIME,
            reason,
            pga: values.pga,
            pgaNs: values.pgaNs,
            pgaUd: values.pgaUd,
          }),
        onEvent: (_, event) => events.push(event),
        onLost: () => {
          losses += 1
        },
        onSamples: (_, { time }) => dated.push(time - TIME),
      },
    })
  }

  /** A block of half a second, the n-th, which arrives 20 ms after its last sample. */
  function block(n: number, keys: Partial<SampleBlock> = {}, gal = 10): SampleBlock {
    now = (n + 1) * 500 + 20
    const samples = shaking(50, { gal, from: n * 50 })
    const channels = [0, 1, 2].map((axis) => samples.map((each) => each[axis] ?? 0))
    const [a = [], b = [], c = []] = channels
    return { time: TIME + n * 500, rate: 100, channels: [a, b, c], flags: FLAGS, ...keys }
  }

  it('tells each second of the clock what was measured in it, in Gal and by its axes', () => {
    const run = station({ axes: ['-ud', 'ew', 'ns'] })
    for (let n = 0; n < 40; n += 1) run.take(block(n))
    expect(seconds.map(({ time }) => time)).toEqual(Array.from({ length: 20 }, (_, n) => (n + 1) * 1_000))
    const { reason, pgaNs = 0, pgaUd = 0 } = seconds.at(-1) ?? {}
    expect(reason).toBeUndefined()
    // The first channel, of 10 Gal, is the vertical one; the others have half.
    expect(pgaUd).toBeGreaterThan(9.5)
    expect(pgaUd).toBeLessThan(10.5)
    expect(pgaNs).toBeGreaterThan(4.7)
    expect(pgaNs).toBeLessThan(5.4)
    expect(run.health()).toMatchObject({
      online: true,
      requests: 40,
      waveform: { samples: 2_000, gaps: 0, latencyMs: 20 },
    })
  })

  it.each([
    ['a self-test', { flags: { ...FLAGS, isTest: true } }, 'testing'],
    ['an axis at full scale', { flags: { ...FLAGS, isClipped: true } }, 'above-range'],
    ['a clock that is not synchronised', { flags: { ...FLAGS, isTimed: false } }, 'clock'],
    ['a clock that is ahead', { time: TIME + 22 * 500 + 4_000 }, 'comm-lost'],
  ] as const)('marks the second of %s, and no other', (_, keys, expected) => {
    const run = station()
    for (let n = 0; n < 30; n += 1) run.take(block(n, n === 22 ? keys : {}))
    const marked = seconds.filter(({ reason }) => reason !== undefined)
    expect(marked[0]?.reason).toBe(expected)
    if (expected !== 'comm-lost') expect(marked.map(({ time }) => time)).toEqual([12_000])
  })

  it('marks what a clock says that is ahead of ours', () => {
    const run = station()
    for (let n = 0; n < 10; n += 1) run.take(block(n, { time: TIME + n * 500 + 3_000 }))
    expect(seconds.length).toBeGreaterThan(3)
    for (const { reason } of seconds) expect(reason).toBe('clock')
  })

  it('dates samples without a time by their arrival, as one stretch', () => {
    const run = station()
    for (let n = 0; n < 60; n += 1) {
      const late = (n * 37) % 90
      const each = block(n, { time: undefined })
      now += late
      run.take(each)
    }
    expect(run.health().waveform?.gaps).toBe(0)
    for (const [n, time] of dated.entries()) expect(Math.abs(time - n * 500)).toBeLessThan(120)
    expect(seconds.at(-1)?.reason).toBe('clock')
    // Frames that are missing are a gap, whatever the jitter.
    run.lose('lost', 1)
    run.take(block(61, { time: undefined }))
    expect(run.health().waveform?.gaps).toBe(1)
  })

  // By how much the clock goes wrong, ms, and whether what it says then can be believed.
  it.each([
    ['an hour back', 0, -3_600_000, false],
    ['five seconds back', 0, -5_000, false],
    ['back to the right time, when it was ahead', 8_000, 0, true],
  ])('goes on at once when its clock is set %s', (_, before, after, isBelieved) => {
    const run = station()
    for (let n = 0; n < 40; n += 1) run.take(block(n, { time: TIME + n * 500 + before }))
    seconds = []
    dated = []
    for (let n = 40; n < 60; n += 1) run.take(block(n, { time: TIME + n * 500 + after }))
    expect(dated).toHaveLength(20)
    for (const [n, time] of dated.entries())
      expect(Math.abs(time - (20_000 + n * 500))).toBeLessThanOrEqual(20)
    expect(seconds.slice(-8).map(({ reason }) => reason)).toEqual(
      Array(8).fill(isBelieved ? undefined : 'clock'),
    )
    expect(run.health()).toMatchObject({ errors: { 'clock-step': 1 }, waveform: { gaps: 1 } })
  })

  it('dates by its arrival what counts from 1970, until it knows the time', () => {
    const run = station()
    for (let n = 0; n < 20; n += 1) run.take(block(n, { time: n * 500 + 60_000 }))
    expect(seconds.map(({ reason }) => reason)).toEqual(Array(seconds.length).fill('clock'))
    expect(dated).toEqual(Array.from({ length: 20 }, (_, n) => n * 500 + 20))
    for (let n = 20; n < 40; n += 1) run.take(block(n))
    expect(seconds.at(-1)).toMatchObject({ time: 20_000, reason: undefined })
    expect(run.health().errors).toEqual({})
  })

  it('believes a clock again that was set right, and marks nothing behind', () => {
    const run = station()
    for (let n = 0; n < 40; n += 1) run.take(block(n, { time: TIME + n * 500 - (n < 20 ? 0 : 3_600_000) }))
    seconds = []
    for (let n = 40; n < 60; n += 1) run.take(block(n))
    expect(seconds.map(({ time }) => time)).toEqual(Array.from({ length: 10 }, (_, n) => 21_000 + n * 1_000))
    expect(seconds.slice(1).map(({ reason }) => reason)).toEqual(Array(9).fill(undefined))
  })

  it('follows our own clock when that is set back', () => {
    const run = station()
    for (let n = 0; n < 20; n += 1) run.take(block(n))
    seconds = []
    for (let n = 20; n < 40; n += 1) {
      const each = block(n, { time: TIME + n * 500 - 3_600_000 })
      now -= 3_600_000
      run.take(each)
    }
    expect(seconds.at(-1)).toMatchObject({ time: 20_000 - 3_600_000, reason: undefined })
  })

  it('is lost once when nothing comes, and there again with the next block', () => {
    const run = station()
    for (let n = 0; n < 10; n += 1) run.take(block(n))
    now += 4_000
    run.tick()
    expect(losses).toBe(0)
    now += 2_000
    run.tick()
    run.tick()
    run.lost()
    expect(losses).toBe(1)
    expect(run.health().online).toBe(false)
    run.take(block(40))
    expect(run.health().online).toBe(true)
    now += 6_000
    run.tick()
    expect(losses).toBe(2)
  })

  it('takes no samples of another rate, and counts what went wrong', () => {
    const run = station()
    run.take(block(0, { rate: 200 }))
    run.lose('lost', 3)
    run.lose('overrun', 7)
    run.fail('timeout')
    expect(run.health()).toMatchObject({
      requests: 0,
      errors: { rate: 1, lost: 3, timeout: 1 },
      overruns: 7,
      waveform: { samples: 0 },
    })
  })

  it('records an event with what was before and behind it, also one under way at the end', () => {
    const run = station()
    for (let n = 0; n < 60; n += 1) run.take(block(n, {}, n >= 40 && n < 48 ? 100 : 1))
    expect(events).toHaveLength(1)
    const [event] = events
    expect(event?.onset).toBeGreaterThanOrEqual(TIME + 20_000)
    expect(event?.onset).toBeLessThan(TIME + 20_500)
    expect(event?.from).toBeCloseTo((event?.onset ?? 0) - 2_000, 0)
    expect(event?.features.pga).toBeGreaterThan(100)
    for (let n = 60; n < 100; n += 1) run.take(block(n, {}, n >= 96 ? 100 : 1))
    run.end()
    expect(events).toHaveLength(2)
    expect(losses).toBe(0)
  })
})

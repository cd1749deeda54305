import { beforeEach, describe, expect, it } from 'vitest'
import type { SeismicEvent } from '../../../contracts/analytics/seismic/station.ts'
import type { SampleBlock } from '../../../gateway/seismic/sample-block.ts'
import { StationRun } from '../../../gateway/seismic/station-run.ts'
import { shaking } from './frames.ts'
import { quakeParts } from './quake-plant.ts'

const TIME = Date.UTC(2026, 10, 29)
const FLAGS = { isTimed: true, isClipped: false, isTest: false }

interface Told {
  jma: number | undefined
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
  let refused: (string | undefined)[] = []
  let dated: number[] = []

  beforeEach(() => {
    now = 0
    seconds = []
    events = []
    losses = 0
    refused = []
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
            jma: values.jma,
            pgaNs: values.pgaNs,
            pgaUd: values.pgaUd,
          }),
        onEvent: (_, event) => events.push(event),
        onLost: (_, why) => {
          losses += 1
          refused.push(why)
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
    ['a clock that is not synchronised', { flags: { ...FLAGS, isTimed: false } }, 'clock'],
    ['a clock that is ahead', { time: TIME + 22 * 500 + 4_000 }, 'comm-lost'],
  ] as const)('marks the second of %s, and no other', (_, keys, expected) => {
    const run = station()
    for (let n = 0; n < 30; n += 1) run.take(block(n, n === 22 ? keys : {}))
    const marked = seconds.filter(({ reason }) => reason !== undefined)
    expect(marked[0]?.reason).toBe(expected)
    if (expected !== 'comm-lost') expect(marked.map(({ time }) => time)).toEqual([12_000])
  })

  it('makes a second of which the instrument says that it clipped above range, and the minute behind it imprecise', () => {
    const run = station()
    for (let n = 0; n < 160; n += 1)
      run.take(block(n, n === 22 ? { flags: { ...FLAGS, isClipped: true } } : {}))
    const marked = seconds.filter(({ reason }) => reason !== undefined)
    expect(marked[0]).toMatchObject({ time: 12_000, reason: 'above-range' })
    expect(marked.slice(1).every(({ reason }) => reason === 'imprecise')).toBe(true)
    expect(marked.at(-1)?.time).toBe(72_000)
  })

  it('leaves nothing of a self-test in what it measures behind it, and makes no event of it', () => {
    const run = station()
    const test = { flags: { ...FLAGS, isTest: true } }
    const push = (n: number) => {
      const pushed = block(n, test)
      const [, ew, ud] = pushed.channels
      run.take({ ...pushed, channels: [Array(50).fill(500_000), ew, ud] })
    }
    for (let n = 0; n < 40; n += 1) run.take(block(n, {}, 1))
    for (let n = 40; n < 44; n += 1) push(n)
    for (let n = 44; n < 100; n += 1) run.take(block(n, {}, 1))
    const behind = seconds.filter(({ time }) => time > 22_000)
    expect(behind.length).toBeGreaterThan(25)
    for (const { pga, jma } of behind) {
      expect(pga ?? 0).toBeLessThan(5)
      expect(jma ?? 0).toBeLessThan(2)
    }
    run.end()
    expect(events).toEqual([])
  })

  it('records an earthquake that a self-test came into, up to that', () => {
    const run = station()
    for (let n = 0; n < 44; n += 1) run.take(block(n, {}, n >= 40 ? 100 : 1))
    for (let n = 44; n < 48; n += 1) run.take(block(n, { flags: { ...FLAGS, isTest: true } }, 100))
    for (let n = 48; n < 60; n += 1) run.take(block(n, {}, 1))
    expect(events).toHaveLength(1)
    expect(events[0]?.onset).toBeLessThan(TIME + 20_500)
    expect(events[0]).toMatchObject({ to: TIME + 22_000, isCut: true })
  })

  it('is no less sure of what comes after a self-test at full scale than before it', () => {
    const run = station()
    const full = { flags: { ...FLAGS, isTest: true, isClipped: true } }
    for (let n = 0; n < 60; n += 1) run.take(block(n, n >= 41 && n < 44 ? full : {}, 1))
    const reasons = new Map(seconds.map(({ time, reason }) => [time, reason]))
    expect([21_000, 22_000].map((time) => reasons.get(time))).toEqual(['testing', 'testing'])
    expect(reasons.get(25_000)).toBeUndefined()
  })

  // Weeks of GPS modulo 1024, a day of the wrong zone, and a year typed wrongly.
  it.each([
    ['19.6 years behind', -1_024 * 7 * 86_400_000],
    ['25 hours behind', -90_000_000],
    ['an hour ahead', 3_600_000],
    ['a year ahead', 365 * 86_400_000],
  ])('dates by its arrival what says a time that cannot be: %s', (_, off) => {
    const run = station()
    for (let n = 0; n < 60; n += 1)
      run.take(block(n, { time: TIME + n * 500 + off }, n >= 40 && n < 48 ? 100 : 1))
    expect(dated).toEqual(Array.from({ length: 60 }, (_each, n) => n * 500 + 20))
    expect(new Set(seconds.map(({ reason }) => reason))).toEqual(new Set(['clock']))
    expect(run.health().waveform?.gaps).toBe(0)
    expect(events).toHaveLength(1)
    expect(Math.abs((events[0]?.onset ?? 0) - TIME - 20_000)).toBeLessThan(500)
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

  it('says what came of one that is lost though it sends', () => {
    const run = station()
    for (let n = 0; n < 12; n += 1) {
      run.take(block(n, { rate: 200 }))
      run.tick()
    }
    expect(refused).toEqual(['blocks of another number of samples a second than the facility file says'])
    run.take(block(12))
    run.lose('repeated', 1)
    now += 6_000
    run.tick()
    expect(refused.slice(1)).toEqual([undefined])
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

import { describe, expect, it } from 'vitest'
import {
  type Derived,
  derive,
  ramp,
  restartEqualsNoRestart,
  type Sample,
  START,
  sensors,
  shiftInvariant,
  splitInvariant,
  stepsOf,
} from '../steps.ts'
import { ROUND } from './tanks.ts'

const KNOWN = sensors({
  LT: { kind: 'level', unit: 'm' },
  TT: { kind: 'temperature', unit: 'degC' },
  PUMP: { kind: 'state', unit: '1' },
  VALVE: { kind: 'state', unit: '1' },
})
const AREA = Math.PI * 100
const GRID = { from: START - 1_000, everyMs: 1_000, count: 400 }

const made = (more: Partial<Derived> = {}) =>
  derive({ of: 'LT', compute: 'movement', tank: 'T-101', window: '20s', ...more }, KNOWN, { tanks: [ROUND] })
    .computation
/** Key: second from which on it is so. */
const steps = (values: Readonly<Record<number, number | null>>): Sample[] =>
  Object.entries(values).map(([second, value]) => ({
    time: START + Number(second) * 1_000,
    ...(value === null ? {} : { value }),
  }))
const level = (at: (second: number) => number) =>
  ramp((time) => at((time - START) / 1_000), { from: START, everyMs: 1_000, count: GRID.count })
/** 0.01 m3 a second are 36 m3/h. */
const leakFrom = (second: number) => level((now) => 5 - (0.01 * Math.max(0, now - second)) / AREA)

const runOf = (more: Partial<Derived>, inputs: Sample[][]) => {
  const running = made(more).start()
  const shown: Record<string, unknown>[] = []
  const results = stepsOf(inputs, GRID).map((step) => {
    const result = running.step(step)
    shown.push({ ...running.describe?.() })
    return result
  })
  return { results, shown }
}

describe('a tank that nobody has opened', () => {
  it('moves by nothing while it stands still', () => {
    const { results, shown } = runOf({}, [level(() => 5)])
    expect(results[10]).toMatchObject({ value: 0, quality: 'uncertain', reason: 'imprecise' })
    expect(results.slice(25).every(({ value, quality }) => value === 0 && quality === 'good')).toBe(true)
    expect(shown.at(-1)).toMatchObject({ phase: 'resting', moved: 0 })
    expect(shown.at(-1)?.rest).toBeCloseTo(5 * AREA, 6)
  })

  it('is told of what is missing, once it is more than three standard deviations of the gauge', () => {
    const { results, shown } = runOf({}, [leakFrom(100)])
    const first = results.findIndex(({ value }) => (value ?? 0) < 0)
    // 3 x 0.314 m3 at 0.01 m3/s, seen half a window late.
    const noise = 3 * 0.001 * AREA
    expect(first).toBeGreaterThan(100 + noise / 0.01)
    expect(first).toBeLessThan(100 + noise / 0.01 + 15)
    expect(results.at(-1)?.value).toBeCloseTo(-0.01 * (299 - 9.5), 6)
    expect(results.at(-1)?.quality).toBe('good')
    expect(shown.at(-1)?.noise).toBeCloseTo(noise, 6)
  })

  it('is told of what comes in', () => {
    expect(runOf({}, [level((now) => 5 + now / 10_000)]).results.at(-1)?.value).toBeGreaterThan(5)
  })

  it('goes by the gauge that it is given', () => {
    const { results } = runOf({ sigma: 0.1 }, [leakFrom(100)])
    const first = results.findIndex(({ value }) => (value ?? 0) < 0)
    expect(first).toBeLessThan(125)
  })

  it('grows and shrinks with the weather, unless it has a thermometer', () => {
    const warming = ramp((time) => 15 + (time - START) / 100_000, { from: START, everyMs: 1_000, count: 400 })
    const growing = warming.map(({ time, value = 0 }) => {
      const growth = 0.0012 * (value - 15)
      return { time, value: 5 * Math.exp(growth * (1 + 0.8 * growth)) }
    })
    expect(runOf({}, [growing]).results.at(-1)?.value).toBeGreaterThan(5)
    expect(runOf({ temperature: 'TT' }, [growing, warming]).results.at(-1)?.value).toBe(0)
  })
})

describe('a permit', () => {
  const permit = { permit: ['PUMP', 'VALVE'] }

  it('lets it move, and its end begins anew', () => {
    const inputs = [leakFrom(100), steps({ 0: 0, 110: 1, 250: 0 }), steps({ 0: 0 })]
    const { results, shown } = runOf(permit, inputs)
    expect(results.slice(111, 250).every(({ value, quality }) => value === 0 && quality === 'good')).toBe(
      true,
    )
    expect(shown[200]).toMatchObject({ phase: 'permitted', rest: null })
    expect(results[255]).toMatchObject({ value: 0, quality: 'uncertain', reason: 'imprecise' })
    // It went on leaking after the pump was stopped.
    expect(results.at(-1)?.value).toBeCloseTo(-0.01 * (399 - 270), 1)
  })

  it('for less than a step of the grid is one', () => {
    const blink: Sample[] = [
      { time: START, value: 0 },
      { time: START + 100_200, value: 1 },
      { time: START + 100_700, value: 0 },
    ]
    const dropped = level((now) => (now <= 100 ? 5 : 4.9))
    const { results, shown } = runOf(permit, [dropped, blink, steps({ 0: 0 })])
    expect(shown[101]).toMatchObject({ phase: 'permitted' })
    expect(shown[102]).toMatchObject({ phase: 'settling' })
    expect(results.at(-1)).toMatchObject({ value: 0, quality: 'good' })
  })

  it('of one of several is enough', () => {
    const inputs = [leakFrom(0), steps({ 0: 0 }), steps({ 0: 7 })]
    expect(runOf(permit, inputs).results.every(({ value }) => value === 0)).toBe(true)
  })

  it('that cannot be read leaves everything as it is, and no value', () => {
    const inputs = [leakFrom(150), steps({ 0: 0, 200: null, 300: 0 }), steps({ 0: 0 })]
    const { results, shown } = runOf(permit, inputs)
    expect(new Set(results.slice(200, 300).map(({ quality, reason }) => `${quality} ${reason}`))).toEqual(
      new Set(['bad inputs']),
    )
    expect(shown[250]).toMatchObject({ phase: 'resting' })
    // What went meanwhile is missing.
    expect(results[320]?.value).toBeCloseTo(-0.01 * (320 - 9.5 - 150), 6)
  })

  it('that cannot be read is none beside one that is given', () => {
    const inputs = [leakFrom(150), steps({ 0: null }), steps({ 0: 1 })]
    expect(runOf(permit, inputs).results.at(-1)).toEqual({ value: 0, quality: 'good', coverage: 1 })
  })
})

it('has no value while a gauge that is bad keeps it from settling', () => {
  const { results } = runOf({}, [[{ time: START - 5_000 }]])
  expect(results.every(({ value, quality }) => value === undefined && quality === 'bad')).toBe(true)
})

it('has no value without most of its window, and an uncertain one of what is uncertain', () => {
  const gap = leakFrom(100).map((sample, at) => (at >= 200 && at < 220 ? { time: sample.time } : sample))
  const { results } = runOf({}, [gap])
  expect(results[210]).toMatchObject({ quality: 'bad', reason: 'inputs' })
  // It came to rest before the gap.
  expect(results.at(-1)?.value).toBeCloseTo(-0.01 * (299 - 9.5), 6)
  const uncertain = leakFrom(0).map((sample): Sample => ({ ...sample, quality: 'uncertain' }))
  expect(runOf({}, [uncertain]).results.at(-1)).toMatchObject({ quality: 'uncertain', reason: 'imprecise' })
})

it('comes to rest anew after a gauge that began with a false echo', () => {
  const echo = level(() => 5).map((sample, at) => (at < 50 ? { ...sample, value: 0.3 } : sample))
  const { results, shown } = runOf({}, [echo])
  expect(results[30]).toMatchObject({ value: 0, quality: 'good' })
  expect(results.filter(({ value }) => value !== undefined && value !== 0)).toEqual([])
  expect(results.at(-1)).toMatchObject({ value: 0, quality: 'good' })
  expect(shown.at(-1)?.rest).toBeCloseTo(5 * AREA, 6)
})

describe('whenever it is', () => {
  const grid = { ...GRID, count: 90 }
  const inputs = [
    leakFrom(30)
      .slice(0, 90)
      .map((sample, at) => (at > 60 && at < 66 ? { time: sample.time } : sample)),
    steps({ 0: 0, 10: 1, 20: 0, 50: null, 55: 0 }),
  ]
  const computation = made({ permit: 'PUMP', window: '8s' })

  it('goes on after a restart as if there had been none', () => {
    restartEqualsNoRestart(computation, stepsOf(inputs, grid))
  })

  it('is the same, and however often it is said', () => {
    shiftInvariant(computation, inputs, grid, 12_345)
    splitInvariant(computation, inputs, grid, [1_500, 33_333, 52_000, 63_700])
  })
})

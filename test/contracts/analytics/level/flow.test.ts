import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { student95 } from '../../../../contracts/analytics/level/student.ts'
import type { TankFile } from '../../../../contracts/analytics/level/tank-schema.ts'
import {
  type Derived,
  derive,
  ramp,
  refusalsOf,
  restartEqualsNoRestart,
  run,
  type Sample,
  START,
  sensors,
  shiftInvariant,
  splitInvariant,
  stepOf,
  stepsOf,
} from '../steps.ts'
import { ROUND } from './tanks.ts'

const KNOWN = sensors({
  LT: { kind: 'level', unit: 'm' },
  VOL: { kind: 'level', unit: 'm3' },
  TT: { kind: 'temperature', unit: 'degC' },
  SLOW: { kind: 'level', unit: 'm', pollMs: 120_000 },
})
const AREA = Math.PI * 100
const WINDOW_S = 300
/** The first sample is there at the end of the first step. */
const GRID = { from: START - 1_000, everyMs: 1_000, count: 400 }

const made = (derived: Derived, tank: TankFile = ROUND) =>
  derive({ tank: tank.id, ...derived }, KNOWN, { tanks: [tank] }).computation

/** A level that fills at `flow` m3/h and is `level` m high at the end of the grid, once a second. */
const filling = (flow: number, level: number, noise: (at: number) => number = () => 0): Sample[] => {
  const end = START + (GRID.count - 1) * 1_000
  return ramp((time) => level + ((time - end) / 3_600_000) * (flow / AREA) + noise((time - START) / 1_000), {
    from: START,
    everyMs: 1_000,
    count: GRID.count,
  })
}
/** As rough as a surface, and the same at each run; standard deviation 1 mm. */
const rough = (at: number) => 0.001 * Math.SQRT2 * Math.sin(at * 12.9898 + Math.sin(at) * 4)

const lastOf = (derived: Derived, inputs: Sample[][], tank?: TankFile) => {
  const running = made(derived, tank).start()
  const result = stepsOf(inputs, GRID)
    .map((step) => running.step(step))
    .at(-1)
  return { result, shown: running.describe?.() ?? {} }
}

describe('net flow', () => {
  it.each([500, 37.5, 0, -420])('finds %f m3/h to the last digits when nothing disturbs it', (flow) => {
    const { result } = lastOf({ of: 'LT', compute: 'net-flow' }, [filling(flow, 8)])
    expect(result).toMatchObject({ quality: 'good', coverage: 1 })
    expect(result?.value).toBeCloseTo(flow, 6)
  })

  it('finds it in the noise of a gauge, within what it says of its confidence', () => {
    const { result, shown } = lastOf({ of: 'LT', compute: 'net-flow' }, [filling(200, 8, rough)])
    const { flowConfidence } = shown as { flowConfidence: number }
    // sigma_V / sqrt(Sxx) of 300 points of 0.314 m3, times 1.65.
    expect(flowConfidence).toBeCloseTo((1.65 * 0.314 * 3_600) / Math.sqrt((300 ** 3 - 300) / 12), 1)
    expect(Math.abs((result?.value ?? 0) - 200)).toBeLessThan(2 * flowConfidence)
  })

  it('is nothing while a full tank grows warm', () => {
    const warming = ramp((time) => 15 + (time - START) / 100_000, { from: START, everyMs: 1_000, count: 400 })
    const growing = warming.map(({ time, value = 0 }) => {
      const growth = 0.0012 * (value - 15)
      return { time, value: 8 * Math.exp(growth * (1 + 0.8 * growth)) }
    })
    const plain = lastOf({ of: 'LT', compute: 'net-flow' }, [growing]).result?.value ?? 0
    expect(plain).toBeGreaterThan(100)
    const corrected = lastOf({ of: 'LT', compute: 'net-flow', temperature: 'TT' }, [growing, warming])
    expect(corrected.result?.value).toBeCloseTo(0, 4)
  })

  it('does not drift with the days', () => {
    const running = made({ of: 'LT', compute: 'net-flow', window: '10s' }).start()
    const level = ramp((time) => 6 + 5 * Math.sin(time / 4_000_000), {
      from: START,
      everyMs: 1_000,
      count: 40_000,
    })
    let worst = 0
    for (const { time, value = 0 } of level) {
      const slice = {
        value,
        quality: 'good' as const,
        reason: undefined,
        time,
        usableMs: 1_000,
        integral: value * 1_000,
        positiveIntegral: value * 1_000,
        min: value,
        max: value,
        isUncertain: false,
        isOverdue: false,
      }
      const result = running.step({ from: time - 1_000, to: time, inputs: [slice] })
      const middle = time - 4_500
      const truth = AREA * 5 * Math.cos(middle / 4_000_000) * (3_600_000 / 4_000_000)
      if (time - START > 10_000) worst = Math.max(worst, Math.abs((result.value ?? 0) - truth))
    }
    expect(worst).toBeLessThan(0.01)
  })
})

describe('time to a limit', () => {
  const to = (more: Partial<Derived>): Derived => ({ of: 'LT', compute: 'time-to-limit', ...more })

  it.each<[name: string, derived: Derived, level: Sample[], minutes: number]>([
    ['HH from a metre below it', to({}), filling(500, 10.1), (AREA / 500) * 60],
    ['CH', to({ to: 'CH' }), filling(500, 10.1), ((1.4 * AREA) / 500) * 60],
    ['MW', to({ to: 'MW' }), filling(500, 10.1), ((0.4 * AREA) / 500) * 60],
    ['L when it is emptied', to({ to: 'L' }), filling(-300, 2), (AREA / 300) * 60],
    ['LL', to({ to: 'LL' }), filling(-300, 2), ((1.5 * AREA) / 300) * 60],
    ['HH when it is emptied: the cap', to({}), filling(-300, 10), 1_440],
    ['L when it is filled: the cap', to({ to: 'L' }), filling(300, 5), 1_440],
    ['HH of a tank at rest: the cap', to({}), filling(0, 10), 1_440],
    ['later than the cap: the cap', to({}), filling(1, 5), 1_440],
    ['HH when it is beyond it', to({}), filling(-100, 11.3), 0],
  ])('%s', (_, derived, level, minutes) => {
    const { result } = lastOf(derived, [level])
    expect(result).toMatchObject({ quality: 'good', coverage: 1 })
    expect(result?.value).toBeCloseTo(minutes, 3)
  })

  it('says how much there is to go, and how soon it may be at the earliest', () => {
    const { result, shown } = lastOf(to({}), [filling(500, 10.1)])
    const { flow, flowConfidence, volumeToGo, leastMinutes } = shown as Record<string, number>
    expect(flow).toBeCloseTo(500, 4)
    expect(volumeToGo).toBeCloseTo(AREA, 4)
    expect(leastMinutes).toBeCloseTo((AREA / (500 + (flowConfidence ?? 0))) * 60, 6)
    expect(leastMinutes).toBeLessThan(result?.value ?? 0)
  })
})

describe('predictive overfill', () => {
  const overfill: Derived = { of: 'LT', compute: 'overfill' }

  it('is the time to HH at the fastest flow that may be, less the response time of category 3', () => {
    const { result, shown } = lastOf(overfill, [filling(500, 10.1, rough)])
    const { leastMinutes = 0, response } = shown as Record<string, number>
    expect(response).toBe(15)
    expect(result?.value).toBeCloseTo(leastMinutes - 15, 9)
    expect(leastMinutes).toBeLessThan((AREA / 500) * 60)
  })

  it('falls below zero while the level is still below HH', () => {
    // 500 m3/h for 15 minutes are 0.398 m.
    const margin = (level: number) => lastOf(overfill, [filling(500, level)]).result?.value ?? Number.NaN
    expect(margin(11.1 - 0.41)).toBeGreaterThan(0)
    expect(margin(11.1 - 0.39)).toBeLessThan(0)
    expect(margin(11.1)).toBeCloseTo(-15, 1)
    expect(margin(11.4)).toBe(-15)
  })

  it.each([
    ['its own', { ...overfill, response: '20m' }, ROUND, 20],
    ['that of the tank', overfill, { ...ROUND, response: '25m' }, 25],
    ['of category 2', overfill, { ...ROUND, category: 2 }, 30],
    ['of category 1', overfill, { ...ROUND, category: 1 }, 45],
  ])('takes the response time: %s', (_, derived, tank, minutes) => {
    expect(lastOf(derived, [filling(-100, 5)], tank).result?.value).toBe(1_440 - minutes)
  })
})

describe('what is missing', () => {
  const without = (from: number, to: number): Sample[] =>
    filling(500, 10).map((sample, at) => (at >= from && at < to ? { time: sample.time } : sample))
  const flow: Derived = { of: 'LT', compute: 'net-flow' }

  it('says nothing before most of its window is there', () => {
    const results = run(made(flow), stepsOf([filling(500, 10)], GRID))
    // The sample of the first step comes at its very end: nothing of that step was usable.
    const first = results.findIndex(({ value }) => value !== undefined)
    expect(first).toBe(0.75 * WINDOW_S)
    expect(results[first - 1]).toMatchObject({ quality: 'bad', reason: 'inputs' })
    expect(results[first - 1]?.coverage).toBeCloseTo((first - 1) / WINDOW_S, 9)
  })

  // Of the step in which it goes nothing is held at the end; the step in which it comes back had nothing before.
  it('lowers the coverage, and leaves the line as it is', () => {
    const results = run(made(flow), stepsOf([without(320, 380)], GRID))
    expect(results.at(-1)).toMatchObject({ quality: 'good', coverage: 1 - 61 / WINDOW_S })
    expect(results.at(-1)?.value).toBeCloseTo(500, 6)
  })

  it('ends it below the coverage that is wanted', () => {
    const steps = stepsOf([without(300, 380)], GRID)
    expect(run(made(flow), steps).at(-1)).toMatchObject({ quality: 'bad', reason: 'inputs' })
    expect(run(made({ ...flow, minCoverage: 0.7 }), steps).at(-1)).toMatchObject({ quality: 'good' })
  })

  it('is uncertain as long as its window has something uncertain', () => {
    const level = filling(500, 10).map(
      (sample, at): Sample => (at === 50 ? { ...sample, quality: 'uncertain' } : sample),
    )
    const results = run(made(flow), stepsOf([level], GRID))
    expect(results[300]).toMatchObject({ quality: 'uncertain', reason: 'imprecise' })
    expect(results[350]).toMatchObject({ quality: 'good' })
  })

  it('keeps out what no flow can have made', () => {
    const spiked = filling(500, 10).map((sample, at) => (at % 20 === 19 ? { ...sample, value: 4 } : sample))
    const { result, shown } = lastOf(flow, [spiked])
    expect(result?.value).toBeCloseTo(500, 6)
    expect(result?.coverage).toBeCloseTo(0.95, 9)
    expect(shown).toMatchObject({ rejects: 20 })
  })

  it('begins anew after a gauge that began with a false echo', () => {
    const echo = filling(500, 10).map((sample, at) => (at < 90 ? { ...sample, value: 0.3 } : sample))
    const results = run(made({ ...flow, window: '60s' }), stepsOf([echo], GRID))
    const later = results.slice(110).filter(({ value }) => value !== undefined)
    expect(later.length).toBeGreaterThan(150)
    for (const { value } of later) expect(value).toBeCloseTo(500, 6)
    expect(results.at(-1)).toMatchObject({ quality: 'good', coverage: 1 })
  })

  it('begins anew also where the thermometer says nothing when the echo ends', () => {
    const echo = filling(500, 10).map((sample, at) => (at < 50 ? { ...sample, value: 0.3 } : sample))
    const warmth: Sample[] = [
      { time: START, value: 15 },
      { time: START + 95_000 },
      { time: START + 105_000, value: 15 },
    ]
    const computation = made({ ...flow, temperature: 'TT', minCoverage: 0.1 })
    const later = run(computation, stepsOf([echo, warmth], GRID)).slice(150)
    expect(later.filter(({ value }) => value === undefined)).toEqual([])
    for (const { value } of later) expect(value).toBeCloseTo(500, 6)
    restartEqualsNoRestart(computation, stepsOf([echo, warmth], { ...GRID, count: 120 }))
  })

  it('is not made of one long step after a time in which nothing was computed', () => {
    const level = filling(500, 10)
    const running = made(flow).start()
    for (const step of stepsOf([level], GRID)) running.step(step)
    const to = START + 399_000 + 3_600_000
    const after = running.step(stepOf([level], { from: START + 399_000, to }))
    expect(after).toMatchObject({ quality: 'bad', reason: 'inputs' })
    expect(after.coverage).toBeCloseTo(1 / WINDOW_S, 9)
  })
})

describe.each<[name: string, derived: Derived]>([
  ['net-flow', { of: 'LT', compute: 'net-flow', window: '20s', temperature: 'TT' }],
  ['time-to-limit', { of: 'LT', compute: 'time-to-limit', window: '20s' }],
  ['overfill', { of: 'LT', compute: 'overfill', window: '20s' }],
  ['overfill of a volume', { of: 'VOL', compute: 'overfill', window: '20s' }],
])('%s', (_, derived) => {
  const samplesTo = (max: number) =>
    fc.array(
      fc.record({
        value: fc.option(fc.double({ min: 9, max, noNaN: true }), { nil: undefined, freq: 8 }),
        isUncertain: fc.boolean(),
      }),
      { minLength: 1, maxLength: 60 },
    )
  const grid = { from: START, everyMs: 1_000, count: 60 }
  const inputsOf = (list: readonly { value: number | undefined; isUncertain: boolean }[]): Sample[][] => {
    const level = list.map(
      ({ value, isUncertain }, at): Sample => ({
        time: START + at * 1_000 + 300,
        ...(value === undefined ? {} : { value: derived.of === 'VOL' ? value * AREA : value }),
        ...(isUncertain && value !== undefined ? { quality: 'uncertain' } : {}),
      }),
    )
    return derived.temperature === undefined ? [level] : [level, [{ time: START, value: 16 }]]
  }

  it('goes on after a restart as if there had been none', () => {
    fc.assert(
      fc.property(samplesTo(9.05), (list) =>
        restartEqualsNoRestart(made(derived), stepsOf(inputsOf(list), grid)),
      ),
      { numRuns: 15 },
    )
  })

  // Within the noise of the gauge: one that says the same once more has measured it then, and a jump from there is worse.
  it('does not care when it is, nor how often a value is said', () => {
    fc.assert(
      fc.property(samplesTo(9.005), fc.integer({ min: 1, max: 100_000 }), (list, steps) => {
        shiftInvariant(made(derived), inputsOf(list), grid, steps)
        splitInvariant(made(derived), inputsOf(list), grid, [550, 7_800, 44_444])
      }),
      { numRuns: 15 },
    )
  })
})

it.each([
  [1, 6.314],
  [2, 2.92],
  [3, 2.353],
  [5, 2.015],
  [10, 1.812],
  [30, 1.697],
  [298, 1.65],
])('Student, %i degrees of freedom: %f', (freedom, quantile) => {
  expect(Math.abs(student95(freedom) / quantile - 1)).toBeLessThan(0.01)
})

it.each<[derived: Derived, problem: string]>([
  [{ of: 'LT', compute: 'net-flow', unit: 'm3' }, 'unit: m3 is no unit of what it gives, which is in m3/h'],
  [
    { of: 'LT', compute: 'net-flow', window: '3s' },
    'window: a line needs a window of 4 steps of the grid at least, here 4s',
  ],
  [
    { of: 'SLOW', compute: 'overfill' },
    'window: a line needs a window of 4 steps of the grid at least, here 480s',
  ],
])('refuses %j', (derived, problem) => {
  expect(refusalsOf({ tank: 'T-101', ...derived }, KNOWN, { tanks: [ROUND] })).toEqual([problem])
})

it('refuses limits and response times that the tank does not have', () => {
  const { category: _, ...slow } = { ...ROUND, levels: { MW: 10 } }
  const refusals = (derived: Derived) => refusalsOf({ tank: 'T-101', ...derived }, KNOWN, { tanks: [slow] })
  expect(refusals({ of: 'LT', compute: 'time-to-limit', to: 'LL' })).toEqual([
    'to: tank "T-101" has no level LL: it has MW',
  ])
  expect(refusals({ of: 'LT', compute: 'overfill' })).toEqual([
    'tank: tank "T-101" has no level HH: it has MW',
    'compute: overfill needs response: tank "T-101" has neither a response time nor a category',
  ])
})

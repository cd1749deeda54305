import { describe, expect, it } from 'vitest'
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
import { ROUND, tankFile } from './tanks.ts'

const KNOWN = sensors({
  LT: { kind: 'level', unit: 'mm' },
  LM: { kind: 'level', unit: 'm' },
  VOL: { kind: 'level', unit: 'm3' },
  STD: { kind: 'level', unit: 'm3', quantity: 'standard-volume', tank: 'T-101' },
  OTHER: { kind: 'level', unit: 'm3', quantity: 'volume', tank: 'T-102' },
  TT: { kind: 'temperature', unit: 'degC' },
  TK: { kind: 'temperature', unit: 'K' },
  DT: { kind: 'other', unit: 'kg/m3' },
  GT: { kind: 'gas', unit: '%LEL' },
})
const GRID = { from: START, everyMs: 1_000, count: 10 }
const AREA = Math.PI * 100

const made = (derived: Derived, tank: TankFile = ROUND) =>
  derive({ tank: tank.id, ...derived }, KNOWN, { tanks: [tank] })
const still = (value: number, more: Partial<Sample> = {}): Sample[] => [{ time: START, value, ...more }]
const lastOf = (derived: Derived, inputs: Sample[][], tank?: TankFile) =>
  run(made(derived, tank).computation, stepsOf(inputs, GRID)).at(-1)

describe('figures', () => {
  it.each<[name: string, derived: Derived, inputs: Sample[][], value: number, unit: string]>([
    ['volume of a level in mm', { of: 'LT', compute: 'volume' }, [still(5_000)], 5 * AREA, 'm3'],
    ['volume of a level in m', { of: 'LM', compute: 'volume' }, [still(5)], 5 * AREA, 'm3'],
    ['in litres', { of: 'LM', compute: 'volume', unit: 'L' }, [still(5)], 5_000 * AREA, 'L'],
    [
      'standard volume of 10,000 m3 that are a kelvin too warm',
      { of: 'VOL', compute: 'standard-volume', temperature: 'TT' },
      [still(10_000), still(16)],
      9_987.9957,
      'm3',
    ],
    [
      'the same with a thermometer in K',
      { of: 'VOL', compute: 'standard-volume', temperature: 'TK' },
      [still(10_000), still(289.15)],
      9_987.9957,
      'm3',
    ],
    ['tonnes', { of: 'VOL', compute: 'inventory' }, [still(1_000)], 740, 't'],
    [
      'tonnes of what is warm',
      { of: 'VOL', compute: 'inventory', temperature: 'TT' },
      [still(1_000), still(16)],
      739.1117,
      't',
    ],
    [
      'tonnes by a densitometer: the density of the tank times the volume of the tank',
      { of: 'VOL', compute: 'inventory', temperature: 'TT', density: 'DT' },
      [still(1_000), still(25), still(731)],
      731,
      't',
    ],
  ])('%s', (_, derived, inputs, value, unit) => {
    expect(made(derived).unit).toBe(unit)
    const result = lastOf(derived, inputs)
    expect(result).toMatchObject({ quality: 'good', coverage: 1 })
    expect(result?.value).toBeCloseTo(value, 2)
  })
})

describe('what is not good', () => {
  const volume: Derived = { of: 'LM', compute: 'volume' }
  const inventory: Derived = { of: 'VOL', compute: 'inventory', temperature: 'TT', density: 'DT' }
  const roofed = tankFile({ ...ROUND, roof: { mass: 20_000, floats: 2, zone: 0.3 } })

  it.each<[name: string, derived: Derived, inputs: Sample[][], expected: object, tank?: TankFile]>([
    ['never a reading', volume, [[]], { quality: 'bad', reason: 'inputs', coverage: 0 }],
    [
      'a bad level',
      volume,
      [still(5, { quality: 'bad', reason: 'timeout' })],
      { quality: 'bad', reason: 'inputs', coverage: 0 },
    ],
    [
      'an uncertain level',
      volume,
      [still(5, { quality: 'uncertain', reason: 'clock' })],
      { value: 5 * AREA, quality: 'uncertain', reason: 'imprecise', coverage: 1 },
    ],
    [
      'a level above the rim',
      volume,
      [still(12.4)],
      { value: 12 * AREA, quality: 'uncertain', reason: 'out-of-spec', coverage: 1 },
    ],
    [
      'a level below the zero of the gauge',
      volume,
      [still(-0.2)],
      { value: 0, quality: 'uncertain', reason: 'out-of-spec', coverage: 1 },
    ],
    [
      'where the roof begins to float',
      volume,
      [still(1.9)],
      { quality: 'uncertain', reason: 'imprecise' },
      roofed,
    ],
    [
      'a bad thermometer',
      { of: 'LM', compute: 'standard-volume', temperature: 'TT' },
      [still(5), [{ time: START }]],
      { quality: 'bad', reason: 'inputs', coverage: 0 },
    ],
    [
      'an uncertain thermometer',
      { of: 'LM', compute: 'standard-volume', temperature: 'TT' },
      [still(5), still(15, { quality: 'uncertain' })],
      { quality: 'uncertain', reason: 'imprecise', coverage: 1 },
    ],
    [
      'a bad densitometer',
      inventory,
      [still(5), still(15), [{ time: START }]],
      { quality: 'bad', reason: 'inputs', coverage: 0 },
    ],
    [
      'an uncertain densitometer',
      inventory,
      [still(1_000), still(15), still(740, { quality: 'uncertain' })],
      { value: 740, quality: 'uncertain', reason: 'imprecise' },
    ],
  ])('%s', (_, derived, inputs, expected, tank) => {
    const result = lastOf(derived, inputs, tank)
    expect(result).toMatchObject(expected)
    if (!('value' in expected) && result?.quality === 'bad') expect(result).not.toHaveProperty('value')
  })
})

describe('a level that no liquid can make', () => {
  const { computation } = made({ of: 'LM', compute: 'volume' })
  // 3 x 500 m3/h on 314 m2 are 1.33 mm/s, and 6 mm are noise.
  const levels = [5, 5.001, 7, 5.002, 5.003]
  const samples = levels.map((value, at): Sample => ({ time: START + at * 1_000 + 500, value }))

  it('has no value, is told and counted, and is no measure of the next one', () => {
    const running = computation.start()
    const results = stepsOf([samples], { ...GRID, count: 5 }).map((step) => running.step(step))
    expect(results.map(({ quality, reason }) => reason ?? quality)).toEqual([
      'good',
      'good',
      'implausible-rate',
      'good',
      'good',
    ])
    expect(results[2]).toEqual({ quality: 'bad', reason: 'implausible-rate', coverage: 0 })
    expect(running.describe?.()).toEqual({ tank: 'T-101', rejects: 1 })
  })

  it('is counted once while it is held', () => {
    const running = computation.start()
    const held: Sample[] = [
      { time: START, value: 5 },
      { time: START + 1_500, value: 7 },
    ]
    const results = stepsOf([held], GRID).map((step) => running.step(step))
    expect(new Set(results.slice(1).map(({ reason }) => reason))).toEqual(new Set(['implausible-rate']))
    expect(running.describe?.()).toMatchObject({ rejects: 1 })
  })

  it('is taken as true once a flow could have made it', () => {
    const jump = ramp((time) => (time < START + 3_600_000 ? 5 : 7), {
      from: START,
      everyMs: 60_000,
      count: 100,
    })
    const results = run(computation, stepsOf([jump], { from: START - 60_000, everyMs: 60_000, count: 100 }))
    // 2 m less 6 mm at 4.77 m/h, after the last sample at 5 m.
    const first = results.findIndex(({ quality, value }) => quality === 'good' && (value ?? 0) > 6.5 * AREA)
    expect(first).toBe(59 + Math.ceil((1.994 / (1_500 / AREA)) * 60))
    expect(results[first - 1]).toMatchObject({ reason: 'implausible-rate' })
  })

  it.each([
    [1, 3],
    [4, 9],
    [60, 121],
  ])(
    'is taken as true when it contradicts a false echo of the first %i s, from second %i on',
    (echo, heard) => {
      // The true level rises all the while, as fast as it may.
      const level = ramp((time) => (time < START + echo * 1_000 ? 0.3 : 8 + (time - START) / 3_600_000), {
        from: START,
        everyMs: 1_000,
        count: 200,
      })
      const results = run(computation, stepsOf([level], { from: START - 1_000, everyMs: 1_000, count: 200 }))
      expect(results.slice(echo, heard).every(({ reason }) => reason === 'implausible-rate')).toBe(true)
      expect(results[heard]).toMatchObject({ quality: 'uncertain', reason: 'imprecise' })
      expect(results[heard]?.value).toBeCloseTo((8 + heard / 3_600) * AREA, 6)
      expect(results.slice(heard + 1).every(({ quality }) => quality === 'good')).toBe(true)
    },
  )

  it('is kept out as long as it does not last longer than what it contradicts did', () => {
    const level = ramp((time) => (time < START + 30_000 || time > START + 60_000 ? 8 : 0.3), {
      from: START,
      everyMs: 1_000,
      count: 90,
    })
    const results = run(computation, stepsOf([level], { from: START - 1_000, everyMs: 1_000, count: 90 }))
    expect(results.filter(({ value }) => value !== undefined && value < 7 * AREA)).toEqual([])
    expect(results.at(-1)).toMatchObject({ quality: 'good' })
  })

  it('is kept out where the gauge was noisy for a moment just before', () => {
    // Noise of 9 mm is kept out, and both it and what was before agree with what follows.
    const levels = [...Array(60).fill(8), 8.009, 8.003, 8.003, ...Array(20).fill(0.3), 8.003, 8.003]
    const level = levels.map((value: number, at): Sample => ({ time: START + at * 1_000, value }))
    const grid = { from: START - 1_000, everyMs: 1_000, count: levels.length }
    const results = run(computation, stepsOf([level], grid))
    expect(results[60]).toMatchObject({ reason: 'implausible-rate' })
    expect(results.slice(61, 63).every(({ quality }) => quality === 'good')).toBe(true)
    expect(results.slice(63, 83).every(({ reason }) => reason === 'implausible-rate')).toBe(true)
    expect(results.at(-1)).toMatchObject({ quality: 'good' })
  })

  it('is heard soon when a gauge that was away for hours comes back with a false echo', () => {
    const levels: [second: number, value: number][] = [
      ...Array.from({ length: 60 }, (_, at): [number, number] => [at, 8]),
      ...Array.from({ length: 4 }, (_, at): [number, number] => [36_000 + at, 0.3]),
      ...Array.from({ length: 20 }, (_, at): [number, number] => [36_004 + at, 8]),
    ]
    const level = levels.map(([second, value]): Sample => ({ time: START + second * 1_000, value }))
    const running = computation.start()
    const results = level.map(({ time }) => running.step(stepOf([level], { from: time - 1_000, to: time })))
    expect(results[60]?.value).toBeCloseTo(0.3 * AREA, 6)
    expect(results[64]).toMatchObject({ reason: 'implausible-rate' })
    expect(results.slice(70).every(({ value = 0 }) => Math.abs(value - 8 * AREA) < 1e-6)).toBe(true)
  })

  it('is kept out where it agrees with nothing, however long that lasts', () => {
    const wild = ramp((time) => (time === START ? 8 : 2 + ((time / 1_000) % 3)), {
      from: START,
      everyMs: 1_000,
      count: 60,
    })
    const results = run(computation, stepsOf([wild], { from: START - 1_000, everyMs: 1_000, count: 60 }))
    expect(new Set(results.slice(1).map(({ reason }) => reason))).toEqual(new Set(['implausible-rate']))
  })

  it('is kept out after a restart as before it, and taken as true alike', () => {
    const level = ramp((time) => (time < START + 3_000 ? 0.3 : 8), { from: START, everyMs: 1_000, count: 12 })
    restartEqualsNoRestart(computation, stepsOf([level], { from: START - 1_000, everyMs: 1_000, count: 12 }))
  })

  it('is judged by the time on a clock that was set back, from its first sample on', () => {
    const { computation } = made({ of: 'LM', compute: 'volume' })
    const running = computation.start()
    const [step] = stepsOf([still(5)], GRID)
    if (step === undefined) return expect.unreachable()
    // Ten minutes at 500 m3/h went in while the clock was set back by an hour.
    const at = (time: number, value: number) =>
      running.step({ ...step, inputs: step.inputs.map((slice) => ({ ...slice, time, value })) })
    expect(at(START, 5)).toMatchObject({ quality: 'good' })
    expect(at(START - 3_000_000, 5.265)).toMatchObject({ quality: 'good' })
    expect(at(START - 2_999_000, 8)).toMatchObject({ quality: 'bad', reason: 'implausible-rate' })
    expect(at(START - 2_998_000, 5.266)).toMatchObject({ quality: 'good' })
  })

  it('is let through where nobody said how much may flow', () => {
    const { maxFlow: _, ...free } = ROUND
    const results = run(made({ of: 'LM', compute: 'volume' }, free).computation, stepsOf([samples], GRID))
    expect(results.every(({ quality }) => quality === 'good')).toBe(true)
  })
})

describe.each<[name: string, derived: Derived]>([
  ['volume', { of: 'LM', compute: 'volume' }],
  ['standard volume', { of: 'LM', compute: 'standard-volume', temperature: 'TT' }],
  ['inventory', { of: 'LM', compute: 'inventory', temperature: 'TT', density: 'DT' }],
])('%s', (_, derived) => {
  const { computation } = made(derived)
  const level = [5, 5.003, 8, undefined, 5.004, 5.002, 5.001].map(
    (value, at): Sample => ({
      time: START + at * 1_300,
      ...(value === undefined ? {} : { value }),
    }),
  )
  const inputs = [level, still(17), still(739)].slice(0, 1 + Object.keys(derived).length - 2)

  it('goes on after a restart as if there had been none', () => {
    restartEqualsNoRestart(computation, stepsOf(inputs, GRID))
  })

  it('does not care when it is, nor how often a value is said', () => {
    shiftInvariant(computation, inputs, GRID, 7)
    splitInvariant(computation, inputs, GRID, [700, 1_900, 5_600])
  })

  it('goes on after a time in which nothing was computed', () => {
    const running = computation.start()
    for (const step of stepsOf(inputs, GRID)) running.step(step)
    const later = stepOf(inputs, { from: START + 10_000, to: START + 3_610_000 })
    expect(running.step(later)).toMatchObject({ quality: 'good', coverage: 1 })
  })
})

it.each<[derived: Derived, problem: string]>([
  [{ of: 'LM', compute: 'volume', tank: 'T-9' }, 'tank: no tank "T-9"; there are T-101'],
  [{ of: 'GT', compute: 'volume' }, 'of: GT in %LEL is neither a level nor a volume'],
  [{ of: 'LM', compute: 'volume', unit: 't' }, 'unit: t is no unit of what it gives, which is in m3'],
  [{ of: 'LM', compute: 'standard-volume', temperature: 'DT' }, 'temperature: DT in kg/m3 is no temperature'],
  [{ of: 'LM', compute: 'inventory', density: 'TT' }, 'density: TT in degC is no density'],
  [{ of: 'OTHER', compute: 'inventory' }, 'of: OTHER is of tank "T-102"'],
  [
    { of: 'STD', compute: 'inventory', temperature: 'TT' },
    'temperature: STD is at the reference temperature already: leave it out, or begin with the level',
  ],
  [
    { of: 'STD', compute: 'inventory', density: 'DT' },
    'density: STD is at the reference temperature already: leave it out, or begin with the level',
  ],
  [{ of: 'STD', compute: 'time-to-limit' }, 'of: STD is at the reference temperature, and levels are not'],
  [{ of: 'STD', compute: 'overfill' }, 'of: STD is at the reference temperature, and levels are not'],
])('refuses %j', (derived, problem) => {
  expect(refusalsOf({ tank: 'T-101', ...derived }, KNOWN, { tanks: [ROUND] })).toEqual([problem])
})

it('takes a standard volume for the tonnes that it is', () => {
  expect(lastOf({ of: 'STD', compute: 'inventory' }, [still(1_000)])).toMatchObject({ value: 740 })
})

it('refuses a correction and tonnes of a liquid that nobody knows', () => {
  const { substance: _, ...bare } = ROUND
  const refusals = (derived: Derived) => refusalsOf({ tank: 'T-101', ...derived }, KNOWN, { tanks: [bare] })
  expect(refusals({ of: 'LM', compute: 'standard-volume', temperature: 'TT' })).toEqual([
    'temperature: tank "T-101" has no substance with its expansion',
  ])
  expect(refusals({ of: 'LM', compute: 'inventory' })).toEqual([
    'tank: tank "T-101" has no substance with its density',
  ])
})

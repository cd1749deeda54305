import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Result } from '../../../../contracts/analytics/computation.ts'
import {
  type Derived,
  derive,
  type Held,
  refusalsOf,
  restartEqualsNoRestart,
  run,
  type Sample,
  START,
  sensors,
  splitInvariant,
  stepOf,
  stepsHolding,
} from '../steps.ts'

const KNOWN = sensors({
  FT: { kind: 'flow', unit: 'm3/h' },
  FL: { kind: 'flow', unit: 'L/min' },
  GT: { unit: 'ppm' },
  P: { kind: 'state', unit: '1' },
  W: { kind: 'electrical', unit: 'kW' },
  TT: { kind: 'temperature', unit: 'degC' },
})
const FLOW: Derived = { of: 'FT', compute: 'total' }
const MINUTE = 60_000
const HOUR = 60 * MINUTE
const GAP: Held = { reason: 'timeout' }
/** Every minute; START is 10:00 in Shanghai. */
const EVERY_MINUTE = { from: START, everyMs: MINUTE }

function minutes(count: number, held: Held = 60): Held[] {
  return Array.from({ length: count }, () => held)
}

function totals(derived: Derived, held: readonly Held[], from = START): Result[] {
  return run(derive(derived, KNOWN).computation, stepsHolding([held], { ...EVERY_MINUTE, from }))
}

describe('a total', () => {
  it.each([
    ['FT', undefined, 60, 'm3'],
    ['FT', 'L', 60_000, 'L'],
    ['FL', undefined, 3_600, 'L'],
    ['FL', 'm3', 3.6, 'm3'],
    ['GT', undefined, 60, 'ppm.h'],
    ['W', undefined, 60, 'kWh'],
  ] as const)('of an hour of 60 of %s in %s is %d %s', (of, unit, value, told) => {
    const derived: Derived = { of, compute: 'total', ...(unit === undefined ? {} : { unit }) }
    expect(derive(derived, KNOWN).unit).toBe(told)
    expect(totals(derived, minutes(60)).at(-1)?.value).toBeCloseTo(value, 9)
  })

  it('of a running state is the time that it ran', () => {
    expect(
      totals({ of: 'P', compute: 'total' }, [...minutes(30, 1), ...minutes(30, 0)]).at(-1)?.value,
    ).toBeCloseTo(0.5, 12)
  })

  it('a gap adds nothing and lowers the coverage; below three quarters there is none', () => {
    const results = totals(FLOW, [...minutes(8), ...minutes(3, GAP)])
    expect(results[9]).toMatchObject({ value: expect.closeTo(8, 9), quality: 'good', coverage: 0.8 })
    expect(results[10]).toEqual({
      quality: 'bad',
      reason: 'inputs',
      coverage: 8 / 11,
      atLeast: expect.closeTo(8, 9),
    })
    expect(totals({ ...FLOW, minCoverage: 0 }, [...minutes(1), ...minutes(9, GAP)]).at(-1)).toMatchObject({
      value: expect.closeTo(1, 9),
      coverage: 0.1,
    })
  })

  it('of a flow that has returned is no least of what it may be', () => {
    const results = totals(FLOW, [...minutes(7), ...minutes(1, -60), ...minutes(4, GAP)])
    expect(results.at(-1)).toEqual({ quality: 'bad', reason: 'inputs', coverage: 8 / 12 })
  })

  it('of which an older checkpoint does not say that the flow never returned is no least either', () => {
    const { computation } = derive(FLOW, KNOWN)
    const steps = stepsHolding([[...minutes(7), ...minutes(1, -60), ...minutes(4, GAP)]], EVERY_MINUTE)
    const before = computation.start()
    for (const step of steps.slice(0, 8)) before.step(step)
    const { hasReturned: _, ...kept } = before.snapshot() as { hasReturned: boolean }
    const after = computation.start(kept)
    expect(
      steps
        .slice(8)
        .map((step) => after.step(step))
        .at(-1),
    ).not.toHaveProperty('atLeast')
  })

  it('is uncertain with its input, and while less than three quarters was good', () => {
    const doubtful: Held = { value: 60, quality: 'uncertain' }
    const qualities = totals(FLOW, [...minutes(6), ...minutes(3, doubtful), ...minutes(3)]).map(
      ({ quality }) => quality,
    )
    expect(qualities.slice(5)).toEqual(['good', ...Array(5).fill('uncertain'), 'good'])
  })

  it('ten years of small amounts lose nothing to rounding', () => {
    const computation = derive(FLOW, KNOWN).computation.start({
      from: START - 1e15,
      until: null,
      usableMs: 1e15,
      goodMs: 1e15,
      integral: 1e16,
      lost: 0,
    })
    const [step] = stepsHolding([[0.5]], { from: START, everyMs: 1 })
    let last: Result | undefined
    for (let at = 0; at < 1_000; at += 1) last = step && computation.step(step)
    // Half of what the sum can tell apart, a thousand times.
    expect((last?.value ?? 0) * HOUR).toBe(1e16 + 500)
  })
})

describe('begins anew', () => {
  const DAY: Derived = { ...FLOW, reset: 'day', minCoverage: 0 }

  it('after midnight of the facility, and reads the whole day at midnight itself', () => {
    // 23:58 in Shanghai.
    const results = totals(DAY, minutes(4), START + 14 * HOUR - 2 * MINUTE)
    expect(results.map(({ value }) => Math.round(value ?? -1))).toEqual([1, 2, 1, 2])
    expect(results.map(({ coverage }) => Math.round(coverage * 1_440))).toEqual([1, 2, 1440, 1440])
  })

  it('with each shift', () => {
    const results = totals({ ...DAY, reset: 'shift' }, minutes(3), START + 10 * HOUR - MINUTE)
    expect(results.map(({ value }) => Math.round(value ?? -1))).toEqual([1, 1, 2])
  })

  it('counts what was not seen of its period as a gap', () => {
    const [first] = totals({ ...FLOW, reset: 'shift' }, minutes(1))
    expect(first).toMatchObject({ quality: 'bad', reason: 'inputs', coverage: 1 / 121 })
  })

  it('takes of a step that began before it the share that lies in it', () => {
    const { computation } = derive(DAY, KNOWN)
    const midnight = START + 14 * HOUR
    const flow: Sample[] = [{ time: START, value: 60 }]
    const result = computation
      .start()
      .step(stepOf([flow], { from: midnight - 90 * MINUTE, to: midnight + 30 * MINUTE }))
    expect(result).toMatchObject({ value: expect.closeTo(30, 9), coverage: 1 })
  })

  it('shows since when and until when', () => {
    const running = derive(DAY, KNOWN).computation.start()
    for (const step of stepsHolding([minutes(1)], EVERY_MINUTE)) running.step(step)
    expect(running.describe?.()).toEqual({ since: START - 10 * HOUR, until: START + 14 * HOUR })
  })

  it('has a memory that reaches back to the beginning of its period', () => {
    expect(derive(DAY, KNOWN).computation.memoryMs).toBe(26 * HOUR)
    expect(derive(FLOW, KNOWN).computation.memoryMs).toBeUndefined()
  })
})

describe('check refuses', () => {
  it.each([
    [{ of: 'TT', compute: 'total' }, ['unit: total of these needs a unit: what is the result in?']],
    [{ of: 'FT', compute: 'total', unit: 'kg' }, ['unit: m3/h does not add up to kg']],
    [{ of: 'FT', compute: 'total', window: '1m' }, ['window: total has no window']],
  ] as const)('%j', (derived, problems) => {
    expect(refusalsOf(derived, KNOWN)).toEqual(problems)
  })

  it('shifts where there are none', () => {
    expect(refusalsOf({ ...FLOW, reset: 'shift' }, KNOWN, { shifts: [] })).toEqual([
      'reset: the facility has no shifts',
    ])
  })
})

describe('any total', () => {
  const held = fc.oneof(
    fc.double({ min: -1e6, max: 1e6, noNaN: true }),
    fc.constant(undefined),
    fc.constant<Held>({ value: 3, quality: 'uncertain' }),
  )
  const reset = fc.constantFrom('never' as const, 'shift' as const, 'day' as const)

  it('goes on after a restart as if there had been none', () => {
    fc.assert(
      fc.property(fc.array(held, { minLength: 1, maxLength: 30 }), reset, (all, when) => {
        const steps = stepsHolding([all], { from: START + 9 * HOUR, everyMs: 10 * MINUTE })
        restartEqualsNoRestart(derive({ ...FLOW, reset: when, minCoverage: 0.1 }, KNOWN).computation, steps)
      }),
      { numRuns: 40 },
    )
  })

  it('does not mind in how many batches a held value came', () => {
    const flow = fc.array(fc.double({ min: 0, max: 100, noNaN: true }), { minLength: 1, maxLength: 20 })
    fc.assert(
      fc.property(flow, fc.array(fc.integer({ min: 0, max: 20 * MINUTE })), (all, splits) => {
        const samples = all.map((value, at) => ({ time: START + at * 61_234, value }))
        const grid = { from: START, everyMs: MINUTE, count: 20 }
        splitInvariant(derive(FLOW, KNOWN).computation, [samples], grid, splits)
      }),
      { numRuns: 40 },
    )
  })
})

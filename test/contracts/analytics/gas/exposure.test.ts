import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Computation, Result, Step } from '../../../../contracts/analytics/computation.ts'
import vectors from '../../../vectors/exposure.json' with { type: 'json' }
import {
  type Derived,
  derive,
  restartEqualsNoRestart,
  run,
  type Sample,
  START,
  sensors,
  shiftInvariant,
  splitInvariant,
  stepsOf,
} from '../steps.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
/** A grid of 20 s: three steps a minute keep tests fast. */
const EVERY = 20_000
const KNOWN = sensors({ CO: { unit: 'ppm', quantity: 'CO' } })

const made = (derived: Partial<Derived>): Computation =>
  derive({ of: 'CO', compute: 'stel', every: '20s', ...derived }, KNOWN).computation
const stel = (derived: Partial<Derived> = {}) => made(derived)
const twa = (derived: Partial<Derived> = {}) => made({ compute: 'twa', ...derived })

/** A reading at the start of each minute, undefined for a bad one. */
function minutes(values: readonly (number | undefined)[], from = START): Sample[] {
  return values.map((value, at) => {
    const time = from + at * MINUTE
    return value === undefined ? { time, quality: 'bad', reason: 'inhibited' } : { time, value }
  })
}

function lastOf(computation: Computation, samples: readonly Sample[], forMs: number, from = START): Result {
  const steps = stepsOf([samples], { from, everyMs: EVERY, count: forMs / EVERY })
  return run(computation, steps).at(-1) ?? { quality: 'bad', coverage: 0 }
}

const times = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value)

describe('stel', () => {
  it('is the mean of the last 15 minute averages', () => {
    const values = [...times(10, 0), ...times(5, 30), ...times(15, 90)]
    expect(lastOf(stel(), minutes(values), 15 * MINUTE)).toEqual({ value: 10, quality: 'good', coverage: 1 })
    expect(lastOf(stel(), minutes(values), 20 * MINUTE).value).toBeCloseTo((5 * 30 + 5 * 90) / 15, 12)
    expect(lastOf(stel(), minutes(values), 30 * MINUTE).value).toBeCloseTo(90, 12)
  })

  it('changes when a minute is complete, and not before', () => {
    const values = [...times(15, 0), 150, 150]
    const before = lastOf(stel(), minutes(values), 15 * MINUTE + 2 * EVERY)
    expect(before.value).toBe(0)
    expect(lastOf(stel(), minutes(values), 16 * MINUTE).value).toBeCloseTo(10, 12)
  })

  it('has the arithmetic mean of what a minute held', () => {
    const samples = [
      { time: START, value: 0 },
      { time: START + 14 * MINUTE, value: 60 },
      { time: START + 14 * MINUTE + 30_000, value: 0 },
    ]
    expect(lastOf(stel(), samples, 15 * MINUTE).value).toBeCloseTo(2, 12)
  })

  it('counts negative values as zero', () => {
    expect(lastOf(stel(), minutes([...times(14, -5), 15]), 15 * MINUTE).value).toBeCloseTo(1, 12)
  })

  it.each([
    [12, 'good'],
    [11, 'bad'],
  ])('with %d of 15 minutes it is %s', (seen, quality) => {
    const values = [...times(15 - seen, undefined), ...times(seen, 30)]
    const result = lastOf(stel(), minutes(values), 15 * MINUTE)
    expect(result).toMatchObject({ quality, coverage: seen / 15 })
    expect(result.value).toBe(quality === 'good' ? 30 : undefined)
    if (quality === 'bad') expect(result.reason).toBe('inputs')
  })

  it.each([
    [45_000, 1],
    [44_000, 14 / 15],
  ])('a minute that is usable for %d ms makes the coverage %d', (usableMs, coverage) => {
    const samples: Sample[] = [
      { time: START, value: 10 },
      { time: START + 14 * MINUTE + usableMs, quality: 'bad', reason: 'timeout' },
    ]
    expect(lastOf(stel(), samples, 15 * MINUTE).coverage).toBeCloseTo(coverage, 12)
    expect(lastOf(stel(), samples, 15 * MINUTE).value).toBeCloseTo(10, 12)
  })

  it.each([
    [8, 8 * 2],
    [0, 0],
  ])('with %d of 15 minutes is at least what these alone come to', (seen, atLeast) => {
    const values = [...times(15 - seen, undefined), ...times(seen, 30)]
    expect(lastOf(stel(), minutes(values), 15 * MINUTE)).toEqual({
      quality: 'bad',
      reason: 'inputs',
      coverage: seen / 15,
      atLeast,
    })
  })

  const above = (from: number, until = 15): Sample[] => [
    ...minutes(times(from, 5)),
    { time: START + from * MINUTE, quality: 'bad', reason: 'above-range' },
    ...minutes(times(Math.max(0, 15 - until), 5), START + until * MINUTE),
  ]

  it('is beyond its range when its input is and too little was seen, and not for three minutes', () => {
    expect(lastOf(stel(), above(12), 15 * MINUTE)).toMatchObject({ value: 5, quality: 'good' })
    expect(lastOf(stel(), above(11), 15 * MINUTE)).toEqual({
      quality: 'bad',
      reason: 'above-range',
      coverage: 11 / 15,
    })
    // It is back: nobody knows how much it was.
    expect(lastOf(stel(), above(8, 14), 15 * MINUTE)).toMatchObject({ reason: 'inputs', atLeast: 3 })
  })

  it('leaves out the minute in which it began', () => {
    const from = START + 20_000
    const samples = [{ time: from, value: 10 }]
    expect(lastOf(stel(), samples, 12 * MINUTE, from).quality).toBe('bad')
    expect(lastOf(stel(), samples, 12 * MINUTE + 40_000, from)).toMatchObject({ value: 10, coverage: 0.8 })
  })

  it('is uncertain while one of its minutes is', () => {
    const samples: Sample[] = minutes(times(40, 10))
    samples[3] = { time: START + 3 * MINUTE, value: 10, quality: 'uncertain', reason: 'clock' }
    expect(lastOf(stel(), samples, 15 * MINUTE)).toMatchObject({ quality: 'uncertain', reason: 'imprecise' })
    expect(lastOf(stel(), samples, 18 * MINUTE).quality).toBe('uncertain')
    expect(lastOf(stel(), samples, 19 * MINUTE).quality).toBe('good')
  })

  it('is given in another unit', () => {
    expect(lastOf(stel({ unit: '%vol' }), minutes(times(15, 200)), 15 * MINUTE).value).toBeCloseTo(0.02, 12)
    const value = lastOf(stel({ unit: 'mg/m3' }), minutes(times(15, 17.17)), 15 * MINUTE).value
    expect(value).toBeCloseTo(20, 1)
  })

  it('goes on after a time in which nothing was computed', () => {
    const running = stel().start()
    const [first] = stepsOf([minutes([10])], { from: START, everyMs: MINUTE, count: 1 })
    const seen = (share: number, from: number, to: number): Step => ({
      from,
      to,
      inputs: [
        { ...slice(first), usableMs: share * (to - from), positiveIntegral: share * 30 * (to - from) },
      ],
    })
    running.step(seen(1, START, START + MINUTE))
    // Four fifths of two hours were seen, nobody knows which: each of their minutes was, to four fifths.
    expect(running.step(seen(0.8, START + MINUTE, START + 2 * HOUR)).value).toBeCloseTo(30, 12)
    expect(running.step(seen(0.1, START + 2 * HOUR, START + 4 * HOUR))).toMatchObject({
      quality: 'bad',
      coverage: 0,
    })
  })
})

function slice(step: Step | undefined) {
  const [found] = step?.inputs ?? []
  if (found === undefined) throw new Error('a step has an input')
  return found
}

describe('periods beyond a short-term limit', () => {
  const EPISODE = [...times(15, 400), ...times(45, 0)]
  const described = (values: readonly number[], from = START) => {
    const running = stel({ substance: 'CO', basis: 'PC-STEL', unit: 'mg/m3' }).start()
    for (const step of stepsOf([minutes(values, from)], {
      from,
      everyMs: MINUTE,
      count: values.length,
    }))
      running.step(step)
    return running.describe?.()
  }

  it('are counted', () => {
    expect(described([...EPISODE, ...EPISODE])).toMatchObject({
      limit: { basis: 'PC-STEL', value: 30, edition: 'GBZ 2.1-2019', isConfirmed: true },
      periods: 2,
      mostPeriods: 4,
      isBeyond: false,
      leastApartMs: HOUR,
      isKept: false,
    })
  })

  it('are counted by what was seen alone, and a hole ends none', () => {
    const running = stel({ substance: 'CO', basis: 'PC-STEL', unit: 'mg/m3' }).start()
    const beyond = () => (running.describe?.() as { isBeyond: boolean; periods: number }) ?? {}
    const samples = minutes([...times(6, 400), ...times(9, undefined), ...times(6, undefined)])
    const steps = stepsOf([samples], { from: START, everyMs: MINUTE, count: 21 })
    for (const step of steps.slice(0, 15)) running.step(step)
    expect(beyond()).toMatchObject({ isBeyond: true, periods: 1 })
    for (const step of steps.slice(15)) running.step(step)
    expect(beyond()).toMatchObject({ isBeyond: true, periods: 1 })
  })

  it('are counted when more than can be measured', () => {
    const running = stel({ substance: 'CO', basis: 'PC-STEL', unit: 'mg/m3' }).start()
    const samples: Sample[] = [{ time: START, quality: 'bad', reason: 'above-range' }]
    for (const step of stepsOf([samples], { from: START, everyMs: MINUTE, count: 3 })) running.step(step)
    expect(running.describe?.()).toMatchObject({ isBeyond: true, periods: 1 })
  })

  it('are kept when an hour apart', () => {
    const apart = [...EPISODE, ...times(60, 0), ...EPISODE, ...times(60, 0)]
    expect(described(apart)).toMatchObject({ periods: 2, isKept: true })
    expect(described([...apart, ...apart])).toMatchObject({ periods: 4, isKept: true })
    expect(described([...apart, ...apart, ...EPISODE])).toMatchObject({ periods: 5, isKept: false })
  })

  it('begin anew with the shift, and one under way is its first', () => {
    // Shanghai: 20:00 is 12:00 UTC, ten hours after START.
    const from = START + 10 * HOUR - 60 * MINUTE
    expect(described([...EPISODE, ...times(5, 0)], from)).toMatchObject({ periods: 0 })
    expect(described([...times(45, 0), ...times(20, 400)], from)).toMatchObject({
      periods: 1,
      isBeyond: true,
    })
  })
})

describe('twa', () => {
  const { hours, ppm, twa: wanted } = vectors.osha8h
  const shift = ppm.flatMap((value, at) => times((hours[at] ?? 0) * 60, value))

  it.each(['moving', 'accumulated'] as const)('%s: the example of 29 CFR 1910.1000(d)', (mode) => {
    const result = lastOf(twa({ mode }), minutes(shift), 8 * HOUR)
    expect(result.value).toBeCloseTo(wanted, 9)
    expect(result).toMatchObject({ quality: 'good', coverage: 1 })
  })

  it.each(['moving', 'accumulated'] as const)('%s: grows by a minute average over 480', (mode) => {
    expect(lastOf(twa({ mode }), minutes([48]), MINUTE).value).toBeCloseTo(0.1, 12)
    expect(lastOf(twa({ mode }), minutes(times(240, 48)), 4 * HOUR).value).toBeCloseTo(24, 12)
  })

  it('accumulated exceeds what there ever was after more than eight hours', () => {
    const samples = minutes(times(12 * 60, 40))
    // The shift begins at 08:00 and ends at 20:00, Shanghai.
    const from = START - 2 * HOUR
    const shifted = samples.map((sample) => ({ ...sample, time: sample.time - 2 * HOUR }))
    expect(lastOf(twa({ mode: 'accumulated' }), shifted, 12 * HOUR, from).value).toBeCloseTo(60, 9)
    expect(lastOf(twa(), shifted, 12 * HOUR, from).value).toBeCloseTo(40, 9)
  })

  it.each([
    ['shift', 10 * HOUR],
    ['day', 14 * HOUR],
  ] as const)('accumulated begins anew with the %s', (reset, until) => {
    const accumulated = twa({ mode: 'accumulated', reset, every: '1m' })
    const steps = stepsOf([minutes([60])], { from: START, everyMs: MINUTE, count: 15 * 60 })
    const results = run(accumulated, steps)
    const end = until / MINUTE
    expect(results[end - 1]?.value).toBeCloseTo((60 * end) / 480, 9)
    expect(results[end]?.value).toBeCloseTo(60 / 480, 12)
  })

  it('accumulated without an end needs everything since its beginning', () => {
    expect(twa({ mode: 'accumulated', reset: 'never' }).memoryMs).toBeUndefined()
    const result = lastOf(twa({ mode: 'accumulated', reset: 'never' }), minutes([10]), 48 * HOUR)
    expect(result.value).toBeCloseTo(60, 9)
  })

  it.each(['moving', 'accumulated'] as const)('%s: a gap is no zero', (mode) => {
    const values = [...times(90, 40), ...times(30, undefined)]
    const result = lastOf(twa({ mode }), minutes(values), 2 * HOUR)
    expect(result).toMatchObject({ quality: 'good', coverage: 0.75 })
    expect(result.value).toBeCloseTo(10, 12)
    expect(lastOf(twa({ mode }), minutes(values), 2 * HOUR + MINUTE)).toEqual({
      quality: 'bad',
      reason: 'inputs',
      coverage: 90 / 121,
      atLeast: expect.closeTo((90 * 40) / 480, 9),
    })
  })

  it('says what it is made of', () => {
    const running = twa({ substance: '630-08-0' }).start()
    for (const step of stepsOf([minutes([60])], { from: START, everyMs: MINUTE, count: 480 }))
      running.step(step)
    const told = running.describe?.()
    expect(told).toMatchObject({ mode: 'moving', passedMinutes: 480, seenMinutes: 480 })
    expect(told?.limits).toContainEqual(
      expect.objectContaining({ basis: 'OSHA-PEL', value: 50, isBeyond: true }),
    )
  })
})

const arbitrary = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.integer({ min: -20, max: 400 }) },
    { weight: 1, arbitrary: fc.constant(undefined) },
  ),
  { minLength: 3, maxLength: 40 },
)
/** Readings every 35 s: they fall anywhere in a minute. */
const readings = (values: readonly (number | undefined)[]): Sample[] =>
  minutes(values).map((sample, at) => ({
    ...sample,
    time: START + at * 35_000,
    ...(at % 7 === 3 && sample.value !== undefined ? { quality: 'uncertain', reason: 'clock' } : {}),
  }))
const count = (values: readonly unknown[]) => Math.ceil((values.length * 35_000) / EVERY)

describe.each([
  ['stel', stel({ window: '5m', substance: 'CO' })],
  ['twa, moving', twa({ window: '10m' })],
  ['twa, accumulated', twa({ mode: 'accumulated', window: '10m' })],
  ['ceiling', made({ compute: 'ceiling' })],
  ['ceiling over a window', made({ compute: 'ceiling', window: '5m' })],
])('%s', (_, computation) => {
  const grid = (values: readonly unknown[]) => ({ from: START, everyMs: EVERY, count: count(values) })

  it('goes on after a restart as if there were none', () => {
    fc.assert(
      fc.property(arbitrary, (values) =>
        restartEqualsNoRestart(computation, stepsOf([readings(values)], grid(values))),
      ),
      { numRuns: 30 },
    )
  })

  it('is the same some minutes later', () => {
    fc.assert(
      fc.property(arbitrary, fc.integer({ min: 1, max: 30 }), (values, later) =>
        shiftInvariant(computation, [readings(values)], grid(values), later * (MINUTE / EVERY)),
      ),
      { numRuns: 50 },
    )
  })

  it('does not depend on how its evidence was split', () => {
    fc.assert(
      fc.property(arbitrary, fc.array(fc.integer({ min: 0, max: 1_000_000 })), (values, splits) =>
        splitInvariant(computation, [readings(values)], grid(values), splits),
      ),
      { numRuns: 50 },
    )
  })

  it('never lets a bad value in', () => {
    fc.assert(
      fc.property(arbitrary, fc.integer({ min: 1_000, max: 100_000 }), (values, poison) => {
        const clean = readings(values)
        const poisoned = clean.map((sample) =>
          sample.quality === 'bad' ? { ...sample, value: poison } : sample,
        )
        const results = run(computation, stepsOf([poisoned], grid(values)))
        expect(results).toEqual(run(computation, stepsOf([clean], grid(values))))
        for (const { value, quality } of results) expect(value === undefined).toBe(quality === 'bad')
      }),
      { numRuns: 50 },
    )
  })
})

describe('memory', () => {
  it.each([
    ['stel', stel({ window: '5m' })],
    ['twa, moving', twa({ window: '10m' })],
    ['ceiling', made({ compute: 'ceiling' })],
  ])('%s needs no more of the past than it says', (_, computation) => {
    const { memoryMs = 0 } = computation
    const minute = fc.integer({ min: 0, max: 400 })
    fc.assert(
      fc.property(
        fc.array(minute, { minLength: 25, maxLength: 40 }),
        fc.integer({ min: 0, max: 3 }),
        (values, less) => {
          const steps = stepsOf([minutes(values)], {
            from: START,
            everyMs: EVERY,
            count: values.length * 3 - less,
          })
          const end = steps.at(-1)?.to ?? 0
          const whole = run(computation, steps).at(-1)
          const part = run(
            computation,
            steps.filter(({ to }) => to > end - memoryMs),
          ).at(-1)
          expect(part?.value).toBeCloseTo(whole?.value ?? Number.NaN, 9)
          expect(part?.coverage).toBe(whole?.coverage)
        },
      ),
      { numRuns: 50 },
    )
  })

  it('twa, accumulated, needs the shift and no more', () => {
    const computation = twa({ mode: 'accumulated', every: '5m' })
    const { memoryMs = 0 } = computation
    const values = Array.from({ length: 50 * 12 }, (_, at) => (at * 7919) % 100)
    const samples = values.map((value, at) => ({ time: START + at * 5 * MINUTE, value }))
    const steps = stepsOf([samples], { from: START, everyMs: 5 * MINUTE, count: values.length })
    const end = steps.at(-1)?.to ?? 0
    const recent = steps.filter(({ to }) => to > end - memoryMs)
    expect(recent.length).toBeLessThan(steps.length)
    expect(run(computation, recent).at(-1)?.value).toBeCloseTo(
      run(computation, steps).at(-1)?.value ?? Number.NaN,
      9,
    )
  })
})

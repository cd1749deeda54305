import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Step } from '../../../../contracts/analytics/computation.ts'
import {
  derive,
  type Grid,
  type Held,
  refusalsOf,
  restartEqualsNoRestart,
  run,
  type Sample,
  START,
  sensors,
  shiftInvariant,
  splitInvariant,
  stepOf,
  stepsHolding,
  stepsOf,
} from '../steps.ts'

const KNOWN = sensors({
  GT: {},
  LT: { kind: 'level', unit: 'mm' },
  VT: { kind: 'level', unit: 'm3' },
  TT: { kind: 'temperature', unit: 'degC' },
  PT: { kind: 'pressure', unit: 'MPa' },
  XT: { kind: 'electrical', unit: 'Hz' },
})
const KINDS = ['rate', 'mean', 'min', 'max', 'stddev', 'median'] as const
const GRID: Grid = { from: START, everyMs: 1_000, count: 10 }
const COUNTING = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]

function resultsOf(compute: string, held: readonly Held[], window = '10s') {
  return run(derive({ of: 'GT', compute, window }, KNOWN).computation, stepsHolding([held]))
}

function lastOf(compute: string, held: readonly Held[], window?: string) {
  return resultsOf(compute, held, window).at(-1)
}

describe('over a whole window', () => {
  it.each([
    ['mean', 5.5],
    ['min', 1],
    ['max', 10],
    ['median', 5.5],
    // Of 1 to 10: the square root of 55 / 6.
    ['stddev', Math.sqrt(55 / 6)],
    // One %LEL a second.
    ['rate', 60],
  ])('%s of 1 to 10 is %d', (compute, value) => {
    const result = lastOf(compute, COUNTING)
    expect(result).toMatchObject({ quality: 'good', coverage: 1 })
    expect(result?.value).toBeCloseTo(value, 12)
  })

  it.each([
    ['mean', 8],
    ['min', 6],
    ['max', 10],
    ['median', 8],
    ['stddev', Math.sqrt(2.5)],
    ['rate', 60],
  ])('%s of a window of 5s knows nothing of what was before', (compute, value) => {
    expect(lastOf(compute, COUNTING, '5s')?.value).toBeCloseTo(value, 12)
  })

  it('min and max know what came and went between two points of the grid, and the mean how long it stayed', () => {
    const spike: Sample[] = [
      { time: START, value: 5 },
      { time: START + 1_200, value: 50 },
      { time: START + 1_300, value: -20 },
      { time: START + 1_400, value: 5 },
    ]
    const of = (compute: string) =>
      run(derive({ of: 'GT', compute, window: '10s' }, KNOWN).computation, stepsOf([spike], GRID)).at(-1)
        ?.value
    expect(of('max')).toBe(50)
    expect(of('min')).toBe(-20)
    expect(of('median')).toBe(5)
    expect(of('mean')).toBeCloseTo((9.8 * 5 + 0.1 * 50 - 0.1 * 20) / 10, 12)
  })

  it('the median leaves no trace of a spike of two in five', () => {
    expect(lastOf('median', [1, 1, 1, 9_000, 9_000, 1], '5s')?.value).toBe(1)
    expect(lastOf('median', [1, 1, 9_000, 9_000, 9_000], '5s')?.value).toBe(9_000)
  })

  it('the slope of noise around a line is that of the line', () => {
    // 1 -1 -1 1 1 -1 -1 1 has no slope of its own.
    const noise = [1, -1, -1, 1, 1, -1, -1, 1]
    const held = noise.map((off, at) => 40 + 0.5 * at + off)
    expect(lastOf('rate', held, '8s')?.value).toBeCloseTo(30, 9)
  })
})

describe('units', () => {
  const slope = (of: string, unit?: string) => {
    const derived = { of, compute: 'rate', window: '10s', ...(unit === undefined ? {} : { unit }) } as const
    const { computation, unit: told } = derive(derived as Parameters<typeof derive>[0], KNOWN)
    return [run(computation, stepsHolding([COUNTING])).at(-1)?.value, told]
  }

  // One unit a second.
  it.each([
    ['GT', undefined, 60, '%LEL/min'],
    ['LT', undefined, 60, 'mm/min'],
    ['LT', 'm/h', 3.6, 'm/h'],
    ['LT', 'mm/s', 1, 'mm/s'],
    ['VT', undefined, 3_600, 'm3/h'],
    ['VT', 'L/min', 60_000, 'L/min'],
    ['TT', undefined, 60, 'K/min'],
    ['TT', 'K/h', 3_600, 'K/h'],
    ['PT', undefined, 60_000, 'kPa/min'],
    ['PT', 'bar/min', 600, 'bar/min'],
  ])('the rate of %s in %s is %d %s', (of, unit, value, told) => {
    const [found, name] = slope(of, unit)
    expect(found).toBeCloseTo(value, 6)
    expect(name).toBe(told)
  })

  it('a mean of millimetres may be told in metres, a spread of degrees in kelvin', () => {
    const mean = derive({ of: 'LT', compute: 'mean', window: '10s', unit: 'm' }, KNOWN).computation
    expect(run(mean, stepsHolding([COUNTING])).at(-1)?.value).toBeCloseTo(0.0055, 12)
    const hot = derive({ of: 'TT', compute: 'max', window: '10s', unit: 'K' }, KNOWN).computation
    expect(run(hot, stepsHolding([COUNTING])).at(-1)?.value).toBeCloseTo(283.15, 9)
    const spread = derive({ of: 'TT', compute: 'stddev', window: '10s' }, KNOWN)
    expect(spread.unit).toBe('K')
    expect(run(spread.computation, stepsHolding([COUNTING])).at(-1)?.value).toBeCloseTo(Math.sqrt(55 / 6), 9)
  })

  it.each([
    [{ of: 'LT', compute: 'rate', window: '10s', unit: 'K/min' }, 'unit: K/min is no rate of mm: there are'],
    [{ of: 'XT', compute: 'rate', window: '10s', unit: 'K/min' }, 'there is no unit for a rate of Hz'],
    [{ of: 'XT', compute: 'rate', window: '10s' }, 'unit: rate of these needs a unit'],
    [{ of: 'LT', compute: 'mean', window: '10s', unit: 'ppm' }, 'unit: mm cannot be told in ppm'],
    [{ of: 'TT', compute: 'stddev', window: '10s', unit: 'degC' }, 'unit: degC is a temperature'],
    [
      { of: 'LT', compute: 'mean', window: '1s' },
      'window: 1s: a window is no shorter than two polls, here 2s',
    ],
    [{ of: 'LT', compute: 'median' }, 'compute: median needs a window'],
  ] as const)('%j is refused', (derived, message) => {
    expect(refusalsOf(derived, KNOWN).join()).toContain(message)
  })
})

describe('what is missing', () => {
  const gap = (from: number, to: number) =>
    COUNTING.map((value, at) => (at >= from && at < to ? { value: 1e9, quality: 'bad' as const } : value))

  it.each([
    ['rate', 60],
    ['mean', 5.5],
    ['min', 1],
    ['max', 10],
    // 1 2 3 4 7 8 9 10: the squares of the distances from 5.5 add up to 82.
    ['stddev', Math.sqrt(82 / 7)],
    ['median', 5.5],
  ])('%s lowers its coverage by a gap and takes nothing from it', (compute, value) => {
    const result = lastOf(compute, gap(4, 6))
    expect(result).toMatchObject({ quality: 'good', coverage: 0.8 })
    expect(result?.value).toBeCloseTo(value, 9)
  })

  it.each(KINDS)('%s is none with less than three quarters', (compute) => {
    expect(lastOf(compute, gap(4, 7))).toMatchObject({ quality: 'bad', reason: 'inputs', coverage: 0.7 })
    expect(lastOf(compute, gap(4, 7))).not.toHaveProperty('value')
  })

  it.each(KINDS)(
    '%s says what it is at least, or at most, if what was not seen cannot change that',
    (compute) => {
      const { atLeast, atMost } = lastOf(compute, gap(4, 7)) ?? {}
      expect({ atLeast, atMost }).toEqual({
        atLeast: compute === 'max' ? 10 : undefined,
        atMost: compute === 'min' ? 1 : undefined,
      })
    },
  )

  it.each(KINDS)('%s is none before its window has filled up to there', (compute) => {
    const qualities = resultsOf(compute, COUNTING).map(({ quality }) => quality)
    expect(qualities).toEqual([...Array(7).fill('bad'), 'good', 'good', 'good'])
  })

  it.each(KINDS)('%s is uncertain while anything in its window was', (compute) => {
    const held = COUNTING.map((value, at): Held => (at === 2 ? { value, quality: 'uncertain' } : value))
    const told = resultsOf(compute, held, '5s').map(
      ({ quality, reason }) => `${quality}${reason === 'imprecise' ? '!' : ''}`,
    )
    const doubtful = 'uncertain!'
    expect(told.slice(3)).toEqual([doubtful, doubtful, doubtful, doubtful, 'good', 'good', 'good'])
  })

  it.each(KINDS)('%s without anything is none', (compute) => {
    expect(lastOf(compute, [undefined])).toEqual({ quality: 'bad', reason: 'inputs', coverage: 0 })
  })
})

describe('a step much longer than the grid', () => {
  const quiet = { time: START, value: 5 }

  it.each(KINDS)('%s has its coverage from what of it lies in the window', (compute) => {
    const { computation } = derive({ of: 'GT', compute, window: '10s' }, KNOWN)
    const running = computation.start()
    // Usable for a fifth of an hour that ends now: a fifth of the window counts, as if it were spread evenly.
    const samples: Sample[] = [quiet, { time: START + 720_000, reason: 'stale' }]
    const long = stepOf([samples], { from: START, to: START + 3_600_000 })
    expect(running.step(long)).toMatchObject({ quality: 'bad', reason: 'inputs', coverage: 0.2 })
  })

  it.each(['mean', 'min', 'max', 'rate', 'stddev', 'median'] as const)(
    '%s has forgotten the downtime a window later',
    (compute) => {
      const { computation } = derive({ of: 'GT', compute, window: '10s' }, KNOWN)
      const running = computation.start()
      const long = stepOf([[{ time: START - 3_600_000, value: 1e6 }]], { from: START - 3_600_000, to: START })
      running.step(long)
      let last: unknown
      for (const step of stepsHolding([COUNTING])) last = running.step(step)
      expect(last).toEqual(lastOf(compute, COUNTING))
    },
  )
})

describe('against the definition', () => {
  const values = fc.array(fc.option(fc.integer({ min: -50, max: 50 }), { nil: undefined, freq: 6 }), {
    minLength: 1,
    maxLength: 60,
  })

  it('they agree with sums over the window at every step', () => {
    fc.assert(
      fc.property(values, fc.integer({ min: 2, max: 20 }), (all, size) => {
        const steps = stepsHolding([all])
        for (const compute of KINDS) {
          const derived = { of: 'GT', compute, window: `${size}s`, minCoverage: 0 }
          const results = run(derive(derived, KNOWN).computation, steps)
          for (const [at, result] of results.entries()) {
            const from = Math.max(0, at + 1 - size)
            const window = all
              .slice(from, at + 1)
              .flatMap((value, time) => (value === undefined ? [] : [{ time, value }]))
            const wanted = defined(compute, window)
            if (Number.isNaN(wanted)) expect(result.quality).toBe('bad')
            else expect(result.value).toBeCloseTo(wanted, 8)
            expect(result.coverage).toBeCloseTo(window.length / size, 12)
          }
        }
      }),
      { numRuns: 60 },
    )
  })

  it('what passes through leaves nothing behind, however large', () => {
    const values = Array.from({ length: 300 }, (_, at) => (at === 20 ? 1e15 : 0.1 + (at % 7) * 0.001))
    for (const compute of KINDS) {
      const long = lastOf(compute, values)?.value ?? Number.NaN
      const short = lastOf(compute, values.slice(-10))?.value ?? Number.NaN
      expect(Math.abs(long - short), compute).toBeLessThan(1e-12)
    }
  })
})

/** Straight from the textbook. Times are in seconds, the rate is per minute. */
function defined(
  compute: (typeof KINDS)[number],
  points: readonly { time: number; value: number }[],
): number {
  const values = points.map(({ value }) => value).toSorted((a, b) => a - b)
  const count = values.length
  const sum = (of: (point: { time: number; value: number }) => number) =>
    points.reduce((total, point) => total + of(point), 0)
  const mean = sum(({ value }) => value) / count
  switch (compute) {
    case 'mean':
      return mean
    case 'min':
      return values[0] ?? Number.NaN
    case 'max':
      return values.at(-1) ?? Number.NaN
    case 'median':
      return (
        ((values[Math.floor((count - 1) / 2)] ?? Number.NaN) +
          (values[Math.floor(count / 2)] ?? Number.NaN)) /
        2
      )
    case 'stddev':
      return count < 2 ? Number.NaN : Math.sqrt(sum(({ value }) => (value - mean) ** 2) / (count - 1))
    case 'rate': {
      const meanTime = sum(({ time }) => time) / count
      const squares = sum(({ time }) => (time - meanTime) ** 2)
      if (count < 2) return Number.NaN
      return (sum(({ time, value }) => (time - meanTime) * (value - mean)) / squares) * 60
    }
  }
}

describe('any inputs', () => {
  const sample = fc.record({
    wait: fc.integer({ min: 1, max: 2_500 }),
    value: fc.double({ min: -1e3, max: 1e3, noNaN: true }),
    quality: fc.constantFrom(
      'good' as const,
      'good' as const,
      'good' as const,
      'uncertain' as const,
      'bad' as const,
    ),
  })
  const inputs = fc.array(sample, { minLength: 1, maxLength: 40 }).map((all) => {
    let time = START
    return all.map(({ wait, ...rest }): Sample => {
      time += wait
      return { time, ...rest }
    })
  })
  const grid: Grid = { from: START, everyMs: 1_000, count: 25 }
  const withDowntime = (samples: readonly Sample[]): Step[] => [
    ...stepsOf([samples], { ...grid, count: 8 }),
    stepOf([samples], { from: START + 8_000, to: START + 13_500 }),
    stepOf([samples], { from: START + 13_500, to: START + 14_000 }),
    ...stepsOf([samples], { ...grid, from: START + 14_000, count: 8 }),
  ]
  const computationOf = (compute: string, window = '6s') =>
    derive({ of: 'GT', compute, window, minCoverage: 0.3 }, KNOWN).computation

  it.each(KINDS)('%s goes on after a restart as if there had been none', (compute) => {
    fc.assert(
      fc.property(inputs, (samples) => restartEqualsNoRestart(computationOf(compute), withDowntime(samples))),
      { numRuns: 25 },
    )
  })

  it.each(KINDS)('%s does not mind when it is', (compute) => {
    fc.assert(
      fc.property(inputs, fc.integer({ min: 1, max: 1e9 }), (samples, steps) =>
        shiftInvariant(computationOf(compute), [samples], grid, steps),
      ),
      { numRuns: 25 },
    )
  })

  it.each(KINDS)('%s does not mind in how many batches a held value came', (compute) => {
    fc.assert(
      fc.property(inputs, fc.array(fc.integer({ min: 0, max: 24_000 })), (samples, splits) =>
        splitInvariant(computationOf(compute), [samples], grid, splits),
      ),
      { numRuns: 25 },
    )
  })

  it.each(KINDS)('%s keeps no more than its window, however long it runs', (compute) => {
    const running = computationOf(compute).start()
    const sizes = stepsHolding([Array(50).fill(COUNTING).flat()]).map((step) => {
      running.step(step)
      return JSON.stringify(running.snapshot()).length
    })
    expect(Math.max(...sizes.slice(100))).toBeLessThanOrEqual(2 * Math.max(...sizes.slice(0, 20)))
  })
})

import { describe, expect, it } from 'vitest'
import {
  type Derived,
  derive,
  ramp,
  refusalsOf,
  restartEqualsNoRestart,
  type Sample,
  sensors,
  shiftInvariant,
  splitInvariant,
  stepOf,
  stepsOf,
} from '../steps.ts'
import { ROUND } from './tanks.ts'

const KNOWN = sensors({
  LT: { kind: 'level', unit: 'm', pollMs: 60_000 },
  TT: { kind: 'temperature', unit: 'degC', pollMs: 60_000 },
  IN: { kind: 'flow', unit: 'm3/h', pollMs: 60_000 },
  OUT: { kind: 'flow', unit: 'L/min', pollMs: 60_000 },
  KG: { kind: 'flow', unit: 'kg/h', pollMs: 60_000 },
})
const MINUTE = 60_000
const HOUR = 60 * MINUTE
/** A full hour. */
const START = Date.UTC(2026, 10, 21, 2)
const AREA = Math.PI * 100
const GRID = { from: START, everyMs: MINUTE, count: 60 * 24 }
/** Of opening and closing. */
const SIGMA = Math.SQRT2 * 0.001 * AREA

const made = (more: Partial<Derived> = {}) =>
  derive({ of: 'LT', compute: 'balance', tank: 'T-101', inflow: 'IN', outflow: ['OUT'], ...more }, KNOWN, {
    tanks: [ROUND],
  }).computation
const always = (value: number): Sample[] => [{ time: START - HOUR, value }]
/** 30 m3/h come in, 20 m3/h go out, and so much is lost on the way. */
const level = (lossPerHour: number) =>
  ramp((time) => 4 + ((10 - lossPerHour) * ((time - START) / HOUR)) / AREA, {
    from: START - MINUTE,
    everyMs: MINUTE,
    count: GRID.count + 2,
  })
const FLOWS = [always(30), always(20_000 / 60)]

const runOf = (inputs: Sample[][], more: Partial<Derived> = {}) => {
  const running = made(more).start()
  const results = stepsOf(inputs, GRID).map((step) => running.step(step))
  return { results, last: results.at(-1), shown: running.describe?.() ?? {} }
}

describe('the account', () => {
  it('of a tight tank misses nothing', () => {
    const { results, shown } = runOf([level(0), ...FLOWS])
    // The first hour opens at its first minute, and closes at its end.
    expect(results.findIndex(({ quality }) => quality === 'good')).toBe(59)
    expect(results[58]).toEqual({ quality: 'bad', reason: 'inputs', coverage: 0 })
    expect(shown).toMatchObject({ periods: 24, skipped: 0 })
    const { ufv = Number.NaN, inflow, outflow, sigma } = shown as Record<string, number>
    expect(ufv).toBeCloseTo(0, 6)
    expect(inflow).toBeCloseTo(30, 6)
    expect(outflow).toBeCloseTo(20, 6)
    expect(sigma).toBeCloseTo(SIGMA, 6)
    expect(results.at(-1)).toMatchObject({ quality: 'good', coverage: 1 })
    expect(results.at(-1)?.value).toBeCloseTo(0, 6)
  })

  it.each([
    ['within a period', 20, 1],
    ['with a period', 30, 2],
    ['after a period', 40, 2],
  ])('opens anew where a false echo of the gauge ends %s', (_, minutes, from) => {
    const echo = level(0).map((sample, at) => (at <= minutes ? { ...sample, value: 0.3 } : sample))
    const { last, shown } = runOf([echo, ...FLOWS])
    expect(shown).toMatchObject({ periods: 25 - from, skipped: from - 1, cusumLow: expect.closeTo(0, 6) })
    expect(last?.value).toBeCloseTo(0, 6)
  })

  it('sums up what is missing beyond the allowance', () => {
    const { last, shown } = runOf([level(0.5), ...FLOWS])
    // The first account has 59 minutes.
    expect(last?.value).toBeCloseTo(0.5 * (23 + 59 / 60) - 24 * 0.5 * SIGMA, 6)
    expect(shown).toMatchObject({ cusumLow: 0 })
    expect((shown as Record<string, number>).ufv).toBeCloseTo(0.5, 6)
  })

  it('sums up what there is too much of apart, and forgets it as it is made good', () => {
    const { last, shown } = runOf([level(-0.5), ...FLOWS])
    expect(last?.value).toBe(0)
    expect((shown as Record<string, number>).cusumLow).toBeCloseTo(0.5 * (23 + 59 / 60) - 24 * 0.5 * SIGMA, 6)
  })

  it('takes what is less than the allowance for chance', () => {
    expect(runOf([level(0.2), ...FLOWS]).last?.value).toBeCloseTo(0, 6)
    expect(runOf([level(0.2), ...FLOWS], { allowance: 0 }).last?.value).toBeCloseTo(0.2 * (23 + 59 / 60), 6)
    expect(runOf([level(0.2), ...FLOWS], { sigma: 0.1 }).last?.value).toBeGreaterThan(4)
  })

  it('allows for the meters as for the gauge', () => {
    const sigmaOf = (meterSigma: number | number[]) =>
      runOf([level(0.5), ...FLOWS], { meterSigma }).shown.sigma
    expect(sigmaOf(0)).toBeCloseTo(SIGMA, 9)
    // 1 % of 30 and of 20 m3.
    expect(sigmaOf(1)).toBeCloseTo(Math.hypot(SIGMA, 0.3, 0.2), 9)
    expect(sigmaOf([0.5, 2])).toBeCloseTo(Math.hypot(SIGMA, 0.15, 0.4), 9)
    // With 2 % of each flow in doubt, 0.2 m3 a period are no loss that anybody could tell of.
    expect(runOf([level(0.2), ...FLOWS], { allowance: 1, sigma: 0.1 }).last?.value).toBeGreaterThan(3)
    expect(runOf([level(0.2), ...FLOWS], { allowance: 1, sigma: 0.1, meterSigma: 2 }).last?.value).toBe(0)
  })

  it('tells of its last periods, and of those that it could not account', () => {
    const { shown, last } = runOf([level(0.5), ...FLOWS])
    const accounts = shown.accounts as { to: number; ufv: number; cusumHigh: number; cusumLow: number }[]
    expect(accounts.map(({ to }) => (to - START) / HOUR)).toEqual(
      Array.from({ length: 24 }, (_, at) => at + 1),
    )
    expect(accounts.at(-1)).toEqual({
      to: START + 24 * HOUR,
      ufv: shown.ufv,
      cusumHigh: last?.value,
      cusumLow: 0,
    })
    const short = { period: '2m' }
    expect(runOf([level(0.5), ...FLOWS], short).shown.accounts).toHaveLength(96)
  })

  it('is at the reference temperature', () => {
    const warming = ramp((time) => 15 + (time - START) / HOUR / 4, {
      from: START,
      everyMs: MINUTE,
      count: 1_440,
    })
    const grown = warming.map(({ time, value = 0 }) => {
      const growth = 0.0012 * (value - 15)
      return { time, value: 4 * Math.exp(growth * (1 + 0.8 * growth)) }
    })
    const none = { inflow: 'IN', outflow: 'OUT', temperature: 'TT' }
    const { last, shown } = runOf([grown, warming, always(0), always(0)], none)
    expect(last?.value).toBeCloseTo(0, 6)
    expect((shown as Record<string, number>).ufv).toBeCloseTo(0, 6)
  })

  it('has periods of any length', () => {
    const { shown } = runOf([level(0), ...FLOWS], { period: '4h' })
    expect(shown).toMatchObject({ periods: 6 })
    expect((shown as Record<string, number>).inflow).toBeCloseTo(120, 6)
  })
})

describe('what is missing', () => {
  /** Nothing from one minute of the day to another. */
  const without = (samples: Sample[], from: number, to: number): Sample[] => {
    const [start, end] = [START + from * MINUTE, START + to * MINUTE]
    const held = samples.findLast(({ time }) => time <= end)
    return [
      ...samples.filter(({ time }) => time < start),
      { time: start },
      ...(held === undefined ? [] : [{ ...held, time: end }]),
      ...samples.filter(({ time }) => time > end),
    ]
  }

  it('of a flow is taken to be as the rest, as long as that is most of it', () => {
    const inputs = [level(0), without(always(30), 125, 135), FLOWS[1] ?? []]
    const { results, shown } = runOf(inputs)
    expect(shown).toMatchObject({ periods: 24, skipped: 0 })
    expect(results[200]).toMatchObject({ quality: 'good' })
    expect(results[200]?.coverage).toBeCloseTo(50 / 60, 9)
    expect(results.at(-1)?.value).toBeCloseTo(0, 6)
  })

  it('of too much of a flow is no account: that period is counted, and the sum stays uncertain until the next', () => {
    const inputs = [level(0.5), without(always(30), 125, 145), FLOWS[1] ?? []]
    const { results, shown } = runOf(inputs)
    expect(shown).toMatchObject({ periods: 23, skipped: 1 })
    const before = results[150]
    expect(results[200]).toMatchObject({ quality: 'uncertain', reason: 'imprecise', coverage: 0 })
    expect(results[200]?.value).toBe(before?.value)
    expect(results[240]).toMatchObject({ quality: 'good', coverage: 1 })
    const [earlier, gap, after] = (shown.accounts as { ufv: number | null; cusumHigh: number }[]).slice(1, 4)
    expect(gap).toMatchObject({ ufv: null, cusumHigh: earlier?.cusumHigh })
    expect(after?.ufv).toBeCloseTo(0.5, 6)
  })

  it('of the level at the end is no account; the next begins when it is back', () => {
    const inputs = [without(level(0.5), 175, 200), ...FLOWS]
    const { results, shown } = runOf(inputs)
    expect(shown).toMatchObject({ periods: 23, skipped: 1 })
    expect(results[190]).toMatchObject({ quality: 'uncertain', coverage: 0 })
    expect(results[240]).toMatchObject({ quality: 'good', coverage: 1 })
  })

  it('of the level for hours counts each of them', () => {
    const { shown } = runOf([without(level(0), 170, 400), ...FLOWS])
    expect(shown).toMatchObject({ periods: 24 - 4, skipped: 4 })
  })

  it('while nothing was computed is a period of that length', () => {
    const running = made().start()
    const inputs = [level(0), ...FLOWS]
    for (const step of stepsOf(inputs, { ...GRID, count: 90 })) running.step(step)
    const long = stepOf(inputs, { from: START + 90 * MINUTE, to: START + 400 * MINUTE })
    expect(running.step(long)).toMatchObject({ quality: 'good', coverage: 1 })
    const { inflow } = (running.describe?.() ?? {}) as Record<string, number>
    expect(inflow).toBeCloseTo((30 * 340) / 60, 6)
    const silent = stepOf(inputs, { from: START + 400 * MINUTE, to: START + 700 * MINUTE, staleMs: HOUR })
    expect(running.step(silent)).toMatchObject({ quality: 'uncertain', coverage: 0 })
    expect(running.describe?.()).toMatchObject({ periods: 2, skipped: 1 })
  })

  it('is not what is uncertain: that leaves the sum so', () => {
    const uncertain = level(0).map((sample): Sample => ({ ...sample, quality: 'uncertain' }))
    expect(runOf([uncertain, ...FLOWS]).last).toMatchObject({
      quality: 'uncertain',
      reason: 'imprecise',
      coverage: 1,
    })
    const doubtful: Sample[] = [{ time: START, value: 30, quality: 'uncertain' }]
    expect(runOf([level(0), doubtful, FLOWS[1] ?? []]).last).toMatchObject({ quality: 'uncertain' })
  })
})

describe('whenever it is', () => {
  const grid = { ...GRID, count: 40 }
  const inputs = [level(0.5), ...FLOWS]
  const computation = made({ period: '5m' })

  it('goes on after a restart as if there had been none', () => {
    restartEqualsNoRestart(computation, stepsOf(inputs, grid))
  })

  it('is the same some periods later, and however often it is said', () => {
    shiftInvariant(computation, inputs, grid, 5 * 17)
    splitInvariant(computation, inputs, grid, [90_000, 1_111_111])
  })
})

it.each<[derived: Partial<Derived>, problem: string]>([
  [{ outflow: 'KG' }, 'outflow: KG in kg/h is no volume-flow'],
  [{ inflow: ['IN', 'TT'] }, 'inflow: TT in degC is no volume-flow'],
  [{ inflow: 'IN', outflow: 'OUT', meterSigma: [1, 2, 3] }, 'meterSigma: 2 flow meters have 3 of them'],
  [{ period: '90s' }, 'period: 90s: a period is no shorter than two steps of the grid, here 120s'],
])('refuses %j', (derived, problem) => {
  const refusals = refusalsOf({ of: 'LT', compute: 'balance', tank: 'T-101', ...derived }, KNOWN, {
    tanks: [ROUND],
  })
  expect(refusals).toEqual([problem])
})

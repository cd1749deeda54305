import { describe, expect, it } from 'vitest'
import vectors from '../../../vectors/exposure.json' with { type: 'json' }
import {
  type Derived,
  derive,
  refusalsOf,
  restartEqualsNoRestart,
  run,
  type Sample,
  START,
  sensors,
  shiftInvariant,
  stepsOf,
} from '../steps.ts'

const KNOWN = sensors({
  CH4: { unit: '%LEL', quantity: 'CH4' },
  CO: { unit: 'ppm', quantity: 'CO' },
  H2S: { unit: 'mg/m3', quantity: 'toxic' },
  NH3: { unit: 'ppm', quantity: 'ammonia' },
  L: { unit: 'mm', kind: 'level', quantity: 'level' },
})

function resultsOf(derived: Derived, ...inputs: readonly (readonly Partial<Sample>[])[]) {
  const { computation } = derive(derived, KNOWN)
  const samples = inputs.map((list) =>
    list.map((sample, at): Sample => ({ time: START + at * 1_000, ...sample })),
  )
  return run(computation, stepsOf(samples, { from: START, everyMs: 1_000, count: 3 }))
}

const OVER = { quality: 'bad', reason: 'over-range-latched' } as const

describe('convert', () => {
  it.each([
    [{ of: 'CH4', compute: 'convert', unit: 'ppm' }, 20, 10_000],
    [{ of: 'CH4', compute: 'convert', unit: '%vol', lelSource: 'iec' }, 50, 2.2],
    [{ of: 'H2S', compute: 'convert', unit: 'ppm', substance: '7783-06-4', at: 25 }, 10, 7.174],
    [{ of: 'CO', compute: 'convert', unit: 'ppb' }, 1, 1000],
  ] as const)('%j', (derived, value, wanted) => {
    const [result] = resultsOf(derived, [{ value }])
    expect(result?.value).toBeCloseTo(wanted, 3)
    expect(result).toMatchObject({ quality: 'good', coverage: 1 })
  })

  const derived = { of: 'CH4', compute: 'convert', unit: '%vol' } as const

  it('is as certain as its input', () => {
    const [first, second, third] = resultsOf(derived, [
      { value: 20, quality: 'uncertain', reason: 'clock' },
      { quality: 'bad', reason: 'timeout' },
      { value: 20 },
    ]).slice(0)
    // What a step ends with counts.
    expect([first?.quality, second?.quality, third?.quality]).toEqual(['bad', 'good', 'good'])
    expect(first).toEqual({ quality: 'bad', reason: 'inputs', coverage: 0 })
    const [uncertain] = resultsOf(derived, [{ value: 20, quality: 'uncertain', reason: 'clock' }])
    expect(uncertain).toEqual({ value: 1, quality: 'uncertain', reason: 'imprecise', coverage: 1 })
  })

  it.each(['over-range-latched', 'above-range', 'ne43-high', 'below-range'])(
    'is beyond its range when its input is: %s',
    (reason) => {
      expect(resultsOf(derived, [{ quality: 'bad', reason }])[0]).toEqual({
        quality: 'bad',
        reason,
        coverage: 0,
      })
    },
  )
})

describe('ceiling', () => {
  const derived = { of: 'CO', compute: 'ceiling', every: '1s' } as const
  const at = (ms: number, value: number) => ({ time: START + ms, value })

  it('misses nothing between two points', () => {
    const results = resultsOf(derived, [at(0, 5), at(1_200, 300), at(1_300, 6)])
    expect(results.map(({ value }) => value)).toEqual([5, 300, 6])
  })

  it('is uncertain when it did not see all, and bad when nothing', () => {
    const lost = { time: START + 500, quality: 'bad', reason: 'timeout' } as const
    expect(resultsOf(derived, [at(0, 5), lost])).toEqual([
      { value: 5, quality: 'uncertain', reason: 'imprecise', coverage: 0.5 },
      { quality: 'bad', reason: 'inputs', coverage: 0 },
      { quality: 'bad', reason: 'inputs', coverage: 0 },
    ])
  })

  it('is beyond its range when its input is', () => {
    expect(resultsOf(derived, [at(0, 5), { time: START + 500, ...OVER }])[0]).toMatchObject(OVER)
  })

  it('counts the times beyond the limit', () => {
    const { computation } = derive({ ...derived, basis: 'NIOSH-C' }, KNOWN)
    const running = computation.start()
    const samples = [at(0, 5), at(1_200, 250), at(2_000, 5), at(3_500, 250)]
    for (const step of stepsOf([samples], { from: START, everyMs: 1_000, count: 4 })) running.step(step)
    expect(running.describe?.()).toMatchObject({
      limit: { basis: 'NIOSH-C', value: 200 },
      periods: 2,
      mostPeriods: 0,
      isBeyond: true,
      isKept: false,
    })
  })

  it('counts what is beyond the range as beyond the limit', () => {
    const { computation } = derive({ ...derived, basis: 'NIOSH-C' }, KNOWN)
    const running = computation.start()
    const samples = [at(0, 5), { time: START + 1_500, ...OVER }, at(2_500, 5)]
    for (const step of stepsOf([samples], { from: START, everyMs: 1_000, count: 4 })) running.step(step)
    expect(running.describe?.()).toMatchObject({ periods: 1, isBeyond: false, isKept: false })
  })

  it('is at least what it saw, and counts it, where the file asks for more', () => {
    const lost = { time: START + 500, quality: 'bad', reason: 'timeout' } as const
    const { computation } = derive({ ...derived, basis: 'NIOSH-C', minCoverage: 0.75 }, KNOWN)
    const running = computation.start()
    const results = stepsOf([[at(0, 250), lost]], { from: START, everyMs: 1_000, count: 2 }).map((step) =>
      running.step(step),
    )
    expect(results).toEqual([
      { quality: 'bad', reason: 'inputs', coverage: 0.5, atLeast: 250 },
      { quality: 'bad', reason: 'inputs', coverage: 0 },
    ])
    expect(running.describe?.()).toMatchObject({ periods: 1, isBeyond: true })
  })

  it('over a window is a mean', () => {
    const { computation } = derive({ ...derived, window: '15m', every: '1m' }, KNOWN)
    const steps = stepsOf([[at(0, 0), at(14 * 60_000, 150)]], { from: START, everyMs: 60_000, count: 15 })
    expect(run(computation, steps).at(-1)?.value).toBeCloseTo(10, 12)
  })
})

describe('mixture', () => {
  const derived = {
    of: ['CO', 'NH3', 'H2S'],
    compute: 'mixture',
    substance: ['CO', 'NH3', 'SO2'],
    basis: 'OSHA-PEL',
    at: 25,
  } as const satisfies Derived

  it('is the sum of shares of the limits, as 29 CFR 1910.1000(d)(2)(ii) has it', () => {
    const [a = 0, b = 0, c = 0] = vectors.oshaMixture.shares
    const so2 = (5 * 64.06) / (22.4 * (298.15 / 273.15))
    const [result] = resultsOf(derived, [{ value: 50 * a }], [{ value: 50 * b }], [{ value: so2 * c }])
    expect(result?.value).toBeCloseTo(vectors.oshaMixture.index, 12)
    expect(result).toMatchObject({ quality: 'good', coverage: 1 })
  })

  it('counts negative values as zero', () => {
    expect(resultsOf(derived, [{ value: 25 }], [{ value: -10 }], [{ value: 0 }])[0]?.value).toBe(0.5)
  })

  it('is a lower bound without some of them, however many, unless the file asks for more', () => {
    const four = { ...derived, of: [...derived.of, 'CH4'], substance: ['CO', 'NH3', 'SO2', 'C3H8'] }
    const lost = [{ quality: 'bad', reason: 'timeout' }] as const
    const one = [{ value: 25 }]
    expect(resultsOf(four, one, one, lost, [{ value: 0 }])[0]).toEqual({
      value: 1,
      quality: 'uncertain',
      reason: 'imprecise',
      coverage: 0.75,
    })
    expect(resultsOf(four, [{ value: 60 }], lost, lost, lost)[0]).toEqual({
      value: 1.2,
      quality: 'uncertain',
      reason: 'imprecise',
      coverage: 0.25,
    })
    expect(resultsOf({ ...four, minCoverage: 0.75 }, one, lost, lost, one)[0]).toEqual({
      quality: 'bad',
      reason: 'inputs',
      coverage: 0.5,
      atLeast: expect.closeTo(0.5 + (0.25 * 21_000) / 1_000, 9),
    })
  })

  it('of nothing is no index, however little is asked for', () => {
    const lost = [{ quality: 'bad', reason: 'timeout' }] as const
    const [nothing, part] = [
      resultsOf({ ...derived, minCoverage: 0 }, lost, lost, lost)[0],
      resultsOf({ ...derived, minCoverage: 0 }, [{ value: 25 }], lost, lost)[0],
    ]
    expect(nothing).toEqual({ quality: 'bad', reason: 'inputs', coverage: 0 })
    expect(part).toMatchObject({ value: 0.5, quality: 'uncertain' })
  })

  it('is beyond when one of them is beyond its range', () => {
    expect(resultsOf(derived, [{ value: 0 }], [OVER], [{ value: 0 }])[0]).toMatchObject(OVER)
    const below = [{ quality: 'bad', reason: 'below-range' }] as const
    expect(resultsOf(derived, [{ value: 0 }], below, [{ value: 0 }])[0]).toMatchObject({
      value: 0,
      reason: 'imprecise',
    })
  })

  it('is stateless', () => {
    const { computation } = derive(derived, KNOWN)
    const inputs = [
      [{ time: START, value: 10 }],
      [{ time: START, value: 5 }],
      [{ time: START + 1_500, value: 2 }],
    ]
    const grid = { from: START, everyMs: 1_000, count: 4 }
    restartEqualsNoRestart(computation, stepsOf(inputs, grid))
    shiftInvariant(computation, inputs, grid, 7)
  })
})

describe('what is refused', () => {
  it.each<[Derived, string]>([
    [{ of: 'CO', compute: 'convert' }, 'unit: convert of these needs a unit: what is the result in?'],
    [{ of: 'L', compute: 'convert', unit: 'ppm' }, 'unit: mm is no concentration of a gas'],
    [{ of: 'L', compute: 'stel' }, 'unit: mm is no concentration of a gas'],
    [
      { of: 'H2S', compute: 'convert', unit: 'ppm' },
      'unit: mg/m3 is converted by the molar mass: give substance',
    ],
    [
      { of: 'CO', compute: 'convert', unit: '%LEL', substance: '7782-50-5' },
      'unit: chlorine has no lower explosive limit',
    ],
    [
      { of: 'CO', compute: 'convert', unit: 'mg/m3', substance: 'carbon monoxyde' },
      'substance: no substance "carbon monoxyde", did you mean "carbon monoxide"?: docs/reference/substances.md lists them by CAS number',
    ],
    [
      { of: 'CO', compute: 'convert', unit: 'mg/m3', substance: ['CO', 'H2'] },
      'substance: one input has one substance',
    ],
    [{ of: 'CO', compute: 'stel', window: '90s' }, 'window: 90s: the window is whole minutes'],
    [{ of: 'CO', compute: 'twa', window: '8.001h' }, 'window: 8.001h: the window is whole minutes'],
    [
      { of: 'CO', compute: 'twa', reset: 'day' },
      'reset: a moving window never begins anew; mode: accumulated does',
    ],
    [
      { of: 'CO', compute: 'stel', basis: 'PC-TWA' },
      'basis: PC-TWA is not of this kind: these are PC-STEL, OSHA-STEL, NIOSH-STEL, ACGIH-STEL',
    ],
    [
      { of: 'CO', compute: 'stel', basis: 'OSHA-STEL' },
      'basis: carbon monoxide has no OSHA-STEL here: there is PC-STEL',
    ],
    [{ of: 'H2S', compute: 'stel', basis: 'PC-STEL' }, 'basis: PC-STEL of which substance? Give substance'],
    [
      { of: ['CO', 'NH3'], compute: 'mixture', substance: 'CO' },
      'substance: 2 inputs have as many substances, and there are 1',
    ],
    [
      { of: 'H2S', compute: 'mixture', substance: 'H2S' },
      'basis: hydrogen sulfide has no PC-TWA here: there is MAC, OSHA-C, NIOSH-C, ACGIH-TWA, ACGIH-STEL, IDLH',
    ],
    [
      { of: 'L', compute: 'mixture', substance: 'CO' },
      'of: L: mm is no concentration of a gas: these are ppm, ppb, %vol, mg/m3, ug/m3 and %LEL',
    ],
    [{ of: 'CO', compute: 'mixture', substance: 'CO', unit: 'ppm' }, 'unit: a mixture index is in 1 or %'],
    [{ of: 'CO', compute: 'convert', unit: 'ppb', window: '5m' }, 'window: convert has no window'],
  ])('%j', (derived, message) => {
    expect(refusalsOf(derived, KNOWN)).toEqual([message])
  })

  it('is nothing of what is right', () => {
    expect(refusalsOf({ of: 'CO', compute: 'ceiling', window: '15m' }, KNOWN)).toEqual([])
    expect(refusalsOf({ of: 'CO', compute: 'ceiling' }, KNOWN)).toEqual([])
  })
})

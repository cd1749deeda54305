import { describe, expect, it } from 'vitest'
import {
  type Derived,
  derive,
  type Held,
  refusalsOf,
  restartEqualsNoRestart,
  run,
  sensors,
  stepsHolding,
} from '../steps.ts'

const KNOWN = sensors({
  L1: { kind: 'level', unit: 'mm' },
  L2: { kind: 'level', unit: 'm' },
  TC: { kind: 'temperature', unit: 'degC' },
  TF: { kind: 'temperature', unit: 'degF' },
  M: { kind: 'other', unit: 't/h' },
  Q: { kind: 'flow', unit: 'm3/h' },
  P: { kind: 'pressure', unit: 'bar' },
})

function resultOf(derived: Derived, ...held: readonly Held[]) {
  const { computation } = derive(derived, KNOWN)
  return run(computation, stepsHolding(held.map((one) => [one]))).at(-1)
}

function told(derived: Derived, ...held: readonly number[]): [number | undefined, string] {
  return [resultOf(derived, ...held)?.value, derive(derived, KNOWN).unit]
}

const pair = (a: string, b: string, compute: string, rest: Partial<Derived> = {}): Derived => ({
  of: [a, b],
  compute,
  ...rest,
})

describe('what is held at one moment', () => {
  it.each<[string, Derived, number, number, number, string]>([
    ['two gauges', pair('L1', 'L2', 'deviation'), 5_000, 5.02, 20, 'mm'],
    ['two gauges with sign', pair('L1', 'L2', 'deviation', { absolute: false }), 5_000, 5.02, -20, 'mm'],
    ['in another unit', pair('L1', 'L2', 'deviation', { unit: 'cm' }), 5_000, 5.02, 2, 'cm'],
    ['two temperatures', pair('TC', 'TF', 'deviation'), 100, 212, 0, 'K'],
    ['from freezing', pair('TF', 'TC', 'deviation'), 50, 0, 10, 'K'],
    ['a ratio of one quantity', pair('L1', 'L2', 'ratio'), 2_500, 5, 0.5, '1'],
    ['a ratio in per cent', pair('L1', 'L2', 'ratio', { unit: '%' }), 2_500, 5, 50, '%'],
    ['a density', pair('M', 'Q', 'ratio'), 8, 10, 800, 'kg/m3'],
    ['a plain quotient', pair('P', 'L1', 'ratio'), 10, 4, 2.5, '1'],
    ['a sum', pair('L1', 'L1', 'linear'), 1, 2, 3, 'mm'],
    [
      'a weighted sum',
      pair('L1', 'L2', 'linear', { weights: [1, -1_000], constant: 5, unit: 'mm' }),
      5_000,
      5.02,
      -15,
      'mm',
    ],
  ])('%s', (_, derived, a, b, value, unit) => {
    const [found, name] = told(derived, a, b)
    expect(found).toBeCloseTo(value, 6)
    expect(name).toBe(unit)
  })

  it('there is no ratio to nothing', () => {
    expect(resultOf(pair('L1', 'L2', 'ratio'), 5, 0)).toEqual({
      quality: 'bad',
      reason: 'inputs',
      coverage: 1,
    })
  })

  it.each(['deviation', 'ratio', 'linear'])(
    '%s is none without one of its inputs, whatever it reads',
    (compute) => {
      const derived = pair('L1', 'L1', compute, { minCoverage: 0 })
      const bad: Held = { value: 7, quality: 'bad', reason: 'frozen' }
      expect(resultOf(derived, 5, bad)).toEqual({ quality: 'bad', reason: 'inputs', coverage: 0.5 })
      expect(resultOf(derived, undefined, bad)).toEqual({ quality: 'bad', reason: 'inputs', coverage: 0 })
    },
  )

  it.each(['deviation', 'ratio', 'linear'])('%s of an uncertain input is uncertain', (compute) => {
    expect(resultOf(pair('L1', 'L1', compute), 5, { value: 5, quality: 'uncertain' })).toMatchObject({
      quality: 'uncertain',
      reason: 'imprecise',
      coverage: 1,
    })
  })

  it.each(['deviation', 'ratio', 'linear'])(
    '%s keeps nothing over a restart and needs nothing',
    (compute) => {
      const { computation } = derive(pair('L1', 'L1', compute), KNOWN)
      restartEqualsNoRestart(
        computation,
        stepsHolding([
          [1, 2, undefined, 4],
          [2, 0, 3, 4],
        ]),
      )
      expect(computation.memoryMs).toBe(0)
    },
  )
})

describe('check refuses', () => {
  it.each<[Derived, string]>([
    [pair('L1', 'P', 'deviation'), 'of: L1 is in mm, P in bar: nothing lies between them'],
    [pair('TC', 'TF', 'deviation', { unit: 'degC' }), 'unit: degC is a temperature; differences are in K'],
    [pair('L1', 'L2', 'deviation', { unit: 'ppm' }), 'unit: mm cannot be told in ppm'],
    [{ of: 'L1', compute: 'deviation' }, 'of: deviation is computed from 2, and there are 1'],
    [pair('L1', 'L2', 'ratio', { unit: 'mm' }), 'unit: mm over m is not in mm, but 1 or %'],
    [pair('M', 'Q', 'ratio', { unit: '1' }), 'unit: t/h over m3/h is not in 1, but kg/m3'],
    [
      pair('P', 'L1', 'ratio', { unit: 'bar' }),
      'unit: bar over mm is not in bar, but the plain number, unit "1"',
    ],
    [pair('L1', 'L2', 'linear'), 'unit: linear of these needs a unit: what is the result in?'],
    [
      pair('L1', 'L2', 'linear', { unit: 'mm' }),
      'compute: inputs in several units need weights, which convert them',
    ],
    [pair('L1', 'L2', 'linear', { unit: 'mm', weights: [1] }), 'weights: 2 inputs have 1 weights'],
  ])('%j', (derived, problem) => {
    expect(refusalsOf(derived, KNOWN)).toEqual([problem])
  })
})

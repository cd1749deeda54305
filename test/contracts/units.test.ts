import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  convert,
  convertDifference,
  differenceUnit,
  UNIT_NAMES,
  UNITS,
  type Unit,
} from '../../contracts/units.ts'

describe('convert', () => {
  // Exact by definition of the units.
  it.each<[number, Unit, Unit, number]>([
    [1, 'in', 'mm', 25.4],
    [1, 'ft', 'in', 12],
    [1, 'g', 'Gal', 980.665],
    [1, 'Gal', 'm/s2', 0.01],
    [0, 'degC', 'K', 273.15],
    [100, 'degC', 'degF', 212],
    [-40, 'degF', 'degC', -40],
    [32, 'degF', 'K', 273.15],
    [1, 'bar', 'kPa', 100],
    [1, 'mbar', 'Pa', 100],
    [1, 'psi', 'Pa', 6894.757293168],
    [1, 'gal_us', 'L', 3.785411784],
    [60, 'L/min', 'm3/h', 3.6],
    [3.6, 't/h', 'kg/s', 1],
    [10_000, 'ppm', '%vol', 1],
    [1, 'ppm', 'ppb', 1000],
    [1, 'mg/m3', 'ug/m3', 1000],
    [1, 'm/h', 'mm/min', 1000 / 60],
    [4, 'mA', 'A', 0.004],
    [1.5, 'h', 'min', 90],
    [2, '%vol/min', 'ppm/min', 20_000],
  ])('%d %s is in %s %d', (value, from, to, expected) => {
    expect(convert(value, from, to)).toBeCloseTo(expected, 9)
  })

  it('is undefined exactly between different quantities', () => {
    for (const from of UNIT_NAMES) {
      for (const to of UNIT_NAMES) {
        const isSame = UNITS[from].quantity === UNITS[to].quantity
        expect(convert(1, from, to) !== undefined, `${from} to ${to}`).toBe(isSame)
      }
    }
    expect(convert(1, 'ppm', 'mg/m3')).toBeUndefined()
    expect(convert(1, 'Gal', 'gal_us')).toBeUndefined()
  })

  it('leaves a value in its own unit untouched', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true }), fc.constantFrom(...UNIT_NAMES), (value, unit) => {
        expect(convert(value, unit, unit)).toBe(value)
      }),
    )
  })

  it('comes back from any other unit', () => {
    const pairs = UNIT_NAMES.flatMap((from) =>
      UNIT_NAMES.filter((to) => to !== from && UNITS[to].quantity === UNITS[from].quantity).map(
        (to) => [from, to] as const,
      ),
    )
    const values = fc.double({ min: -1e6, max: 1e6, noNaN: true })
    fc.assert(
      fc.property(values, fc.constantFrom(...pairs), (value, [from, to]) => {
        const back = convert(convert(value, from, to) ?? Number.NaN, to, from) ?? Number.NaN
        expect(Math.abs(back - value)).toBeLessThan(1e-9 * Math.max(1e3, Math.abs(value)))
      }),
    )
  })
})

describe('convertDifference', () => {
  it.each<[number, Unit, Unit, number]>([
    [10, 'degC', 'K', 10],
    [18, 'degF', 'degC', 10],
    [2, 'm', 'mm', 2_000],
  ])('%d %s of difference is in %s %d', (value, from, to, expected) => {
    expect(convertDifference(value, from, to)).toBeCloseTo(expected, 9)
  })

  it('is undefined exactly where converting is', () => {
    for (const from of UNIT_NAMES)
      for (const to of UNIT_NAMES)
        expect(convertDifference(1, from, to) === undefined).toBe(convert(1, from, to) === undefined)
  })

  it('differences of what has a zero point are told in what has none', () => {
    expect(UNIT_NAMES.filter((unit) => differenceUnit(unit) !== unit)).toEqual(['degC', 'degF'])
    expect(differenceUnit('degF')).toBe('K')
  })
})

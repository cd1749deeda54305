import { describe, expect, it } from 'vitest'
import type { EXPOSURE_BASES } from '../../../../contracts/analytics/derived-schema.ts'
import { concentrationFactor, molarVolume } from '../../../../contracts/analytics/gas/concentration.ts'
import type { Substance } from '../../../../contracts/analytics/gas/substance.ts'
import { explosiveLimit, exposureLimit } from '../../../../contracts/analytics/gas/substance.ts'
import {
  findSubstance,
  SUBSTANCES,
  unknownSubstance,
  wordsOf,
} from '../../../../contracts/analytics/gas/substance-table.ts'
import type { Unit } from '../../../../contracts/units.ts'
import vectors from '../../../vectors/exposure.json' with { type: 'json' }

function known(word: string): Substance {
  const substance = findSubstance(word)
  if (substance === undefined) throw new Error(unknownSubstance(word))
  return substance
}

/** The last digit of a CAS number is the sum of the others, each times its place from the right, modulo 10. */
function checkDigit(cas: string): number {
  const digits = cas.replaceAll('-', '').slice(0, -1)
  return [...digits].reverse().reduce((sum, digit, at) => sum + Number(digit) * (at + 1), 0) % 10
}

/** g/mol, IUPAC 2021 abridged. */
const MASSES = { H: 1.008, C: 12.011, N: 14.007, O: 15.999, F: 18.998, P: 30.974, S: 32.06, Cl: 35.45 }

function massOf(formula: string): number {
  return [...formula.matchAll(/([A-Z][a-z]?)(\d*)/g)].reduce(
    (sum, [, element, count]) => sum + MASSES[element as keyof typeof MASSES] * Number(count || 1),
    0,
  )
}

describe.each(SUBSTANCES.map((substance) => [substance.formula, substance] as const))(
  '%s',
  (_, substance) => {
    it('has a CAS number with its check digit', () => {
      expect(substance.cas).toMatch(/^\d{2,7}-\d{2}-\d$/)
      expect(checkDigit(substance.cas)).toBe(Number(substance.cas.at(-1)))
    })

    it('has the molar mass of its formula', () => {
      expect(Math.abs(substance.molarMass - massOf(substance.formula))).toBeLessThan(0.03)
    })

    it('has limits that fit each other', () => {
      const of = (basis: (typeof EXPOSURE_BASES)[number]) =>
        exposureLimit(substance, basis)?.value ?? Number.NaN
      const pairs = [
        [of('PC-TWA'), of('PC-STEL')],
        [of('OSHA-PEL'), of('OSHA-STEL')],
        [of('NIOSH-REL'), of('NIOSH-STEL')],
        [of('ACGIH-TWA'), of('ACGIH-STEL')],
        [of('OSHA-PEL'), of('IDLH')],
      ]
      for (const [long = 0, short = 0] of pairs) expect(long > short).toBe(false)
      for (const limit of substance.limits) {
        expect(limit.value).toBeGreaterThan(0)
        expect(limit.edition).toMatch(/\d{4}/)
      }
      for (const { percent } of substance.lel) expect(percent).toBeGreaterThan(0.5)
    })
  },
)

describe('the table of substances', () => {
  it('has each word once', () => {
    const words = SUBSTANCES.flatMap(wordsOf)
    expect(words.length).toBeGreaterThan(100)
    expect(words.filter((word, at) => words.indexOf(word) !== at)).toEqual([])
  })

  it.each(['630-08-0', 'CO', 'co', ' Carbon Monoxide ', '一氧化碳'])('knows %j', (word) => {
    expect(findSubstance(word)?.cas).toBe('630-08-0')
  })

  it('knows a formula with subscripts', () => {
    expect(findSubstance('H₂S')?.cas).toBe('7783-06-4')
  })

  it('says which one was meant', () => {
    expect(unknownSubstance('bezene')).toBe(
      'no substance "bezene", did you mean "benzene"?: docs/reference/substances.md lists them by CAS number',
    )
    expect(unknownSubstance('xyz')).toMatch(/^no substance "xyz": docs/)
  })

  it('has the limits of China that a table for GB/T 50493 gives', () => {
    const of = (word: string, basis: 'MAC' | 'PC-TWA' | 'PC-STEL') => exposureLimit(known(word), basis)?.value
    expect(of('H2S', 'MAC')).toBe(10)
    expect([of('CO', 'PC-TWA'), of('CO', 'PC-STEL')]).toEqual([20, 30])
    expect([of('NH3', 'PC-TWA'), of('NH3', 'PC-STEL')]).toEqual([20, 30])
    expect(of('Cl2', 'MAC')).toBe(1)
  })

  it('has explosive limits of two sources', () => {
    expect(explosiveLimit(known('CH4'), 'nfpa')?.percent).toBe(5)
    expect(explosiveLimit(known('CH4'), 'iec')?.percent).toBe(4.4)
    expect(explosiveLimit(known('PH3'), 'iec')?.percent).toBe(1.6)
    expect(explosiveLimit(known('Cl2'), 'iec')).toBeUndefined()
  })
})

describe('concentrations', () => {
  const factor = (from: Unit, to: Unit, word?: string, at = 20) =>
    concentrationFactor(from, to, {
      substance: word === undefined ? undefined : known(word),
      at,
      lelSource: 'nfpa',
    })

  it('have the molar volumes of the standards', () => {
    expect(molarVolume(20).toFixed(2)).toBe('24.04')
    expect(molarVolume(25).toFixed(2)).toBe('24.45')
  })

  it.each(vectors.ppmOf)('$substance $mgPerM3 mg/m3', ({ substance, mgPerM3, at20, at25 }) => {
    const digits = (value: number) => String(value).split('.')[1]?.length ?? 0
    const at = (celsius: number) => mgPerM3 * Number(factor('mg/m3', 'ppm', substance, celsius))
    expect(Number(at(20).toFixed(digits(at20)))).toBe(at20)
    expect(Number(at(25).toFixed(digits(at25)))).toBe(at25)
  })

  it.each([
    ['%LEL', '%vol', 'CH4', 0.05],
    ['%LEL', 'ppm', 'CH4', 500],
    ['%vol', '%LEL', 'C3H8', 100 / 2.1],
    ['ppm', 'ppb', undefined, 1000],
    ['mg/m3', 'ug/m3', undefined, 1000],
    ['%LEL', '%LEL', undefined, 1],
  ] as const)('%s in %s of %s', (from, to, word, wanted) => {
    expect(factor(from, to, word)).toBeCloseTo(wanted, 9)
  })

  it('go there and back', () => {
    const units = ['ppm', 'ppb', '%vol', 'mg/m3', 'ug/m3', '%LEL'] as const
    for (const from of units)
      for (const to of units)
        expect(Number(factor(from, to, 'CO')) * Number(factor(to, from, 'CO'))).toBeCloseTo(1, 12)
  })

  it.each([
    ['mg/m3', 'ppm', undefined, 'mg/m3 is converted by the molar mass: give substance'],
    ['ppm', '%LEL', undefined, '%LEL is converted by the explosive limit: give substance'],
    ['ppm', '%LEL', 'Cl2', 'chlorine has no lower explosive limit'],
    ['ppm', 'mm', 'CO', 'mm is no concentration of a gas: these are ppm, ppb, %vol, mg/m3, ug/m3 and %LEL'],
    [
      'LEL.m',
      '%LEL',
      'CH4',
      'LEL.m is no concentration of a gas: these are ppm, ppb, %vol, mg/m3, ug/m3 and %LEL',
    ],
  ] as const)('%s in %s of %s is refused', (from, to, word, wanted) => {
    expect(factor(from, to, word)).toBe(wanted)
  })
})

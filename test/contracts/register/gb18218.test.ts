import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { assess, criterionOf, isCas, type Stored } from '../../../contracts/register/gb18218.ts'
import { CATEGORIES, CATEGORY_NAMES, LISTED } from '../../../contracts/register/gb18218-table.ts'

interface Case {
  substances: Stored[]
  people: number
  S?: number
  R: number
  grade: number
}
const vectors = JSON.parse(readFileSync(new URL('../../vectors/gb18218.json', import.meta.url), 'utf8')) as {
  tolerance: number
  cases: Case[]
}

const CHLORINE = '7782-50-5'
const AMMONIA = '7664-41-7'
const chlorine = (tonnes: number): Stored => ({ cas: CHLORINE, tonnes })
const ammonia = (tonnes: number): Stored => ({ cas: AMMONIA, tonnes })

describe('GB 18218', () => {
  it.each(vectors.cases)('worked figure: $substances, $people people', (given) => {
    const { S, R, grade } = assess(given.substances, given.people)
    expect(Math.abs(R - given.R)).toBeLessThanOrEqual(vectors.tolerance)
    if (given.S !== undefined) expect(Math.abs(S - given.S)).toBeLessThanOrEqual(vectors.tolerance)
    expect(grade).toBe(given.grade)
  })

  it.each([
    [0, 0.5],
    [1, 1],
    [29, 1],
    [30, 1.2],
    [49, 1.2],
    [50, 1.5],
    [99, 1.5],
    [100, 2],
    [1_000_000, 2],
  ])('%d people within 500 m: alpha %d', (people, alpha) => {
    expect(assess([chlorine(5)], people)).toMatchObject({ alpha, R: 4 * alpha })
  })

  it.each([
    [249, 3, 49.8],
    [250, 2, 50],
    [499, 2, 99.8],
    [500, 1, 100],
    [49, 4, 9.8],
    [50, 3, 10],
    [10, 4, 2],
  ])('%d t of ammonia with 10 people near is of grade %d', (tonnes, grade, R) => {
    expect(assess([ammonia(tonnes)], 10)).toMatchObject({ R, grade })
  })

  it('a sum that stands on a bound has reached it, whatever floating point makes of it', () => {
    // Ten tenths of the threshold are a little less than 1 as they are added up.
    const parts = Array.from({ length: 10 }, () => chlorine(0.5))
    expect(parts.reduce((sum, { tonnes }) => sum + tonnes / 5, 0)).toBeLessThan(1)
    expect(assess(parts, 10)).toMatchObject({ S: 1, grade: 4 })
  })

  it('below the thresholds it is none', () => {
    expect(assess([chlorine(4), { cas: '108-88-3', tonnes: 99 }], 500)).toMatchObject({
      S: 0.998,
      grade: null,
    })
  })

  it('goes by CAS, and by category where nothing is listed', () => {
    expect(criterionOf({ cas: '64-19-7', category: 'W5.4' })).toEqual({ tonnes: 5_000, beta: 1 })
    expect(criterionOf({ cas: CHLORINE, category: 'J1' })).toEqual({ tonnes: 5, beta: 4 })
    expect(criterionOf({ cas: '71-43-2' })).toEqual({ tonnes: 50, beta: 1 })
    // A listed liquid that is worked above its boiling point: its own threshold, the beta of that category.
    expect(criterionOf({ cas: '71-43-2', category: 'W5.1' })).toEqual({ tonnes: 50, beta: 1.5 })
    expect(() => assess([{ cas: '64-19-7', tonnes: 1 }], 0)).toThrow(
      'SUBSTANCE_UNKNOWN: CAS 64-19-7 is not listed and has no category',
    )
  })

  it('counts the most dangerous form unless one is named', () => {
    const nitrate = '6484-52-2'
    expect(criterionOf({ cas: nitrate })).toEqual({ tonnes: 5, beta: 2 })
    expect(criterionOf({ cas: nitrate, form: 'pure' })).toEqual({ tonnes: 50, beta: 1 })
    expect(criterionOf({ cas: nitrate, form: 'fertiliser' })).toEqual({ tonnes: 200, beta: 1 })
    expect(criterionOf({ cas: nitrate, form: 'powder' })).toBeUndefined()
  })

  it('has toxic gases with a beta of their own as the standard has them', () => {
    const own = [...LISTED].filter(([, { beta }]) => beta !== undefined).map(([cas, { beta }]) => [cas, beta])
    expect(Object.fromEntries(own)).toEqual({
      '630-08-0': 2,
      '7446-09-5': 2,
      [AMMONIA]: 2,
      '75-21-8': 2,
      '7647-01-0': 3,
      '74-83-9': 3,
      [CHLORINE]: 4,
      '7783-06-4': 5,
      '7664-39-3': 5,
      '10102-44-0': 10,
      '74-90-8': 10,
      '75-44-5': 20,
      '7803-51-2': 20,
      '624-83-9': 20,
    })
  })

  it('lists CAS numbers only', () => {
    expect([...LISTED.keys()].filter((cas) => !isCas(cas))).toEqual([])
  })

  it.each(['7782-50-4', '7782-505', '782-50-5x', '0782-50-5', '', '1-11-1'])('%s is none', (text) => {
    expect(isCas(text)).toBe(false)
  })

  const stored = fc.record({
    cas: fc.constantFrom(...LISTED.keys()),
    tonnes: fc.double({ min: 0.001, max: 1e6, noNaN: true }),
  })

  it('is never less dangerous with more of anything, or with more people', () => {
    fc.assert(
      fc.property(
        fc.array(stored, { minLength: 1, maxLength: 6 }),
        fc.nat(1_000),
        stored,
        (substances, people, more) => {
          const before = assess(substances, people)
          const after = assess([...substances, more], people)
          expect(after.S).toBeGreaterThanOrEqual(before.S)
          expect(after.R).toBeGreaterThanOrEqual(before.R)
          expect(after.grade ?? 5).toBeLessThanOrEqual(before.grade ?? 5)
          expect(assess(substances, people + 100).R).toBeGreaterThanOrEqual(before.R)
        },
      ),
    )
  })

  it('has of one substance S = q/Q, and R = beta q/Q', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...CATEGORY_NAMES),
        fc.double({ min: 0.01, max: 1e5, noNaN: true }),
        (category, tonnes) => {
          const { tonnes: Q, beta } = CATEGORIES[category]
          const { S, R } = assess([{ cas: '64-19-7', category, tonnes }], 1)
          expect(S).toBeCloseTo(tonnes / Q, 6)
          expect(R).toBeCloseTo((beta * tonnes) / Q, 6)
        },
      ),
    )
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { QUALITIES, REASONS, type Reason } from '../../contracts/quality.ts'
import { registerResolver } from '../../contracts/register-resolve.ts'
import { scaled } from '../../contracts/scaled.ts'
import type { ReadFailure } from '../../gateway/drivers/driver.ts'
import { assessFailure, marked, outOfRange, qualityOf } from '../../gateway/quality/assess.ts'
import { register, sensor } from './plant.ts'

describe('scaled', () => {
  const table: [string, Parameters<typeof register>[0], number, number | undefined][] = [
    ['scales', { scale: 0.5, offset: 10 }, 20, 20],
    ['leaves no noise of binary fractions', { scale: 0.1 }, 3, 0.3],
    ['leaves no noise', { scale: 0.1, offset: -40 }, 653, 25.3],
    ['is the worked example of the TOC-635', { scale: 0.1, offset: -10 }, 1200, 110],
    ['is the worked example of the TOC-635', { scale: 0.1, offset: -10 }, 0, -10],
    ['leaves a raw number alone', {}, Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
    ['only moves by the offset', { offset: 0.25 }, 2 ** 50, 2 ** 50 + 0.25],
    ['knows no number beyond all numbers', { scale: 1e308 }, 1e10, undefined],
  ]
  it.each(table)('%s (%j, raw %d)', (_, given, raw, value) => {
    expect(scaled(raw, register(given))).toBe(value)
  })
})

describe('outOfRange', () => {
  const spans = { register: register({ valid: [100, 200], scale: 0.5, offset: 10 }) }
  const falling = { register: register({ valid: [100, 200], scale: -1 }) }
  const table: [string, Parameters<typeof sensor>[0], number, string | undefined][] = [
    ['takes both ends of the raw span', spans, 100, undefined],
    ['takes both ends of the raw span', spans, 200, undefined],
    ['finds raw above', spans, 201, 'above-range'],
    ['finds raw below', spans, 99, 'below-range'],
    ['names the side of the value, not of the raw number', falling, 201, 'below-range'],
    ['names the side of the value, not of the raw number', falling, 99, 'above-range'],
    ['finds the value above', { valid: [0, 100] }, 101, 'above-range'],
    ['finds the value below', { valid: [5, 100] }, 4, 'below-range'],
    ['takes both ends of the valid span', { valid: [5, 100] }, 5, undefined],
    ['takes both ends of the valid span', { valid: [5, 100] }, 100, undefined],
    ['never checks the display span', { range: [0, 10] }, 99, undefined],
    ['goes by the raw number first', { ...spans, valid: [200, 300] }, 201, 'above-range'],
  ]
  it.each(table)('%s (%j, raw %d)', (_, given, raw, expected) => {
    const judged = sensor(given)
    const value = raw * judged.register.scale + judged.register.offset
    expect(outOfRange(judged, { raw, value })).toBe(expected)
  })

  it('holds the ends of `to` for the ends of `from`, so that `valid` holds both', () => {
    const resolve = registerResolver('pdu')
    const end = fc.integer({ min: -70_000, max: 70_000 })
    const tenth = fc.integer({ min: -9_999, max: 9_999 }).map((n) => n / 10)
    fc.assert(
      fc.property(end, end, tenth, tenth, (low, high, bottom, top) => {
        fc.pre(Math.abs(low) < Math.abs(high) && bottom !== top)
        const file = { address: 0, order: 'ABCD' as const, from: [low, high], to: [bottom, top] }
        const given = sensor({
          register: resolve(file),
          valid: [Math.min(bottom, top), Math.max(bottom, top)],
        })
        for (const raw of [low, high]) {
          const value = scaled(raw, given.register) ?? Number.NaN
          expect(outOfRange(given, { raw, value })).toBeUndefined()
        }
      }),
      { numRuns: 1_000 },
    )
  })
})

describe('assessFailure', () => {
  const failures: [ReadFailure, Reason][] = [
    [{ kind: 'timeout' }, 'timeout'],
    [{ kind: 'exception', code: 2 }, 'exception-2'],
    [{ kind: 'not-connected' }, 'comm-lost'],
    [{ kind: 'short-reply' }, 'short-reply'],
    [{ kind: 'crc' }, 'crc'],
    [{ kind: 'bad-reply' }, 'bad-reply'],
  ]
  it.each(failures)('a read that failed with %j is bad without a value', (failure, reason) => {
    expect(assessFailure(failure)).toEqual({ quality: 'bad', reason })
  })
})

describe('marked', () => {
  it.each(Object.keys(REASONS) as (keyof typeof REASONS)[])('gives %s the quality of the table', (reason) => {
    expect(QUALITIES).toContain(qualityOf(reason))
    expect(marked(reason, 3)).toEqual({ value: 3, quality: REASONS[reason].quality, reason })
    expect(marked(reason)).not.toHaveProperty('value')
  })

  it('makes every exception bad', () => {
    expect(qualityOf('exception-4')).toBe('bad')
  })
})

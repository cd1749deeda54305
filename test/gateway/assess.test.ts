import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { resolveRegister } from '../../contracts/facility-resolve.ts'
import { REASONS } from '../../contracts/quality.ts'
import { type Assessment, assess, assessFailure } from '../../gateway/assess.ts'
import type { ReadFailure } from '../../gateway/drivers/driver.ts'
import { register, sensor } from './plant.ts'

type Given = Parameters<typeof sensor>[0]

const bad = (reason: string, value?: number) => ({
  quality: 'bad',
  reason,
  ...(value === undefined ? {} : { value }),
})
const good = (value: number) => ({ quality: 'good', value })
const drift = (value: number) => ({ quality: 'uncertain', reason: 'ne43-drift', value })

const spans = { register: register({ valid: [100, 200], scale: 0.5, offset: 10 }) }
const falling = { register: register({ valid: [100, 200], scale: -1 }) }
const current = { register: register({ ne43: [4, 20] }) }
/** A 4-20 mA input that reads microamperes, as `from: [4000, 20000]` to `[0, 100]` says. */
const microamperes = {
  register: register({ ne43: [4000, 20000], scale: 0.00625, offset: -25 }),
}
const fallingCurrent = { register: register({ ne43: [4, 20], scale: -1 }) }

const TABLE: [string, Given, number, object][] = [
  ['scales', { register: register({ scale: 0.5, offset: 10 }) }, 20, good(20)],
  ['scales without the noise of binary fractions', { register: register({ scale: 0.1 }) }, 3, good(0.3)],
  ['scales without noise', { register: register({ scale: 0.1, offset: -40 }) }, 653, good(25.3)],
  ['leaves a raw number alone', {}, Number.MAX_SAFE_INTEGER, good(Number.MAX_SAFE_INTEGER)],
  ['only moves by the offset', { register: register({ offset: 0.25 }) }, 2 ** 50, good(2 ** 50 + 0.25)],
  ['takes both ends of the raw span', spans, 100, good(60)],
  ['takes both ends of the raw span', spans, 200, good(110)],
  ['finds raw above', spans, 201, bad('above-range', 110.5)],
  ['finds raw below', spans, 99, bad('below-range', 59.5)],
  ['names the side of the value, not of the raw number', falling, 201, bad('below-range', -201)],
  ['names the side of the value, not of the raw number', falling, 99, bad('above-range', -99)],
  ['finds the value above', { valid: [0, 100] }, 101, bad('above-range', 101)],
  ['finds the value below', { valid: [5, 100] }, 4, bad('below-range', 4)],
  ['takes both ends of the valid span', { valid: [5, 100] }, 5, good(5)],
  ['never checks the display span', { range: [0, 10] }, 99, good(99)],
  ['has no number beyond all numbers', { register: register({ scale: 1e308 }) }, 1e10, bad('not-a-number')],
  ['NE 43: short circuit', current, 21.01, bad('ne43-high', 21.01)],
  ['NE 43: drifting high', current, 21, drift(21)],
  ['NE 43: drifting high', current, 20.6, drift(20.6)],
  ['NE 43: measurement', current, 20.5, good(20.5)],
  ['NE 43: measurement', current, 3.8, good(3.8)],
  ['NE 43: drifting low', current, 3.7, drift(3.7)],
  ['NE 43: drifting low', current, 3.6, drift(3.6)],
  ['NE 43: broken wire', current, 3.59, bad('ne43-low', 3.59)],
  ['NE 43 of an input in microamperes', microamperes, 12_000, good(50)],
  ['NE 43 of an input in microamperes', microamperes, 3_700, drift(-1.875)],
  ['NE 43 of an input in microamperes', microamperes, 3_500, bad('ne43-low', -3.125)],
  ['NE 43 of an input in microamperes', microamperes, 21_500, bad('ne43-high', 109.375)],
  ['NE 43 with a falling scale', fallingCurrent, 21.5, bad('below-range', -21.5)],
  ['NE 43 with a falling scale', fallingCurrent, 2, bad('above-range', -2)],
  ['bad beats uncertain', { ...current, valid: [4, 20] }, 3.7, bad('below-range', 3.7)],
]

describe('assess', () => {
  it.each(TABLE)('%s (%j, raw %d)', (_, given, raw, expected) => {
    expect(assess(sensor(given), { ok: true, raw })).toEqual(expected)
  })

  it('gives the ends of `to` for the ends of `from`, so that `valid` holds both', () => {
    const end = fc.integer({ min: -70_000, max: 70_000 })
    const tenth = fc.integer({ min: -9_999, max: 9_999 }).map((n) => n / 10)
    fc.assert(
      fc.property(end, end, tenth, tenth, (low, high, bottom, top) => {
        fc.pre(Math.abs(low) < Math.abs(high) && bottom !== top)
        const file = { address: 0, order: 'ABCD' as const, from: [low, high], to: [bottom, top] }
        const given = sensor({
          register: resolveRegister(file),
          valid: [Math.min(bottom, top), Math.max(bottom, top)],
        })
        expect(assess(given, { ok: true, raw: low })).toMatchObject({ quality: 'good' })
        expect(assess(given, { ok: true, raw: high })).toMatchObject({ quality: 'good' })
      }),
      { numRuns: 2_000 },
    )
  })

  it.each(['not-a-number', 'not-decodable'] as const)('passes on %s without a value', (reason) => {
    expect(assess(sensor(), { ok: false, reason, words: [1] })).toEqual(bad(reason))
  })

  const failures: [ReadFailure, string][] = [
    [{ kind: 'timeout' }, 'timeout'],
    [{ kind: 'exception', code: 2 }, 'exception-2'],
    [{ kind: 'not-connected' }, 'comm-lost'],
    [{ kind: 'short-reply' }, 'short-reply'],
    [{ kind: 'bad-reply' }, 'bad-reply'],
  ]
  it.each(failures)('a read that failed with %j is bad without a value', (failure, reason) => {
    expect(assessFailure(failure)).toEqual(bad(reason))
  })

  it('gives every reason the quality that the table of reasons gives it', () => {
    const all: Assessment[] = [
      ...TABLE.map(([, given, raw]) => assess(sensor(given), { ok: true, raw })),
      ...failures.map(([failure]) => assessFailure(failure)),
    ]
    for (const { reason, quality } of all) {
      if (reason === undefined || reason.startsWith('exception-')) continue
      expect(REASONS[reason as keyof typeof REASONS].quality).toBe(quality)
    }
  })
})

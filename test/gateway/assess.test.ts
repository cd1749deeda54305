import { describe, expect, it } from 'vitest'
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
const current = { register: register({ signal: 'ne43' }) }
const fallingCurrent = { register: register({ signal: 'ne43', scale: -1 }) }

const TABLE: [string, Given, number, object][] = [
  ['scales', { register: register({ scale: 0.5, offset: 10 }) }, 20, good(20)],
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
  ['NE 43 with a falling scale', fallingCurrent, 21.5, bad('below-range', -21.5)],
  ['NE 43 with a falling scale', fallingCurrent, 2, bad('above-range', -2)],
  ['bad beats uncertain', { ...current, valid: [4, 20] }, 3.7, bad('below-range', 3.7)],
]

describe('assess', () => {
  it.each(TABLE)('%s (%j, raw %d)', (_, given, raw, expected) => {
    expect(assess(sensor(given), { ok: true, raw })).toEqual(expected)
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

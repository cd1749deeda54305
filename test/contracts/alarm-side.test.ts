import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type AlarmLimit, crossesLimit } from '../../contracts/alarm-side.ts'
import type { Condition } from '../../contracts/facility-words.ts'

function alarm(when: Condition, limit: number, deadband = 0): AlarmLimit {
  return { when, limit, deadband }
}

describe('crossesLimit', () => {
  const crossings: [Condition, number, number, number, boolean][] = [
    // high at 10, returns below 8
    ['high', 2, 7.9, 10, true],
    ['high', 2, 7.9, 8, true],
    ['high', 2, 8, 9.99, false],
    ['high', 2, 9.99, 10, true],
    ['high', 2, 10, 99, false],
    ['high', 2, 10, 8, true],
    ['high', 2, 8, 7.99, true],
    // low at 10, returns above 12
    ['low', 2, 12.1, 10, true],
    ['low', 2, 12.1, 12, true],
    ['low', 2, 12, 10.01, false],
    ['low', 2, 10.01, 10, true],
    ['low', 2, 10, -5, false],
    ['low', 2, 12, 12.01, true],
    ['equals', 0, 9, 10, true],
    ['equals', 0, 10, 9, true],
    ['equals', 0, 8, 9, false],
    // equals 10, returns beyond a deadband on either side
    ['equals', 2, 10, 11, true],
    ['equals', 2, 11, 12, false],
    ['equals', 2, 12, 12.1, true],
    ['equals', 2, 8, 7.9, true],
    ['equals', 2, 7.9, 12.1, false],
    ['not-equals', 0, 10, 9, true],
    ['not-equals', 0, 8, 9, false],
    // beyond outside the deadband
    ['not-equals', 2, 10, 12, false],
    ['not-equals', 2, 12, 12.1, true],
    ['not-equals', 2, 7.9, 8, true],
    ['not-equals', 2, 7.9, 12.1, false],
  ]
  it.each(crossings)(
    '%s with deadband %d: from %d to %d is %s',
    (when, deadband, before, after, expected) => {
      expect(crossesLimit([alarm(when, 10, deadband)], before, after)).toBe(expected)
    },
  )

  it('knows no limit of stale and fault', () => {
    expect(crossesLimit([alarm('stale', Number.NaN), alarm('fault', Number.NaN)], 0, 1e9)).toBe(false)
  })

  it('never hides a change of the condition itself', () => {
    const value = fc.integer({ min: -20, max: 20 })
    fc.assert(
      fc.property(value, value, value, fc.nat(5), (before, after, limit, deadband) => {
        const high = alarm('high', limit, deadband)
        if (before >= limit !== after >= limit) expect(crossesLimit([high], before, after)).toBe(true)
        if (before < limit - deadband !== after < limit - deadband) {
          expect(crossesLimit([high], before, after)).toBe(true)
        }
      }),
    )
  })
})

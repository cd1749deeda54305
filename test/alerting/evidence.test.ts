import { describe, expect, test } from 'vitest'
import { judge, NO_SAMPLE, type Sample } from '../../alerting/evidence.ts'
import { REASONS } from '../../contracts/quality.ts'
import { alarmConfig, bad, good } from './alarm-fixtures.ts'

const high = alarmConfig()
const low = alarmConfig({ when: 'low', limit: 5, deadband: 1 })

describe('comparison', () => {
  const cases: [string, ReturnType<typeof alarmConfig>, number, string][] = [
    ['high, at the limit', high, 20, 'beyond'],
    ['high, just below', high, 19.999, 'between'],
    ['high, at limit - deadband', high, 18, 'between'],
    ['high, below the deadband', high, 17.999, 'returned'],
    ['low, at the limit', low, 5, 'beyond'],
    ['low, just above', low, 5.001, 'between'],
    ['low, at limit + deadband', low, 6, 'between'],
    ['low, above the deadband', low, 6.001, 'returned'],
    ['equals, equal', alarmConfig({ when: 'equals', limit: 1, deadband: 0 }), 1, 'beyond'],
    ['equals, other', alarmConfig({ when: 'equals', limit: 1, deadband: 0 }), 0, 'returned'],
    ['not-equals, equal', alarmConfig({ when: 'not-equals', limit: 1, deadband: 0 }), 1, 'returned'],
    ['not-equals, other', alarmConfig({ when: 'not-equals', limit: 1, deadband: 0 }), 2, 'beyond'],
    ['without a deadband returns right below', alarmConfig({ deadband: 0 }), 19.999, 'returned'],
  ]
  test.each(cases)('%s', (_name, config, value, says) => {
    expect(judge(config, good(value))).toEqual({ says, good: true, unknown: false })
  })
})

describe('every reason, for high, low and fault', () => {
  /** What a value far beyond both limits would raise, by reason. Columns of DESIGN section 2. */
  const raises = (reason: string): { high: boolean; low: boolean; fault: boolean } => {
    const { quality, evidence, fault } = REASONS[reason as keyof typeof REASONS]
    if (quality === 'uncertain') return { high: true, low: false, fault: false }
    return { high: evidence === 'beyond-high', low: evidence === 'beyond-low', fault }
  }
  for (const [reason, { quality }] of Object.entries(REASONS)) {
    const sample: Sample = { value: 99, quality, reason }
    test(`${reason} (${quality})`, () => {
      const expected = raises(reason)
      expect(judge(high, sample).says === 'beyond').toBe(expected.high)
      expect(judge(low, sample).says === 'beyond').toBe(expected.low)
      expect(judge(alarmConfig({ when: 'fault', limit: Number.NaN }), sample).says === 'beyond').toBe(
        expected.fault,
      )
    })
    test(`${reason} clears nothing`, () => {
      for (const when of ['high', 'low', 'equals', 'not-equals', 'stale', 'fault'] as const) {
        for (const value of [0, 10, 99, null]) {
          const verdict = judge(alarmConfig({ when }), { value, quality, reason })
          expect(verdict.says).not.toBe('returned')
          expect(verdict.says).not.toBe('between')
          expect(verdict.good).toBe(false)
        }
      }
    })
  }
})

describe('onBad: alarm', () => {
  const alarming = alarmConfig({ onBad: 'alarm' })
  test.each(['timeout', 'exception-2', 'not-a-number', 'comm-lost', 'below-range', 'stale'])(
    '%s counts as beyond',
    (reason) => {
      expect(judge(alarming, bad(reason)).says).toBe('beyond')
    },
  )
  test.each(['inhibited', 'calibrating', 'warm-up', 'testing'])(
    '%s raises nothing all the same',
    (reason) => {
      expect(judge(alarming, bad(reason, 99)).says).toBe('nothing')
    },
  )
})

test('nothing known says nothing', () => {
  expect(judge(high, NO_SAMPLE)).toEqual({ says: 'nothing', good: false, unknown: true })
})

test('good without a value, which the wire refuses, would still not clear', () => {
  expect(judge(high, { value: null, quality: 'good', reason: null }).says).toBe('nothing')
})

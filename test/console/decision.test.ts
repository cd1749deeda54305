import { describe, expect, test } from 'vitest'
import { decisionOf, valueText } from '../../dashboards/console/src/decision.ts'
import { Words } from '../../dashboards/console/src/language.ts'
import { isBlind } from '../../dashboards/console/src/sensor-condition.ts'
import { quietTree } from './fake-plant.ts'

const measured = quietTree(0).sensors.find(({ id }) => id === 'GT-101')
if (measured === undefined) throw new Error('the fake plant has GT-101')
const computed = (compute: string) => ({ ...measured, derived: { compute, of: ['GT-101'] } })

describe('the decision of a vote', () => {
  test.each([
    ['vote', 1, 'voteTripped'],
    ['vote', 0, 'voteNotTripped'],
    ['coincidence', 1, 'voteTripped'],
    ['healthy', 1, undefined],
    ['rate', 1, undefined],
  ])('%s at %d', (compute, value, decision) => {
    expect(decisionOf(computed(compute), value)).toBe(decision)
  })

  test('is a word in both languages, and a number of any other sensor', () => {
    expect(valueText(computed('vote'), 1, new Words('en'))).toBe('▲ TRIPPED')
    expect(valueText(computed('vote'), 0, new Words('zh'))).toBe('未动作')
    expect(valueText(measured, 1, new Words('en'))).toBe('1.0 %LEL')
  })
})

describe('a sensor is blind', () => {
  const time = '2026-11-21T10:00:00+08:00'
  test.each([
    ['with a good value', { kind: 'good', value: 1, time }, false],
    [
      'with an uncertain one, which may still raise',
      { kind: 'uncertain', value: 1, time, reason: null },
      false,
    ],
    ['with a bad one', { kind: 'bad', value: 1, time, reason: 'inputs' }, true],
    ['with a stale one', { kind: 'stale', value: 1, time, reason: null, gateway: true }, true],
    ['with none', { kind: 'none' }, true],
  ] as const)('%s: %#', (_, belief, expected) => {
    expect(isBlind({ sensor: measured, belief })).toBe(expected)
    expect(isBlind({ sensor: { ...measured, limits: [] }, belief })).toBe(false)
  })
})

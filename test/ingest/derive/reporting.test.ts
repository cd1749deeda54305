import { describe, expect, it } from 'vitest'
import type { DerivedSensor } from '../../../contracts/analytics/derived.ts'
import { isWorthSending } from '../../../ingest/derive/reporting.ts'
import { derivedPlant } from './derived-plant.ts'

function derivedWith(alarm: object): DerivedSensor {
  const [sensor] = derivedPlant([
    { id: 'X', of: 'A', compute: 'mean', window: '4s', report: { deadband: 100 }, alarms: { K: alarm } },
  ]).derived
  if (sensor === undefined) throw new Error('it has one')
  return sensor
}

const reading = (value: number) => ({ sensor: 'X', time: 1_000, value, quality: 'good' as const })

describe('what is computed is sent when it goes to the other side of a limit', () => {
  it.each<[string, number, number, number, boolean]>([
    ['high', 2, 9.9, 10, true],
    ['high', 2, 10, 9.9, true],
    ['high', 2, 8, 7.9, true],
    ['high', 2, 9.9, 8, false],
    ['high', 2, 10, 11, false],
    ['low', 2, 10.1, 10, true],
    ['low', 2, 10, 10.1, true],
    ['low', 2, 12, 12.1, true],
    ['low', 2, 10.1, 12, false],
    ['low', 2, 10, 5, false],
    ['equals', 0, 10, 11, true],
    ['equals', 0, 11, 12, false],
    ['not-equals', 0, 10, 11, true],
    ['not-equals', 0, 11, 12, false],
  ])('%s, 10 with deadband %d: from %d to %d', (when, deadband, before, after, isWorth) => {
    const sensor = derivedWith({ when, limit: 10, deadband })
    expect(isWorthSending(sensor, reading(before), reading(after))).toBe(isWorth)
  })

  it('goes by the set point that people have set since', () => {
    const sensor = derivedWith({ when: 'high', limit: 10 })
    const live = { limitOf: () => ({ limit: 20, deadband: 0 }) }
    expect(isWorthSending(sensor, reading(15), reading(20), live)).toBe(true)
    expect(isWorthSending(sensor, reading(9), reading(10), live)).toBe(false)
  })
})

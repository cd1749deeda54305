import { describe, expect, it } from 'vitest'
import type { Reading } from '../../../contracts/reading.ts'
import { Deriver } from '../../../ingest/derive/deriver.ts'
import { batchOf, derivedPlant, type Sample } from './derived-plant.ts'

/** Every second a value of A, undefined for a bad one; `told` as value or reason, `?` for uncertain. */
function toldOf(derived: object, values: readonly (number | undefined)[], limit?: number): string[] {
  const facility = derivedPlant([{ id: 'X', of: 'A', ...derived }])
  const set = { limit: limit ?? 0, deadband: 0 }
  const deriver = new Deriver({
    facility,
    live: { limitOf: () => (limit === undefined ? undefined : set) },
  })
  const readings: Reading[] = []
  for (const [at, value] of values.entries()) {
    const time = 1_000 + at * 1_000
    const samples: Sample[] = [['A', time, value]]
    readings.push(...(deriver.take(batchOf('g1', { samples, polled: { d1: time } }))?.readings ?? []))
  }
  return readings.map(({ value, quality, reason }) =>
    value === undefined ? `${reason}` : `${value}${quality === 'good' ? '' : '?'}`,
  )
}

const high = (limit: number) => ({ H: { when: 'high', limit, priority: 'high' } })
const low = (limit: number) => ({ L: { when: 'low', limit, priority: 'high' } })
const HOLE = [5, 30, undefined, undefined, undefined, undefined, undefined, undefined]

describe('what was seen beside a hole', () => {
  it('is told when it alone is beyond a set point, and else not', () => {
    const max = { compute: 'max', window: '4s' }
    expect(toldOf({ ...max, alarms: high(20) }, HOLE)).toEqual(['30?', 'inputs'])
    expect(toldOf({ ...max, alarms: high(40) }, HOLE)).toEqual(['inputs'])
    expect(toldOf(max, HOLE)).toEqual(['inputs'])
  })

  it('goes by the set point as people have set it since', () => {
    expect(toldOf({ compute: 'max', window: '4s', alarms: high(40) }, HOLE, 30)).toContain('30?')
    expect(toldOf({ compute: 'max', window: '4s', alarms: high(20) }, HOLE, 40)).not.toContain('30?')
  })

  it('is a bound on one side', () => {
    expect(toldOf({ compute: 'max', window: '4s', alarms: low(40) }, HOLE)).toEqual(['inputs'])
    expect(toldOf({ compute: 'min', window: '4s', alarms: low(10) }, HOLE)).toContain('5?')
    expect(toldOf({ compute: 'min', window: '4s', alarms: high(1) }, HOLE)).toEqual(['inputs'])
  })

  it('is nothing of a mean', () => {
    expect(toldOf({ compute: 'mean', window: '4s', alarms: high(10) }, HOLE)).toEqual(['inputs'])
  })

  it('of an exposure raises what it is beyond, without its missing minutes', () => {
    const minutes = (count: number, value: number | undefined) =>
      Array.from({ length: count * 60 }, () => value)
    const stel = { compute: 'stel', window: '5m', every: '1m' }
    const values = [...minutes(2, 300), ...minutes(6, undefined)]
    const told = toldOf({ ...stel, alarms: high(100) }, values)
    expect(told).toContain('120?')
    expect(told.at(-1)).toBe('inputs')
    expect(new Set(toldOf({ ...stel, alarms: high(121) }, values))).toEqual(new Set(['inputs']))
  })
})

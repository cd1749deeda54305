import { describe, expect, it } from 'vitest'
import { limitPoint } from '../../ingest/status/limit-point.ts'

const place = { facility: 'plant', area: 'tank-farm', sensor: 'GT-101', kind: 'gas', unit: '%LEL' } as const
const high = { id: 'GT-101.H', limit: 20, deadband: 1, priority: 'high', when: 'high' } as const

describe('a limit as a point', () => {
  it('has what a trend draws', () => {
    expect(limitPoint(high, place, 5)).toEqual({
      measurement: 'alarm_limit',
      tags: { ...place, alarm: 'GT-101.H' },
      fields: { limit: 20, deadband: 1, rank: 3n, when: 'high' },
      time: 5,
    })
  })

  it.each(['stale', 'fault'] as const)('is none for %s, which has no limit', (when) => {
    expect(limitPoint({ ...high, when, limit: Number.NaN }, place, 5)).toBeUndefined()
  })

  it('of 0 is one', () => {
    expect(limitPoint({ ...high, limit: 0 }, place, 5)?.fields.limit).toBe(0)
  })
})

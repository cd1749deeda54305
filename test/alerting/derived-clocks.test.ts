import { describe, expect, it } from 'vitest'
import { AlarmEngine } from '../../alerting/alarm-engine.ts'
import { DERIVED_GATEWAY } from '../../contracts/analytics/derived.ts'
import type { DerivedFile } from '../../contracts/analytics/derived-schema.ts'
import { derivedPlant } from '../ingest/derive/derived-plant.ts'
import { evidenceBatch } from './alarm-fixtures.ts'

const H = { when: 'high', limit: 20, onDelay: '5s' }
const MEAN: Partial<DerivedFile> & object = { id: 'A.mean', of: 'A', compute: 'mean', window: '4s' }
const facility = derivedPlant([{ ...MEAN, alarms: { H } }])
const device = facility.sensors.get('A.mean')?.device ?? ''

/** The clock of gateway g1 is so much behind that of the server, ms. */
function engineWith(offset: number): AlarmEngine {
  const engine = new AlarmEngine({ facility, now: 0 })
  engine.evaluate(
    evidenceBatch({ gateway: 'g1', offset, readings: [{ sensor: 'A', time: 1, value: 5, quality: 'good' }] }),
    1 + offset,
  )
  return engine
}

/** What the server computed, at this time of its own clock. */
function computed(engine: AlarmEngine, now: number, { time, value }: { time: number; value?: number }) {
  const readings = value === undefined ? [] : [{ sensor: 'A.mean', time, value, quality: 'good' as const }]
  return engine
    .evaluate(
      evidenceBatch({ gateway: DERIVED_GATEWAY, sent: now, readings, polled: { [device]: time } }),
      now,
    )
    .transitions.filter(({ config }) => config.id === 'A.mean.H')
}

describe('a derived sensor of a gateway whose clock is off', () => {
  it.each([-50_000, 0, 50_000])('is not silent while its points come, by %i ms', (offset) => {
    const engine = engineWith(offset)
    for (let time = 61_000; time <= 81_000; time += 1_000)
      computed(engine, time + offset, { time, ...(time === 61_000 ? { value: 5 } : {}) })
    expect(engine.isStale('A.mean')).toBe(false)
    const staleAfter = facility.sensors.get('A.mean')?.staleAfterMs ?? 0
    engine.advance(81_000 + offset + staleAfter - 1)
    expect(engine.isStale('A.mean')).toBe(false)
    engine.advance(81_000 + offset + staleAfter)
    expect(engine.isStale('A.mean')).toBe(true)
  })

  it.each([-50_000, 0, 50_000])('has the whole of its delays, by %i ms', (offset) => {
    const engine = engineWith(offset)
    const at = (time: number, value: number) => computed(engine, time + offset, { time, value })
    expect(at(61_000, 25)).toEqual([])
    expect(at(65_000, 25)).toEqual([])
    expect(at(65_900, 5)).toEqual([])
    expect(at(66_100, 5)).toEqual([])
    at(67_000, 25)
    const { transitions } = engine.advance(72_000 + offset)
    expect(transitions.find(({ config }) => config.id === 'A.mean.H')).toMatchObject({
      event: 'raised',
      time: 72_000,
    })
  })
})

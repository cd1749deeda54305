import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { newAlarm } from '../../alerting/alarm-record.ts'
import { calmRange, isCalmRecord, isCalmSample } from '../../alerting/calm.ts'
import { judge, NO_SAMPLE, type Sample } from '../../alerting/evidence.ts'
import { changesNothing, transition } from '../../alerting/lifecycle.ts'
import { CONDITIONS } from '../../contracts/facility-words.ts'
import { QUALITIES } from '../../contracts/quality.ts'
import { alarmConfig } from './alarm-fixtures.ts'

const config = fc
  .record({
    when: fc.constantFrom(...CONDITIONS),
    limit: fc.integer({ min: -50, max: 50 }),
    deadband: fc.constantFrom(0, 2),
    onBad: fc.constantFrom('freeze' as const, 'alarm' as const),
  })
  .map((over) =>
    alarmConfig({ ...over, limit: over.when === 'stale' || over.when === 'fault' ? Number.NaN : over.limit }),
  )
const sample: fc.Arbitrary<Sample> = fc.record({
  value: fc.option(fc.integer({ min: -60, max: 60 })),
  quality: fc.constantFrom(...QUALITIES, null),
  reason: fc.constantFrom(null, 'timeout', 'clock', 'above-range', 'inhibited', 'stale'),
})

describe('the short way', () => {
  it('passes over nothing that would change an alarm', () => {
    fc.assert(
      fc.property(fc.array(config, { maxLength: 4 }), sample, (alarms, seen) => {
        fc.pre(isCalmSample(calmRange(alarms), seen))
        const record = { ...newAlarm(0), unknown: false }
        expect(isCalmRecord(record)).toBe(true)
        for (const alarm of alarms) {
          const input = {
            kind: 'evidence',
            time: 5,
            verdict: judge(alarm, seen),
            sample: seen,
            held: NO_SAMPLE,
          } as const
          expect(transition(record, input, alarm).record).toBe(record)
        }
      }),
    )
  })

  it('is there for what most readings are', () => {
    const range = calmRange([
      alarmConfig({ when: 'high', limit: 20 }),
      alarmConfig({ when: 'high', limit: 40 }),
      alarmConfig({ when: 'low', limit: 1 }),
      alarmConfig({ when: 'fault', limit: Number.NaN }),
    ])
    const good = (value: number) => isCalmSample(range, { value, quality: 'good', reason: null })
    expect([1, 1.1, 19.9, 20].map(good)).toEqual([false, true, true, false])
    expect(isCalmSample(range, { value: 5, quality: 'uncertain', reason: 'clock' })).toBe(false)
    expect(isCalmSample(range, { value: null, quality: 'good', reason: null })).toBe(false)
    expect(
      isCalmSample(calmRange([alarmConfig({ when: 'equals' })]), { value: 5, quality: 'good', reason: null }),
    ).toBe(false)
  })
})

it('evidence that is said to change nothing changes nothing, and the other way round', () => {
  const phase = fc.constantFrom(
    'inactive' as const,
    'pendingOn' as const,
    'active' as const,
    'pendingOff' as const,
  )
  fc.assert(
    fc.property(config, sample, phase, fc.boolean(), (alarm, seen, at, unknown) => {
      const due = at === 'pendingOn' || at === 'pendingOff' ? 9_000 : null
      const record = { ...newAlarm(0), phase: at, unknown, due }
      const verdict = judge(alarm, seen)
      const input = { kind: 'evidence', time: 5, verdict, sample: seen, held: NO_SAMPLE } as const
      const isSame = transition(record, input, alarm).record === record
      if (changesNothing(record, verdict)) expect(isSame).toBe(true)
      else if (at === 'inactive') expect(isSame).toBe(false)
    }),
  )
})

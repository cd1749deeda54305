import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { AlarmEngine } from '../../alerting/alarm-engine.ts'
import { type AlarmRecord, liveState, shownState } from '../../alerting/alarm-record.ts'
import type { Reading } from '../../contracts/reading.ts'
import { evidenceBatch, smallFacility } from './alarm-fixtures.ts'

/** The invariants of ISA-18.2 that no stream of readings and actions may break. */

const facility = smallFacility(
  '{ H: { when: high, limit: 20, deadband: 2, onDelay: 2s, offDelay: 5s }, HH: { when: high, limit: 40, latching: true, priority: critical }, L: { when: low, limit: 5, onBad: alarm } }',
)

type Step =
  | { kind: 'reading'; after: number; reading: Omit<Reading, 'time' | 'sensor'> }
  | { kind: 'wait'; after: number }
  | { kind: 'act'; after: number; alarm: string; action: 'acknowledge' | 'reset' | 'shelve' | 'unshelve' }

const alarms = ['T-1.H', 'T-1.HH', 'T-1.L', 'T-1.FAULT']
const after = fc.integer({ min: 0, max: 4_000 })
const quality = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ quality: fc.constant('good' as const), value: fc.integer({ min: 0, max: 50 }) }),
  },
  fc.record({
    quality: fc.constant('uncertain' as const),
    reason: fc.constant('clock'),
    value: fc.integer({ min: 0, max: 50 }),
  }),
  fc.record({
    quality: fc.constant('bad' as const),
    reason: fc.constantFrom('timeout', 'above-range', 'below-range', 'inhibited', 'frozen', 'comm-lost'),
  }),
)
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('reading' as const), after, reading: quality }) },
  fc.record({ kind: fc.constant('wait' as const), after: fc.integer({ min: 0, max: 20_000 }) }),
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('act' as const),
      after,
      alarm: fc.constantFrom(...alarms),
      action: fc.constantFrom('acknowledge', 'reset', 'shelve', 'unshelve'),
    }),
  },
)
const steps = fc.array(step, { maxLength: 60 })

interface Seen {
  alarm: string
  event: string
  time: number
  before: AlarmRecord
  record: AlarmRecord
  by: Step
}

/** Runs the steps and reports every change, with the record before it. */
function run(list: readonly Step[], restartAfter?: number): { engine: AlarmEngine; seen: Seen[] } {
  let now = 0
  let engine = new AlarmEngine({ facility, now })
  const seen: Seen[] = []
  for (const [index, item] of list.entries()) {
    now += item.after
    const before = new Map([...engine.entries()].map((entry) => [entry.config.id, entry.record]))
    for (const change of perform(engine, item, now)) {
      const id = change.config.id
      const previous = before.get(id)
      if (previous !== undefined) {
        seen.push({
          alarm: id,
          event: change.event,
          time: change.time,
          before: previous,
          record: change.record,
          by: item,
        })
      }
      before.set(id, change.record)
    }
    if (index === restartAfter) {
      const records = new Map(
        [...engine.entries()].map(({ config, record }) => [
          config.id,
          { record: structuredClone(record), position: 0 },
        ]),
      )
      engine = new AlarmEngine({ facility, now, records })
    }
  }
  return { engine, seen }
}

function perform(engine: AlarmEngine, item: Step, now: number) {
  if (item.kind === 'wait') return engine.advance(now).transitions
  if (item.kind === 'reading') {
    const reading: Reading = { sensor: 'T-1', time: now, ...item.reading }
    return engine.evaluate(evidenceBatch({ readings: [reading] }), now).transitions
  }
  const due = engine.advance(now).transitions
  try {
    return [...due, ...engine.act(item.alarm, actionOf(item, now), now).transitions]
  } catch {
    return due // A refusal changes nothing; the enumerated tests hold its code.
  }
}

function actionOf(item: Step & { kind: 'act' }, now: number) {
  switch (item.action) {
    case 'acknowledge':
      return { kind: 'acknowledge' as const, time: now, occurrence: null, by: 'li', comment: null }
    case 'reset':
      return { kind: 'reset' as const, time: now, occurrence: null, by: 'li' }
    case 'shelve':
      return {
        kind: 'shelve' as const,
        time: now,
        flag: { by: 'li', cause: null, reason: 'test', until: now + 3_000 },
      }
    case 'unshelve':
      return { kind: 'unshelve' as const, time: now, by: 'li' }
  }
}

const isActive = (record: AlarmRecord) => record.phase === 'active' || record.phase === 'pendingOff'

describe('invariants', () => {
  test('an active unsuppressed alarm is never shown as NORM', () => {
    fc.assert(
      fc.property(steps, (list) => {
        const { engine } = run(list)
        for (const { record } of engine.entries())
          if (isActive(record)) expect(shownState(record)).not.toBe('NORM')
      }),
    )
  })

  test('only good evidence takes an alarm from active to inactive', () => {
    fc.assert(
      fc.property(steps, (list) => {
        for (const { event, by } of run(list).seen) {
          if (event !== 'returned') continue
          expect(by.kind).toBe('reading')
          expect(by.kind === 'reading' && by.reading.quality).toBe('good')
        }
      }),
    )
  })

  test('an unacknowledged alarm leaves that state by a person, or by the end of a flag once it has returned', () => {
    fc.assert(
      fc.property(steps, (list) => {
        for (const { event, before, record } of run(list).seen) {
          if (!before.acked && record.acked) expect(['acknowledged', 'unshelved']).toContain(event)
          if (!before.acked && record.acked && event === 'unshelved')
            expect(isActive(record) || record.latched).toBe(false)
        }
      }),
    )
  })

  test('every activation is a new occurrence, unacknowledged, and numbers never repeat', () => {
    fc.assert(
      fc.property(steps, (list) => {
        for (const { event, before, record } of run(list).seen) {
          expect(record.occurrence).toBe(before.occurrence + (event === 'raised' ? 1 : 0))
          expect(record.transitions).toBe(before.transitions + 1)
          if (event === 'raised') expect(record.acked).toBe(false)
        }
      }),
    )
  })

  test('a latch is left by reset only', () => {
    fc.assert(
      fc.property(steps, (list) => {
        for (const { event, before, record } of run(list).seen) {
          if (before.latched && !record.latched) expect(event).toBe('reset')
          if (event === 'reset') expect(liveState(before)).toBe('LATCH_ACK')
        }
      }),
    )
  })

  test('shelving always ends: an alarm whose condition still stands is UNACK then', () => {
    fc.assert(
      fc.property(steps, (list) => {
        const { engine } = run(list)
        engine.advance(10_000_000)
        for (const { record } of engine.entries()) {
          expect(record.shelved).toBeNull()
          expect(shownState(record)).toBe(liveState(record))
        }
      }),
    )
  })

  test('a restart anywhere changes no later state', () => {
    // Not the alarms that silence raises: a restart counts silence from the start of the server again.
    const live = (engine: AlarmEngine) =>
      [...engine.entries()]
        .filter(({ config }) => config.sensor === 'T-1' && ['H', 'HH'].includes(config.key))
        .map(({ config, record }) => [config.id, liveState(record), record.occurrence])
    const dense = steps.map((list) => list.filter((item) => item.kind !== 'wait'))
    fc.assert(
      fc.property(dense, fc.nat(59), (list, at) => {
        const end: Step = { kind: 'reading', after: 6_000, reading: { quality: 'good', value: 10 } }
        const whole = [...list, end]
        expect(live(run(whole, at).engine)).toEqual(live(run(whole).engine))
      }),
    )
  })
})

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { AlarmEngine } from '../../alerting/alarm-engine.ts'
import { type AlarmRecord, liveState, shownState } from '../../alerting/alarm-record.ts'
import { parseFacility } from '../../contracts/facility-load.ts'
import type { Reading } from '../../contracts/reading.ts'
import { evidenceBatch, smallFacility } from './alarm-fixtures.ts'

/** The invariants of ISA-18.2 that no stream of readings and actions may break. */

const OF_T1 = [
  'H: { when: high, limit: 20, deadband: 2, onDelay: 2s, offDelay: 5s, reAlarm: 8s, rise: [ { after: 6s, priority: critical } ] }',
  'HH: { when: high, limit: 40, latching: true, priority: critical, group: trip }',
  'L: { when: low, limit: 5, onBad: alarm, suppressWhen: [ { sensor: T-2, when: high, limit: 30, hold: 3s } ], group: trip }',
]
const GROUPS = 'groups: [ { id: trip, consequences: suppress } ]'
const facility = smallFacility(`{ ${OF_T1.join(', ')} }`, GROUPS)
/** Of T-1 alone: what others are silent about becomes an alarm by the clock of the server, and leads their group. */
const alone = parseFacility(
  `
facility: { id: plant }
${GROUPS}
gateways:
  - { id: gw-1, buses: [ { id: line, driver: modbus-tcp, host: 127.0.0.1, devices: [ { id: panel, sensors: [
      { id: T-1, kind: gas, unit: ppm, register: { address: 0 }, alarms: { ${OF_T1.join(', ').replace(/suppressWhen: \[.*?\], /, '')} } } ] } ] } ] }
`,
  'alone.yaml',
)
const ANNUNCIATED = ['raised', 're-alarmed', 'priority-raised']

const ACTIONS = ['acknowledge', 'reset', 'shelve', 'shelve once', 'unshelve', 'silence'] as const
type Action = (typeof ACTIONS)[number]

type Step =
  | { kind: 'reading'; after: number; sensor: 'T-1' | 'T-2'; reading: Omit<Reading, 'time' | 'sensor'> }
  | { kind: 'wait'; after: number }
  | { kind: 'act'; after: number; alarm: string; action: Action }

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
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('reading' as const),
      after,
      sensor: fc.constantFrom('T-1', 'T-1', 'T-1', 'T-2'),
      reading: quality,
    }),
  },
  fc.record({ kind: fc.constant('wait' as const), after: fc.integer({ min: 0, max: 20_000 }) }),
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('act' as const),
      after,
      alarm: fc.constantFrom(...alarms),
      action: fc.constantFrom(...ACTIONS),
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
    const reading: Reading = { sensor: item.sensor, time: now, ...item.reading }
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
    case 'silence':
      return { kind: item.action, time: now, occurrence: null, by: 'li' }
    case 'shelve':
    case 'shelve once': {
      const once = item.action === 'shelve' ? {} : { oneShot: true as const }
      const flag = { by: 'li', cause: null, reason: 'test', until: now + 3_000, ...once }
      return { kind: 'shelve' as const, time: now, flag }
    }
    case 'unshelve':
      return { kind: 'unshelve' as const, time: now, by: 'li' }
  }
}

/**
 * Readings in batches of these sizes, over and over, with a server whose clock has come to the first of each: no delay
 * ends before the evidence for it is there. Of the clock of the server are FAULT, and how urgent an alarm becomes: a
 * return that is heard of after a rise, and dated before it, does not take it back.
 */
function inBatches(stream: readonly Reading[], sizes: readonly number[]) {
  const engine = new AlarmEngine({ facility: alone, now: 0 })
  const told: unknown[] = []
  for (let at = 0, turn = 0; at < stream.length; turn += 1) {
    const readings = stream.slice(at, at + (sizes[turn % sizes.length] ?? 1))
    at += readings.length
    const now = readings[0]?.time ?? 0
    told.push(...engine.evaluate(evidenceBatch({ readings }), now).transitions)
  }
  told.push(...engine.advance((stream.at(-1)?.time ?? 0) + 9_000).transitions)
  const brief = (told as { config: { id: string }; event: string; time: number }[])
    .filter(({ config, event }) => ['T-1.H', 'T-1.HH'].includes(config.id) && event !== 'priority-raised')
    .map(({ config, event, time }) => `${config.id} ${event} ${time}`)
  const states = ['T-1.H', 'T-1.HH'].map((id) => engine.entry(id)?.record)
  return { brief: brief.sort(), states: states.map((record) => record && shownState(record)) }
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
          if (!before.acked && record.acked)
            expect(['acknowledged', 'unshelved', 'unsuppressed']).toContain(event)
          if (!before.acked && record.acked && event !== 'acknowledged')
            expect(isActive(record) || record.latched).toBe(false)
        }
      }),
    )
  })

  test('every activation is a new occurrence, unacknowledged, and numbers never repeat', () => {
    fc.assert(
      fc.property(steps, (list) => {
        for (const { event, before, record } of run(list).seen) {
          expect(record.occurrence).toBe(before.occurrence + (ANNUNCIATED.includes(event) ? 1 : 0))
          expect(record.transitions).toBe(before.transitions + 1)
          if (ANNUNCIATED.includes(event)) expect([record.acked, record.silenced]).toEqual([false, false])
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
          expect(shownState(record)).toBe(record.suppressed.length > 0 ? 'DSUPR' : liveState(record))
        }
      }),
    )
  })

  test('nothing that is active is hidden or quiet without an entry that says by what', () => {
    const hiding = ['shelved', 'suppressed', 'out-of-service', 'acknowledged', 'silenced']
    fc.assert(
      fc.property(steps, (list) => {
        const { engine, seen } = run(list)
        for (const { event, before, record } of seen) {
          const wasHeard = isActive(before) && shownState(before) === 'UNACK' && !before.silenced
          const isHeard = shownState(record) === 'UNACK' && !record.silenced
          if (wasHeard && isActive(record) && !isHeard) expect(hiding).toContain(event)
        }
        for (const { config, record } of engine.entries()) {
          const last = seen.findLast(({ alarm }) => alarm === config.id)
          if (last !== undefined) expect(shownState(record)).toBe(shownState(last.record))
        }
      }),
    )
  })

  test('a priority rises only while the alarm is active, and is its own again with the next activation', () => {
    fc.assert(
      fc.property(steps, (list) => {
        for (const { event, before, record, time } of run(list).seen) {
          if (event === 'raised') expect(record.rises).toBe(0)
          if (event !== 'priority-raised') continue
          expect(isActive(before)).toBe(true)
          expect([record.rises, time]).toEqual([before.rises + 1, (before.activated ?? 0) + 6_000])
        }
      }),
    )
  })

  test('the same readings in any batches come to the same transitions and the same states', () => {
    const readings = fc.array(fc.record({ after: fc.integer({ min: 1, max: 1_500 }), reading: quality }), {
      minLength: 1,
      maxLength: 120,
    })
    fc.assert(
      fc.property(readings, fc.array(fc.integer({ min: 1, max: 6 })), (list, sizes) => {
        let time = 0
        const stream = list.map(({ after: wait, reading }): Reading => {
          time += wait
          return { sensor: 'T-1', time, ...reading }
        })
        const cuts = sizes.length === 0 ? [1] : sizes
        expect(inBatches(stream, cuts)).toEqual(inBatches(stream, [1]))
      }),
    )
  })

  test('evidence that is still on its way when a delay ends comes too late to stop it: the clock has decided', () => {
    const engine = new AlarmEngine({ facility, now: 0 })
    const told = (batch: readonly [time: number, value: number][], now: number) => {
      const readings = batch.map(
        ([time, value]): Reading => ({ sensor: 'T-1', time, value, quality: 'good' }),
      )
      return engine
        .evaluate(evidenceBatch({ readings }), now)
        .transitions.filter(({ config }) => config.id === 'T-1.H')
        .map(({ event, time }) => `${event} ${time}`)
    }
    expect(told([[1, 20]], 1)).toEqual([])
    expect(
      told(
        [
          [1_050, 0],
          [2_001, 0],
        ],
        2_001,
      ),
    ).toEqual(['raised 2001'])
    expect(told([[6_050, 0]], 6_050)).toEqual(['returned 6050'])
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
        const end: Step = {
          kind: 'reading',
          after: 6_000,
          sensor: 'T-1',
          reading: { quality: 'good', value: 10 },
        }
        const whole = [...list, end]
        expect(live(run(whole, at).engine)).toEqual(live(run(whole).engine))
      }),
    )
  })
})

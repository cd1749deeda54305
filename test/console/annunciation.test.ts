import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ALARM_STATES, isUnacknowledged } from '../../contracts/alarm.ts'
import type { AlarmView } from '../../contracts/api.ts'
import {
  compareAlarms,
  countUnacknowledged,
  PRIORITY_ORDER,
  sortAlarms,
  soundOf,
} from '../../dashboards/console/src/annunciation.ts'
import { reduce } from '../../dashboards/console/src/reducer.ts'
import { type ConsoleState, initialState, occurrenceKey } from '../../dashboards/console/src/state.ts'
import { alarmOf, entryOf, iso } from './fake-plant.ts'

const NOW = Date.parse('2026-11-21T02:00:00Z')

const anyAlarm = fc
  .record({
    id: fc.constantFrom('A.H', 'B.H', 'C.H', 'D.H'),
    state: fc.constantFrom(...ALARM_STATES),
    priority: fc.constantFrom(...PRIORITY_ORDER),
    raised: fc.integer({ min: NOW - 5_000, max: NOW }),
  })
  .map(({ id, raised, ...more }) => alarmOf(id, raised, more))

describe('order', () => {
  test('unacknowledged first, then priority, then the newest', () => {
    const alarms = [
      alarmOf('A.H', NOW - 1_000, { priority: 'critical', state: 'ACKED' }),
      alarmOf('B.H', NOW - 2_000, { priority: 'low' }),
      alarmOf('C.H', NOW - 9_000, { priority: 'high', state: 'RTNUN' }),
      alarmOf('D.H', NOW - 4_000, { priority: 'high' }),
      alarmOf('E.H', NOW - 5_000, { priority: 'critical', state: 'LATCH_UNACK' }),
      alarmOf('F.H', NOW, { priority: 'critical', state: 'SHLVD' }),
    ]
    const { shown, hidden } = sortAlarms(alarms)
    expect(shown.map((alarm) => alarm.id)).toEqual(['E.H', 'D.H', 'C.H', 'B.H', 'A.H'])
    expect(hidden.map((alarm) => alarm.id)).toEqual(['F.H'])
  })

  test('nothing is lost, and no acknowledged alarm stands above one that waits', () => {
    fc.assert(
      fc.property(fc.array(anyAlarm, { maxLength: 12 }), (alarms) => {
        const { shown, hidden } = sortAlarms(alarms)
        expect(shown.length + hidden.length).toBe(alarms.length)
        const waits = shown.map((alarm) => isUnacknowledged(alarm.state))
        expect(waits).toEqual([...waits].sort((a, b) => Number(b) - Number(a)))
      }),
    )
  })

  test('the comparison is antisymmetric', () => {
    fc.assert(
      fc.property(anyAlarm, anyAlarm, (a, b) => {
        expect(Math.sign(compareAlarms(a, b)) + Math.sign(compareAlarms(b, a))).toBe(0)
      }),
    )
  })

  test('only the unacknowledged are counted', () => {
    const alarms = ALARM_STATES.map((state) => alarmOf('A.H', NOW, { state, priority: 'medium' }))
    expect(countUnacknowledged(alarms)).toEqual({ critical: 0, high: 0, medium: 3, low: 0 })
  })
})

describe('sound', () => {
  const start: ConsoleState = {
    ...initialState({ at: 0, time: iso(NOW), now: NOW, facility: undefined }),
    link: 'live',
  }
  const raise = (state: ConsoleState, alarm: AlarmView, seq = 1) =>
    reduce(state, { kind: 'alarm', at: 0, item: entryOf(seq, alarm) })

  test.each(
    PRIORITY_ORDER.flatMap((priority) =>
      ALARM_STATES.filter((state) => state !== 'NORM').map((state) => {
        const isLoud = isUnacknowledged(state) && (priority === 'critical' || priority === 'high')
        return { priority, state, sound: isLoud ? 'alarm' : 'none' }
      }),
    ),
  )('$priority $state: $sound', ({ priority, state, sound }) => {
    expect(soundOf(raise(start, alarmOf('A.H', NOW, { priority, state })))).toBe(sound)
  })

  test('silence lasts until the next new alarm', () => {
    const silenced = reduce(raise(start, alarmOf('A.H', NOW)), { kind: 'silenced' })
    expect(soundOf(silenced)).toBe('none')
    expect(soundOf(raise(silenced, alarmOf('B.H', NOW), 2))).toBe('alarm')
  })

  test('the same alarm again is a new one', () => {
    const silenced = reduce(raise(start, alarmOf('A.H', NOW)), { kind: 'silenced' })
    expect(soundOf(raise(silenced, alarmOf('A.H', NOW + 5_000), 2))).toBe('alarm')
  })

  test('a returned, still unacknowledged occurrence stays silenced', () => {
    const alarm = alarmOf('A.H', NOW)
    const silenced = reduce(raise(start, alarm), { kind: 'silenced' })
    expect(soundOf(raise(silenced, { ...alarm, state: 'RTNUN' }, 2))).toBe('none')
  })

  test('the loss of the server sounds, can be silenced, and sounds again the next time', () => {
    const lost = reduce(start, { kind: 'tick', at: 60_000 })
    expect(soundOf(lost)).toBe('no-data')
    const silenced = reduce(lost, { kind: 'silenced' })
    expect(soundOf(silenced)).toBe('none')
    const back = [
      { kind: 'opened', at: 61_000 } as const,
      { kind: 'heartbeat', at: 61_100, time: iso(NOW + 61_100) } as const,
      { kind: 'tick', at: 90_000 } as const,
    ].reduce(reduce, silenced)
    expect(soundOf(back)).toBe('no-data')
  })

  test('what was silenced at another console is silent here', () => {
    const alarm = alarmOf('A.H', NOW)
    const there = raise(raise(start, alarm), { ...alarm, silenced: true }, 2)
    expect(soundOf(there)).toBe('none')
    expect(soundOf(raise(there, alarmOf('B.H', NOW), 3))).toBe('alarm')
  })

  test('one is silenced alone, and what was silenced before stays so', () => {
    const [a, b] = [alarmOf('A.H', NOW), alarmOf('B.H', NOW)]
    const both = raise(raise(start, a), b, 2)
    const one = reduce(both, { kind: 'silenced', only: [occurrenceKey(a)] })
    expect(soundOf(one)).toBe('alarm')
    expect(soundOf(reduce(one, { kind: 'silenced', only: [occurrenceKey(b)] }))).toBe('none')
  })

  test('the same occurrence sounds again when it comes off the shelf', () => {
    const alarm = alarmOf('A.H', NOW)
    const flag = {
      by: 'Li',
      reason: 'weld',
      since: iso(NOW),
      until: null,
      cause: null,
      approvedBy: null,
      oneShot: false,
    }
    const silenced = reduce(raise(start, alarm), { kind: 'silenced' })
    const told = raise(silenced, { ...alarm, silenced: true }, 2)
    const shelved = raise(told, { ...alarm, silenced: true, state: 'SHLVD', shelved: flag }, 3)
    expect(soundOf(shelved)).toBe('none')
    expect(soundOf(raise(shelved, alarm, 4))).toBe('alarm')
    // And when the server never knew of the silence.
    const unknown = raise(silenced, { ...alarm, state: 'SHLVD', shelved: flag }, 2)
    expect(soundOf(raise(unknown, alarm, 3))).toBe('alarm')
  })
})

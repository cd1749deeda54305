import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ALARM_STATES, isUnacknowledged } from '../../contracts/alarm.ts'
import type { AlarmView } from '../../contracts/api.ts'
import { noticeChanges, noticeWords } from '../../dashboards/console/src/notice-changes.ts'
import { alarmKey, occurrenceKey } from '../../dashboards/console/src/state.ts'
import { alarmOf } from './fake-plant.ts'

const NOW = Date.parse('2026-11-21T02:00:00Z')
const byKey = (alarms: readonly AlarmView[]) => new Map(alarms.map((alarm) => [alarmKey(alarm), alarm]))
const ids = (alarms: readonly AlarmView[]) => alarms.map(({ id }) => id)

describe('what somebody is called for who looks elsewhere', () => {
  test('not what stood there when the page was opened; what came since, once', () => {
    const [a, b] = [alarmOf('A.H', NOW), alarmOf('B.H', NOW)]
    const first = noticeChanges(byKey([a]), undefined, [])
    expect(first.show).toEqual([])
    const second = noticeChanges(byKey([a, b]), first.known, [])
    expect(ids(second.show)).toEqual(['B.H'])
    expect(noticeChanges(byKey([a, b]), second.known, [alarmKey(b)]).show).toEqual([])
  })

  test('the same alarm again is a new one', () => {
    const known = noticeChanges(byKey([alarmOf('A.H', NOW)]), undefined, []).known
    const again = noticeChanges(byKey([alarmOf('A.H', NOW + 5_000)]), known, [])
    expect(ids(again.show)).toEqual(['A.H'])
  })

  test('it is taken away when it is acknowledged, set aside or gone', () => {
    const a = alarmOf('A.H', NOW)
    const key = alarmKey(a)
    for (const alarms of [[], [{ ...a, state: 'ACKED' as const }], [{ ...a, state: 'SHLVD' as const }]])
      expect(noticeChanges(byKey(alarms), new Set([occurrenceKey(a)]), [key]).close).toEqual([key])
    const returned = { ...a, state: 'RTNUN' as const }
    expect(noticeChanges(byKey([returned]), new Set([occurrenceKey(a)]), [key]).close).toEqual([])
  })

  test('history that came late calls nobody', () => {
    expect(noticeChanges(byKey([alarmOf('A.H', NOW, { late: true })]), new Set(), []).show).toEqual([])
  })

  test('of many at once five are shown, life safety all of it, and the others are counted', () => {
    const many = Array.from({ length: 9 }, (_, n) => alarmOf(`A${n}.H`, NOW, { lifeSafety: n > 1 }))
    const { show, others } = noticeChanges(byKey(many), new Set(), [])
    expect(show.filter(({ lifeSafety }) => lifeSafety).length).toBe(7)
    expect([show.length, others]).toEqual([7, 2])
    const plain = many.map((alarm) => ({ ...alarm, lifeSafety: false }))
    const some = noticeChanges(byKey(plain), new Set(), [])
    expect([some.show.length, some.others]).toEqual([5, 4])
  })

  test('every new alarm that waits is shown or counted, and no other', () => {
    const anyAlarm = fc
      .record({
        id: fc.constantFrom('A.H', 'B.H', 'C.H', 'D.H', 'E.H', 'F.H', 'G.H'),
        state: fc.constantFrom(...ALARM_STATES),
        lifeSafety: fc.boolean(),
        raised: fc.integer({ min: NOW - 3, max: NOW }),
      })
      .map(({ id, raised, ...more }) => alarmOf(id, raised, more))
    fc.assert(
      fc.property(fc.array(anyAlarm), fc.array(anyAlarm), (before, after) => {
        const { known } = noticeChanges(byKey(before), undefined, [])
        const alarms = byKey(after)
        const fresh = [...alarms.values()].filter(
          (alarm) => isUnacknowledged(alarm.state) && !known.has(occurrenceKey(alarm)),
        )
        const { show, others } = noticeChanges(alarms, known, [])
        expect(show.length + others).toBe(fresh.length)
        for (const alarm of show) expect(fresh).toContain(alarm)
      }),
    )
  })
})

describe('its words', () => {
  const alarm = alarmOf('GT-102.HH', NOW, {
    priority: 'critical',
    sensorName: 'Methane, pump bay',
    value: 44.1666,
    limit: 40,
    message: 'Methane in the pump bay',
  })

  test('sensor, value and priority, in both languages', () => {
    expect(noticeWords(alarm, 'en')).toEqual({
      title: 'Critical: GT-102.HH Methane, pump bay',
      body: '44.17 %LEL, limit 40 %LEL\nMethane in the pump bay',
    })
    expect(noticeWords(alarm, 'zh').title).toBe('紧急: GT-102.HH Methane, pump bay')
  })

  test('without a value, none is made up', () => {
    expect(noticeWords({ ...alarm, value: null, limit: null }, 'en').body).toBe('Methane in the pump bay')
  })
})

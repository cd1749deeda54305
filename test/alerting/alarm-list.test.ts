import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type AlarmRecord, newAlarm, shownState } from '../../alerting/alarm-record.ts'
import { alarmView } from '../../alerting/alarm-view.ts'
import { isHidden, listAlarms } from '../../alerting/api/alarm-list.ts'
import type { AlarmEntry } from '../../alerting/evaluation.ts'
import { ALARM_STATES, isUnacknowledged } from '../../contracts/alarm.ts'
import { PRIORITIES } from '../../contracts/facility-words.ts'
import { alarmConfig, smallFacility } from './alarm-fixtures.ts'

const place = smallFacility()
const [sensor, other] = [...place.sensors.values()].filter(({ id }) => id !== 'T-2')
const flag = { by: 'me', cause: null, reason: 'r', since: 0, until: null }

const record: fc.Arbitrary<AlarmRecord> = fc
  .record({
    phase: fc.constantFrom('inactive', 'pendingOn', 'active', 'pendingOff'),
    acked: fc.boolean(),
    latched: fc.boolean(),
    shelved: fc.option(fc.constant(flag)),
    suppressed: fc.constantFrom([], [flag]),
    outOfService: fc.option(fc.constant(flag)),
    rises: fc.constantFrom(0, 1),
    since: fc.integer({ min: 0, max: 3 }).map((s) => 1_795_219_200_000 + s),
  } as const)
  .map((some) => ({ ...newAlarm(0), ...some }))

const entries: fc.Arbitrary<AlarmEntry[]> = fc
  .array(fc.tuple(record, fc.constantFrom(...PRIORITIES), fc.boolean()), { maxLength: 12 })
  .map((given) =>
    given.map(([made, priority, isOther], n) => {
      const rises = [{ afterMs: 1_000, priority: 'critical' as const }]
      const config = alarmConfig({ id: `T-${n}.H`, priority, rises })
      const of = isOther ? other : sensor
      if (of === undefined) throw new Error('no sensor')
      return { config, sensor: of, order: n, record: made }
    }),
  )

it('lists what the views say, in the order of what they say', () => {
  const query = fc.record({
    state: fc.option(fc.constantFrom(...ALARM_STATES), { nil: undefined }),
    priority: fc.option(fc.constantFrom(...PRIORITIES), { nil: undefined }),
    area: fc.constantFrom(undefined, ...new Set([sensor?.area ?? '', other?.area ?? ''])),
  })
  fc.assert(
    fc.property(entries, query, (given, asked) => {
      const listed = listAlarms([{ alarms: { entries: () => given } }], asked).map(({ id }) => id)
      const expected = given
        .map((entry) => alarmView(place, entry, true))
        .filter(({ state }) => (asked.state === undefined ? state !== 'NORM' : state === asked.state))
        .filter(({ area }) => asked.area === undefined || area === asked.area)
        .filter(({ priority }) => asked.priority === undefined || priority === asked.priority)
        .sort(
          (a, b) =>
            Number(isUnacknowledged(b.state)) - Number(isUnacknowledged(a.state)) ||
            PRIORITIES.indexOf(b.priority) - PRIORITIES.indexOf(a.priority) ||
            Date.parse(b.since) - Date.parse(a.since) ||
            a.id.localeCompare(b.id),
        )
        .map(({ id }) => id)
      expect(listed).toEqual(expected)
    }),
  )
})

it('takes for hidden what a flag hides', () => {
  fc.assert(
    fc.property(record, (made) => {
      const isFlagged = made.shelved !== null || made.outOfService !== null || made.suppressed.length > 0
      expect(isHidden(shownState(made))).toBe(isFlagged)
    }),
  )
})

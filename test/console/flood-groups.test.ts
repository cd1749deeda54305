import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { floodGroups } from '../../dashboards/console/src/flood-groups.ts'
import { alarmOf } from './fake-plant.ts'

const NOW = Date.parse('2026-11-21T02:00:00Z')

const anyAlarms = fc.uniqueArray(
  fc
    .record({
      sensor: fc.constantFrom('A', 'B', 'C', 'D'),
      key: fc.constantFrom('H', 'HH', 'FAULT'),
      area: fc.constantFrom('tank-farm', 'shed', ''),
      facility: fc.constantFrom('one', 'two'),
      lifeSafety: fc.boolean(),
      firstInGroup: fc.boolean(),
      state: fc.constantFrom('UNACK' as const, 'ACKED' as const),
      priority: fc.constantFrom('critical' as const, 'low' as const),
    })
    .map(({ sensor, key, ...more }) => alarmOf(`${sensor}.${key}`, NOW, more)),
  { selector: ({ facility, id }) => `${facility}/${id}` },
)

describe('flood view', () => {
  test('nothing is dropped and nothing stands twice', () => {
    fc.assert(
      fc.property(anyAlarms, (alarms) => {
        const { lifeSafety, areas } = floodGroups(alarms)
        const shown = [
          ...lifeSafety,
          ...areas.flatMap(({ sensors }) => sensors.flatMap((sensor) => sensor.alarms)),
        ]
        expect(shown.length).toBe(alarms.length)
        expect(new Set(shown)).toEqual(new Set(alarms))
      }),
    )
  })

  test('life safety is never grouped, and the counts are those of what is', () => {
    fc.assert(
      fc.property(anyAlarms, (alarms) => {
        const { lifeSafety, areas } = floodGroups(alarms)
        expect(lifeSafety.every((alarm) => alarm.lifeSafety)).toBe(true)
        for (const area of areas) {
          const inside = area.sensors.flatMap((sensor) => sensor.alarms)
          expect(inside.some((alarm) => alarm.lifeSafety)).toBe(false)
          expect(area.count).toBe(inside.length)
          expect(area.unacknowledged).toBe(inside.filter(({ state }) => state === 'UNACK').length)
          expect(area.firsts).toEqual(expect.arrayContaining(inside.filter((alarm) => alarm.firstInGroup)))
          expect(inside.every((alarm) => alarm.area === area.area && alarm.facility === area.facility)).toBe(
            true,
          )
        }
      }),
    )
  })

  test('the area of the most urgent alarm comes first, and its sensor within', () => {
    const { areas } = floodGroups([
      alarmOf('A.H', NOW, { area: 'shed', priority: 'low' }),
      alarmOf('B.H', NOW, { area: 'tank-farm', priority: 'medium' }),
      alarmOf('C.HH', NOW, { area: 'tank-farm', priority: 'critical' }),
    ])
    expect(areas.map(({ area, sensors }) => [area, sensors.map(({ sensor }) => sensor)])).toEqual([
      ['tank-farm', ['C', 'B']],
      ['shed', ['A']],
    ])
  })
})

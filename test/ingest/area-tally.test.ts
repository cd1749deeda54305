import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ALARM_STATES, type AlarmState } from '../../contracts/alarm.ts'
import { PRIORITIES } from '../../contracts/facility-words.ts'
import { AreaTally, type TalliedAlarm } from '../../ingest/status/area-tally.ts'

const NOW = 1_795_219_200_000
const tank = { facility: 'plant', facilityName: 'Plant', id: 'tank-farm', name: 'Tank farm' }

function fieldsOf(alarms: readonly Partial<TalliedAlarm>[]) {
  const tally = new AreaTally()
  for (const [order, alarm] of alarms.entries())
    tally.add({ id: `A-${order}.H`, state: 'UNACK', priority: 'high', order, ...alarm })
  return tally.point(tank, NOW).fields
}

describe('an area as a point', () => {
  it('is all there and grey while nothing stands', () => {
    const tally = new AreaTally()
    expect(tally.point({ ...tank, location: { lat: 35.241, lon: 115.471 } }, NOW)).toEqual({
      measurement: 'area',
      tags: { facility: 'plant', area: 'tank-farm' },
      fields: {
        name: 'Tank farm',
        facilityName: 'Plant',
        lat: 35.241,
        lon: 115.471,
        worst: 0n,
        worstAlarm: '',
        worstState: '',
        critical: 0n,
        high: 0n,
        medium: 0n,
        low: 0n,
        unacknowledged: 0n,
        setAside: 0n,
        sensors: 0n,
        bad: 0n,
        stale: 0n,
      },
      time: NOW,
    })
  })

  it('has no place when nobody said where it is', () => {
    const { fields } = new AreaTally().point(tank, NOW)
    expect(Object.keys(fields).filter((name) => name === 'lat' || name === 'lon')).toEqual([])
  })

  it.each([
    // state: worst, counted as high, unacknowledged, set aside
    ['NORM', 0n, 0n, 0n, 0n],
    ['UNACK', 3n, 1n, 1n, 0n],
    ['ACKED', 3n, 1n, 0n, 0n],
    ['RTNUN', 3n, 1n, 1n, 0n],
    ['LATCH_UNACK', 3n, 1n, 1n, 0n],
    // It stands until somebody resets it, and nothing is there any more that nobody has seen.
    ['LATCH_ACK', 0n, 1n, 0n, 0n],
    ['SHLVD', 0n, 0n, 0n, 1n],
    ['DSUPR', 0n, 0n, 0n, 1n],
    ['OOSRV', 0n, 0n, 0n, 1n],
  ] as const)('%s', (state, worst, high, unacknowledged, setAside) => {
    expect(fieldsOf([{ state }])).toMatchObject({ worst, high, unacknowledged, setAside })
  })

  it.each<[string, Partial<TalliedAlarm>[], string, AlarmState]>([
    [
      'the higher priority',
      [{ priority: 'low' }, { priority: 'critical', state: 'RTNUN' }],
      'A-1.H',
      'RTNUN',
    ],
    ['of equals what nobody has seen', [{ state: 'ACKED' }, { state: 'UNACK' }], 'A-1.H', 'UNACK'],
    ['what is there before what was', [{ state: 'RTNUN' }, { state: 'ACKED' }], 'A-1.H', 'ACKED'],
    ['then what latches', [{ state: 'RTNUN' }, { state: 'LATCH_UNACK' }], 'A-1.H', 'LATCH_UNACK'],
    ['else the first of the file', [{ order: 2 }, { order: 1 }, { order: 3 }], 'A-1.H', 'UNACK'],
  ])('is named after %s', (_what, alarms, worstAlarm, worstState) => {
    expect(fieldsOf(alarms)).toMatchObject({ worstAlarm, worstState })
    expect(fieldsOf(alarms.toReversed())).toMatchObject({ worstState })
  })

  it('is named after the same alarm in whatever order they are added', () => {
    const alarm = fc.record({
      state: fc.constantFrom(...ALARM_STATES),
      priority: fc.constantFrom(...PRIORITIES),
    })
    fc.assert(
      fc.property(fc.array(alarm, { maxLength: 8 }), fc.infiniteStream(fc.nat()), (found, keys) => {
        const alarms = found.map((one, order) => ({ ...one, order, id: `A-${order}.H` }))
        const shuffled = alarms
          .map((one) => ({ one, key: keys.next().value }))
          .sort((a, b) => a.key - b.key)
          .map(({ one }) => one)
        expect(fieldsOf(shuffled)).toEqual(fieldsOf(alarms))
      }),
    )
  })

  it('counts a sensor that is silent as stale, whatever it said last', () => {
    const tally = new AreaTally()
    for (const isStale of [false, true])
      for (const isBad of [false, true]) tally.addSensor({ isStale, isBad })
    expect(tally.point(tank, NOW).fields).toMatchObject({ sensors: 4n, bad: 1n, stale: 2n })
  })
})

import { describe, expect, test } from 'vitest'
import type { AlarmView, ReadingView } from '../../contracts/api.ts'
import { readHealth } from '../../dashboards/console/src/gateway-health.ts'
import { believe, knownInhibit } from '../../dashboards/console/src/sensor-condition.ts'
import { alarmOf, gatewayOf, readingOf } from './fake-plant.ts'

const NOW = Date.parse('2026-11-21T02:00:00Z')
const fault = (raised: number, more: Partial<AlarmView> = {}) =>
  alarmOf('GT-101.FAULT', raised, { when: 'fault', reason: 'stale', ...more })

describe('what may be believed of a reading', () => {
  const cases: {
    name: string
    reading: ReadingView | undefined
    alarms?: AlarmView[]
    heard?: boolean
    belief: object
  }[] = [
    { name: 'none yet', reading: undefined, belief: { kind: 'none' } },
    { name: 'good', reading: readingOf('GT-101', NOW, 1), belief: { kind: 'good', value: 1 } },
    {
      name: 'uncertain',
      reading: readingOf('GT-101', NOW, 1, 'uncertain', 'clock'),
      belief: { kind: 'uncertain', value: 1, reason: 'clock' },
    },
    {
      name: 'bad with a value',
      reading: readingOf('GT-101', NOW, 104, 'bad', 'above-range'),
      belief: { kind: 'bad', value: 104, reason: 'above-range' },
    },
    {
      name: 'good without a value',
      reading: readingOf('GT-101', NOW, null),
      belief: { kind: 'bad', value: null },
    },
    {
      name: 'its fault stands',
      reading: readingOf('GT-101', NOW, 1),
      alarms: [fault(NOW + 10_000)],
      belief: { kind: 'stale', value: 1, reason: 'stale', gateway: false },
    },
    {
      name: 'its fault stands, acknowledged',
      reading: readingOf('GT-101', NOW, 1),
      alarms: [fault(NOW + 10_000, { state: 'ACKED' })],
      belief: { kind: 'stale' },
    },
    {
      name: 'its fault stands out of service: hidden is not gone',
      reading: readingOf('GT-101', NOW, 1),
      alarms: [fault(NOW + 10_000, { state: 'OOSRV' })],
      belief: { kind: 'stale' },
    },
    {
      name: 'a reading after the fault began',
      reading: readingOf('GT-101', NOW + 20_000, 1),
      alarms: [fault(NOW + 10_000)],
      belief: { kind: 'good' },
    },
    {
      name: 'a fault that is over and waits to be acknowledged',
      reading: readingOf('GT-101', NOW, 1),
      alarms: [fault(NOW + 10_000, { state: 'RTNUN', condition: 'inactive' })],
      belief: { kind: 'good' },
    },
    {
      name: 'another alarm says nothing of quality',
      reading: readingOf('GT-101', NOW, 41),
      alarms: [alarmOf('GT-101.HH', NOW + 1_000)],
      belief: { kind: 'good', value: 41 },
    },
    {
      name: 'its gateway is silent',
      reading: readingOf('GT-101', NOW, 1),
      heard: false,
      belief: { kind: 'stale', value: 1, gateway: true },
    },
    {
      name: 'its gateway is silent and it was bad before',
      reading: readingOf('GT-101', NOW, null, 'bad', 'timeout'),
      heard: false,
      belief: { kind: 'stale', value: null, gateway: true },
    },
  ]
  test.each(cases)('$name', ({ reading, alarms, heard, belief }) => {
    expect(believe(reading, alarms ?? [], heard ?? true)).toMatchObject(belief)
  })
})

describe('health of a gateway', () => {
  test('buses and devices', () => {
    expect(readHealth(gatewayOf('gw-1', 'x', NOW).health)).toMatchObject({
      buses: [{ id: 'line-1', connected: true, reconnects: 1, utilisation: 24, discarded: { crc: 2 } }],
      devices: [
        { id: 'gas-panel', online: true, errors: {}, isolated: false },
        { id: 'tank-gauges', online: true, errors: { timeout: 3 }, refused: ['holding 12..13'] },
      ],
    })
  })

  test.each([[undefined], [null], ['text'], [7], [[]]])('%j is no health', (health) => {
    expect(readHealth(health)).toBeUndefined()
  })

  test('another release’s message is read as far as it goes', () => {
    expect(readHealth({ buses: { a: {}, b: 7 }, devices: { d: { online: 'yes', errors: 5 } } })).toEqual({
      buses: [{ id: 'a', connected: false, reconnects: 0, utilisation: null, discarded: {} }],
      devices: [
        {
          id: 'd',
          online: false,
          requests: 0,
          errors: {},
          roundTripMs: null,
          overruns: 0,
          isolated: false,
          refused: [],
        },
      ],
    })
  })
})

describe('a sensor that somebody works on', () => {
  const inhibit = {
    by: 'li',
    owner: 'wang',
    since: '2026-11-21T09:00:00+08:00',
    until: '2026-11-21T11:00:00+08:00',
    reason: 'filter changed',
    approvedBy: null,
  }
  const inhibited = believe(readingOf('GT-101', NOW, 5, 'bad', 'inhibited'), [], true)
  const good = believe(readingOf('GT-101', NOW, 5), [], true)

  test('says who until when', () => {
    expect(knownInhibit({ inhibit }, inhibited, NOW)).toBe(inhibit)
  })

  test('and no more when its readings say otherwise, its time is over, or nobody knows', () => {
    expect(knownInhibit({ inhibit }, good, NOW)).toBeUndefined()
    expect(knownInhibit({ inhibit }, inhibited, NOW + 3_600_000)).toBeUndefined()
    expect(knownInhibit({ inhibit: null }, inhibited, NOW)).toBeUndefined()
  })
})

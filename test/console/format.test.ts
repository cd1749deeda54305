import { describe, expect, test } from 'vitest'
import type { SensorView } from '../../contracts/api.ts'
import { Words } from '../../dashboards/console/src/language.ts'
import {
  countText,
  limitText,
  looseNumber,
  markText,
  numberText,
  quantityText,
  styleOf,
} from '../../dashboards/console/src/number-text.ts'
import { formatRoute, parseRoute, type Route } from '../../dashboards/console/src/route.ts'
import {
  ageOf,
  ageText,
  clockOf,
  countdownText,
  shortAge,
  shortTime,
  spanText,
} from '../../dashboards/console/src/time-text.ts'

const en = new Words('en')
const zh = new Words('zh')

describe('numbers', () => {
  const limit = (value: number): SensorView['limits'][number] => ({
    alarm: 'X.H',
    key: 'H',
    when: 'high',
    limit: value,
    revision: 0,
    fileLimit: null,
    priority: 'high',
  })
  test.each<{ what: string; sensor: Pick<SensorView, 'kind' | 'unit' | 'range' | 'limits'>; text: string }>([
    {
      what: '%LEL',
      sensor: { kind: 'gas', unit: '%LEL', range: [0, 100], limits: [limit(20)] },
      text: '1.2 %LEL',
    },
    {
      what: 'chlorine',
      sensor: { kind: 'gas', unit: 'ppm', range: [0, 10], limits: [limit(0.34)] },
      text: '1.23 ppm',
    },
    {
      what: 'a fine limit',
      sensor: { kind: 'gas', unit: 'ppm', range: [0, 100], limits: [limit(0.125)] },
      text: '1.235 ppm',
    },
    { what: 'flow', sensor: { kind: 'flow', unit: 'm3/h', range: [-600, 600], limits: [] }, text: '1 m³/h' },
    { what: 'a switch', sensor: { kind: 'state', unit: '1', range: null, limits: [] }, text: '1' },
    { what: 'no range', sensor: { kind: 'other', unit: 'degC', range: null, limits: [] }, text: '1.23 °C' },
    {
      what: 'an intensity',
      sensor: { kind: 'seismic', unit: '1', range: [0, 7], limits: [limit(4.5)] },
      text: '1.2',
    },
    {
      what: 'an acceleration',
      sensor: { kind: 'seismic', unit: 'Gal', range: [0, 500], limits: [limit(49)] },
      text: '1.2 Gal',
    },
    {
      what: 'a limit at zero alone',
      sensor: { kind: 'level', unit: 'min', range: null, limits: [limit(0)] },
      text: '1.23 min',
    },
    {
      what: 'a small limit alone, of which a hundredth is fine enough',
      sensor: { kind: 'level', unit: 'm3', range: null, limits: [limit(-0.25)] },
      text: '1.235 m³',
    },
    {
      what: 'limits only',
      sensor: { kind: 'other', unit: 'kg', range: null, limits: [limit(5_000)] },
      text: '1 kg',
    },
  ])('$what', ({ sensor, text }) => {
    expect(quantityText(1.2346, styleOf(sensor))).toBe(text)
  })

  test('signs', () => {
    expect(numberText(-118.4, 0)).toBe('−118')
    expect(numberText(-0.04, 1)).toBe('0.0')
    expect(numberText(0, 1)).toBe('0.0')
  })

  test.each([
    [20, '20'],
    [0.34, '0.34'],
    [10.8, '10.8'],
    [23.123456, '23.12'],
    [-2.5, '−2.5'],
    [193_420, '193420'],
  ])('without a span %d is %s', (value, text) => {
    expect(looseNumber(value)).toBe(text)
  })

  test.each([
    [1_440, '1440 min'],
    [12_345.6, '12346 min'],
    [301.2, '301.2 min'],
    [17.984, '17.98 min'],
    [-20.557, '−20.56 min'],
    [0.0785, '0.08 min'],
    [0, '0.00 min'],
  ])('a sensor whose span is not known reads %d as %s', (value, text) => {
    const style = styleOf({ kind: 'level', unit: 'min', range: null, limits: [] })
    expect(quantityText(value, style)).toBe(text)
  })

  test.each([
    [0.75, 0.25, '0.75'],
    [0.5, 0.5, '0.5'],
    [40, 20, '40'],
    [5.0125, 0.0025, '5.0125'],
    [-2.5, 2.5, '−2.5'],
    [0.30000000000000004, 0.1, '0.3'],
    [0.00002, 0.00001, '0.00002'],
    [5e-9, 2.5e-9, '0.0000000050'],
    [5e9, 5e9, '5000000000'],
  ])('the mark %d of an axis with steps of %d is %s', (at, step, text) => {
    expect(markText(at, step)).toBe(text)
  })

  test.each([
    [20, '20'],
    [1013.25, '1013.25'],
    [-2.5, '−2.5'],
  ])('the limit %d is written in full', (limit, text) => {
    expect(limitText(limit)).toBe(text)
  })

  test('counts in groups of three', () => {
    expect(countText(1_234_567)).toBe('1 234 567')
  })
})

describe('times', () => {
  test('the local part of the time as given', () => {
    expect(clockOf('2026-11-21T10:00:02.250+08:00')).toBe('10:00:02')
    expect(shortTime('2026-11-21T10:00:02+08:00', '2026-11-21T23:59:59+08:00')).toBe('10:00:02')
    expect(shortTime('2026-11-20T10:00:02+08:00', '2026-11-21T00:00:01+08:00')).toBe('11-20 10:00:02')
  })

  test('an age is never negative', () => {
    const now = Date.parse('2026-11-21T02:00:00Z')
    expect(ageOf('2026-11-21T10:00:01+08:00', now)).toBe(0)
    expect(ageOf('2026-11-21T09:59:00+08:00', now)).toBe(60_000)
  })

  test.each([
    [0, '0 s', '0 秒', '0 s'],
    [59_999, '59 s', '59 秒', '59 s'],
    [60_000, '1 min', '1 分', '1 min'],
    [3_599_000, '59 min', '59 分', '59 min'],
    [3_600_000, '1 h 00 min', '1 小时 00 分', '1 h'],
    [7_500_000, '2 h 05 min', '2 小时 05 分', '2 h'],
    [86_400_000, '1 d 0 h', '1 天 0 小时', '1 d'],
    [277_200_000, '3 d 5 h', '3 天 5 小时', '3 d'],
  ])('%d ms', (age, english, chinese, short) => {
    expect([ageText(age, en), ageText(age, zh), shortAge(age, en)]).toEqual([english, chinese, short])
  })
})

describe('addresses', () => {
  test.each<{ hash: string; route: Route }>([
    { hash: '', route: { page: 'overview' } },
    { hash: '#/', route: { page: 'overview' } },
    { hash: '#/alarms', route: { page: 'alarms' } },
    { hash: '#/gateways', route: { page: 'gateways' } },
    { hash: '#/journal', route: { page: 'journal' } },
    { hash: '#/sensor/GT-101', route: { page: 'sensor', sensor: 'GT-101' } },
    { hash: '#/sensor/sys.gw-1.lost', route: { page: 'sensor', sensor: 'sys.gw-1.lost' } },
    { hash: '#/set-aside', route: { page: 'set-aside' } },
    { hash: '#/performance', route: { page: 'performance' } },
    {
      hash: '#/alarm/demo-plant/GT-101.HH',
      route: { page: 'alarm', facility: 'demo-plant', alarm: 'GT-101.HH' },
    },
    { hash: '#/roster', route: { page: 'roster' } },
    { hash: '#/notifications', route: { page: 'notifications' } },
    { hash: '#/answer/eyJh.b-c_d', route: { page: 'answer', code: 'eyJh.b-c_d' } },
    { hash: '#/answer', route: { page: 'answer', code: '' } },
    {
      hash: '#/alarms/demo-plant/GT-101.HH',
      route: { page: 'alarm', facility: 'demo-plant', alarm: 'GT-101.HH' },
    },
    { hash: '#/alarm/demo-plant', route: { page: 'overview' } },
    {
      hash: '#/journal?by=Li+Wei&from=2026-11-21T10%3A00&nonsense=1',
      route: { page: 'journal', filters: { by: 'Li Wei', from: '2026-11-21T10:00' } },
    },
    { hash: '#/journal?text=', route: { page: 'journal' } },
    { hash: '#/sensor/', route: { page: 'overview' } },
    { hash: '#/sensor/%E0%A4%A', route: { page: 'overview' } },
    { hash: '#/nowhere', route: { page: 'overview' } },
  ])('$hash', ({ hash, route }) => {
    expect(parseRoute(hash)).toEqual(route)
    expect(parseRoute(formatRoute(route))).toEqual(route)
  })
})

describe('spans and what is left of them', () => {
  const now = Date.parse('2026-11-21T02:00:00Z')
  const en = new Words('en')
  test.each([
    [5_000, '5 s'],
    [59_000, '59 s'],
    [60_000, '1 min 00 s'],
    [1_505_000, '25 min 05 s'],
    [3_600_000, '1 h 00 min'],
    [90_000_000, '1 d 1 h'],
    [-4_000, '0 s'],
  ])('%d ms left', (left, text) => {
    expect(countdownText(new Date(now + left).toISOString(), now, en)).toBe(text)
  })

  test.each([
    [30_000, '30 s'],
    [900_000, '15 min'],
    [5_400_000, '90 min'],
    [28_800_000, '8 h'],
    [86_400_000, '24 h'],
    [604_800_000, '7 d'],
  ])('%d ms to choose', (ms, text) => {
    expect(spanText(ms, en)).toBe(text)
  })
})

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  PERIOD_KINDS,
  periodAfter,
  periodBefore,
  periodOf,
  periodText,
  windowOf,
} from '../../dashboards/console/src/kpi-period.ts'
import { plantLocal, plantTimeIso } from '../../dashboards/console/src/plant-time.ts'

describe('times of the plant', () => {
  test.each([
    ['2026-11-21T10:00', 'Asia/Shanghai', '2026-11-21T10:00:00+08:00'],
    ['2026-11-21T10:00:30', 'UTC', '2026-11-21T10:00:30+00:00'],
    ['2026-07-01T00:00', 'Europe/Berlin', '2026-07-01T00:00:00+02:00'],
    // The clocks go back at 03:00 to 02:00: the first of the two.
    ['2026-10-25T02:30', 'Europe/Berlin', '2026-10-25T02:30:00+02:00'],
    // The clocks go forward at 02:00 to 03:00: 02:30 is not there.
    ['2026-03-29T02:30', 'Europe/Berlin', '2026-03-29T03:30:00+02:00'],
    ['2026-11-21', 'UTC', undefined],
    ['', 'UTC', undefined],
    ['2026-13-41T10:00', 'UTC', undefined],
  ])('%s in %s', (local, timezone, iso) => {
    expect(plantTimeIso(local, timezone)).toBe(iso)
  })

  test('what an input shows is read back as the same minute', () => {
    const zones = fc.constantFrom('Asia/Shanghai', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata')
    fc.assert(
      fc.property(zones, fc.integer({ min: 1_700_000_000, max: 1_900_000_000 }), (zone, seconds) => {
        const ms = Math.floor(seconds / 60) * 60_000
        const local = plantLocal(ms, zone)
        const back = Date.parse(plantTimeIso(local, zone) ?? '')
        // An hour that the clocks repeat is read as its first.
        expect([ms, ms - 3_600_000]).toContain(back)
        expect(plantLocal(back, zone)).toBe(local)
      }),
    )
  })
})

describe('periods', () => {
  test('the one that holds the day', () => {
    expect(periodOf('day', '2026-11-21')).toMatchObject({ first: '2026-11-21', end: '2026-11-22' })
    expect(periodOf('week', '2026-11-22')).toMatchObject({ first: '2026-11-16', end: '2026-11-23' })
    expect(periodOf('week', '2026-11-16')).toMatchObject({ first: '2026-11-16' })
    expect(periodOf('month', '2026-02-10')).toMatchObject({ first: '2026-02-01', end: '2026-03-01' })
    expect(periodOf('month', '2026-12-31')).toMatchObject({ first: '2026-12-01', end: '2027-01-01' })
  })

  test('there and back is where one was, and neighbours touch', () => {
    const days = fc
      .integer({ min: 0, max: 20_000 })
      .map((day) => new Date(day * 86_400_000).toISOString().slice(0, 10))
    fc.assert(
      fc.property(fc.constantFrom(...PERIOD_KINDS), days, (kind, day) => {
        const period = periodOf(kind, day)
        expect(period.first <= day && day < period.end).toBe(true)
        expect(periodBefore(periodAfter(period))).toEqual(period)
        expect(periodAfter(period).first).toBe(period.end)
      }),
    )
  })

  test('as people read it, and as the API takes it', () => {
    expect(periodText(periodOf('week', '2026-11-21'))).toBe('2026-11-16 – 2026-11-22')
    expect(periodText(periodOf('month', '2026-11-21'))).toBe('2026-11')
    expect(windowOf(periodOf('day', '2026-10-25'), 'Europe/Berlin')).toEqual({
      from: '2026-10-25T00:00:00+02:00',
      to: '2026-10-26T00:00:00+01:00',
    })
  })
})

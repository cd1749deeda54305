import { describe, expect, it } from 'vitest'
import type { KpiQuery } from '../../contracts/kpi.ts'
import { entry, figure, kpiOf, windowOf } from './entries.ts'

const MINUTE = 60_000

/** So many alarms from a time on, one every so often, each of a sensor of its own. */
function burst(start: string, count: number, everyMs: number) {
  return Array.from({ length: count }, (_, index) =>
    entry(
      {
        time: Date.parse(start) + index * everyMs,
        alarm: `${start}-${index}.H`,
        event: 'raised',
        state: 'UNACK',
      },
      index + 1,
    ),
  )
}

function kpiFor(from: string, to: string, over: Partial<KpiQuery>, ...bursts: ReturnType<typeof burst>[]) {
  return kpiOf(bursts.flat(), windowOf(from, to, over))
}

describe('the hour that comes twice', () => {
  const timezone = 'Europe/Berlin'
  const day = ['2026-10-25T00:00:00+02:00', '2026-10-26T00:00:00+01:00'] as const

  it('is two hours of 20 alarms, and none of 40', () => {
    // One every 3 minutes, 20 in each of the two hours that begin at 02:00.
    const kpi = kpiFor(...day, { timezone }, burst('2026-10-25T02:00:00+02:00', 40, 3 * MINUTE))
    expect(figure(kpi, 'peakHour')).toMatchObject({ value: 20, at: '2026-10-25T02:00:00+02:00' })
    expect(figure(kpi, 'hoursOver30').value).toBe(0)
    // The day has 25 hours: 40 in them are 38.4 in 24.
    expect(figure(kpi, 'alarmsPerDay').value).toBe(38.4)
    expect(kpi.days).toMatchObject([
      {
        date: '2026-10-25',
        from: '2026-10-25T00:00:00+02:00',
        to: '2026-10-26T00:00:00+01:00',
        annunciated: 40,
      },
    ])
  })

  it('belongs to the night shift, which is an hour longer', () => {
    const kpi = kpiFor(
      ...day,
      { timezone, shifts: ['06:00', '22:00'] },
      burst('2026-10-25T05:59:59+01:00', 2, 1_000),
    )
    expect(kpi.shifts.map(({ from, to, annunciated }) => [from, to, annunciated])).toEqual([
      ['2026-10-25T00:00:00+02:00', '2026-10-25T06:00:00+01:00', 1],
      ['2026-10-25T06:00:00+01:00', '2026-10-25T22:00:00+01:00', 1],
      ['2026-10-25T22:00:00+01:00', '2026-10-26T00:00:00+01:00', 0],
    ])
  })
})

describe('the day of 23 hours', () => {
  it('ends an hour earlier: what comes then is of the next', () => {
    const kpi = kpiFor(
      '2026-03-08T00:00:00-05:00',
      '2026-03-10T00:00:00-04:00',
      { timezone: 'America/New_York' },
      // 01:59 and 03:00 follow each other.
      burst('2026-03-08T06:59:30Z', 31, 1_000),
      // 23.5 hours after midnight.
      burst('2026-03-09T04:30:00Z', 1, 0),
    )
    expect(kpi.days.map(({ date, annunciated }) => [date, annunciated])).toEqual([
      ['2026-03-08', 31],
      ['2026-03-09', 1],
    ])
    expect(figure(kpi, 'peakHour')).toMatchObject({ value: 30, at: '2026-03-08T01:00:00-05:00' })
    // 30 and one: none has more than 30. A flood goes across the change.
    expect(kpi.days[0]).toMatchObject({ hoursOver30: 0, peak10Minutes: 31, periodsOver10: 1 })
    expect(kpi.floods).toMatchObject([
      { start: '2026-03-08T01:59:40-05:00', end: '2026-03-08T03:09:56-04:00', alarms: 31, peak: 31 },
    ])
  })
})

describe('hours that do not begin with those of UTC', () => {
  it('are those of the plant', () => {
    // 31 alarms from 10:00:00 to 10:59:59 in Kathmandu; by UTC they lie in two hours.
    const kpi = kpiFor(
      '2026-11-01T00:00:00+05:45',
      '2026-11-02T00:00:00+05:45',
      { timezone: 'Asia/Kathmandu' },
      burst('2026-11-01T10:00:00+05:45', 31, 119_000),
    )
    expect(figure(kpi, 'peakHour')).toMatchObject({ value: 31, at: '2026-11-01T10:00:00+05:45' })
    expect(figure(kpi, 'hoursOver30').value).toBe(4.16667)
  })

  it('and so are days', () => {
    const kpi = kpiFor(
      '2026-11-01T00:00:00+08:00',
      '2026-11-03T00:00:00+08:00',
      { timezone: 'Asia/Shanghai' },
      // 00:00 in Shanghai is 16:00 of the day before by UTC.
      burst('2026-11-01T23:59:59+08:00', 2, 1_000),
    )
    expect(kpi.days.map(({ annunciated }) => annunciated)).toEqual([1, 1])
  })
})

describe('a flood', () => {
  const window = ['2026-11-02T00:00:00Z', '2026-11-03T00:00:00Z'] as const

  it('counts its time in the day and the window it lies in', () => {
    // 11 in 5 minutes from 23:50 on: it begins at 23:55, and ends when the seventh of them is 10 minutes old.
    const alarms = burst('2026-11-01T23:50:00Z', 11, 30_000)
    const kpi = kpiFor(...window, {}, alarms)
    expect(kpi.floods).toEqual([
      { start: '2026-11-01T23:55:00+00:00', end: '2026-11-02T00:03:00+00:00', alarms: 11, peak: 11 },
    ])
    expect(figure(kpi, 'timeInFlood').value).toBe(0.208333)
    expect(kpi.days[0]?.flood).toBe(3 * MINUTE)
    expect(kpi).toMatchObject({ annunciated: 0, now: { inFlood: false } })
    expect(figure(kpi, 'peak10Minutes')).toMatchObject({ value: 0, at: null })
    expect(figure(kpi, 'floods').value).toBe(1)
  })

  it('that goes on has no end yet', () => {
    const kpi = kpiFor(...window, {}, burst('2026-11-02T23:50:00Z', 12, 30_000))
    expect(kpi.floods).toMatchObject([{ start: '2026-11-02T23:55:00+00:00', end: null, alarms: 12 }])
    expect(kpi.now).toEqual({ last10Minutes: 11, lastHour: 12, inFlood: true })
    expect(kpi.days[0]?.flood).toBe(5 * MINUTE)
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Calendar } from '../../alerting/kpi/calendar.ts'
import { formatIso } from '../../contracts/iso-time.ts'

const HOUR = 3_600_000
const ZONES = [
  'UTC',
  'Asia/Shanghai',
  'Asia/Kathmandu',
  'Europe/Berlin',
  'America/New_York',
  'Australia/Lord_Howe',
  'America/Havana',
  'Africa/Cairo',
]

/** Local times without their offset, and how long each is in hours. */
function told(zone: string, periods: readonly { from: number; to: number }[]): string[] {
  return periods.map(({ from, to }) => `${formatIso(from, zone).slice(5, 16)} ${(to - from) / HOUR}h`)
}

describe('days', () => {
  it.each([
    ['Europe/Berlin', '2026-03-28', '2026-03-31', [24, 23, 24]],
    ['Europe/Berlin', '2026-10-24', '2026-10-27', [24, 25, 24]],
    ['America/New_York', '2026-03-07', '2026-03-10', [24, 23, 24]],
    ['America/New_York', '2026-10-31', '2026-11-03', [24, 25, 24]],
    ['Asia/Shanghai', '2026-03-28', '2026-03-31', [24, 24, 24]],
    ['Asia/Kathmandu', '2026-10-24', '2026-10-27', [24, 24, 24]],
    ['Australia/Lord_Howe', '2026-04-04', '2026-04-07', [24, 24.5, 24]],
    // Clocks go forward at midnight: the day begins at one.
    ['Africa/Cairo', '2026-04-23', '2026-04-26', [24, 23, 24]],
    // An island crossed the date line: there was no 30th.
    ['Pacific/Apia', '2011-12-29', '2012-01-01', [24, 24]],
  ])('of %s from %s to %s are as long as they are', (zone, from, to, hours) => {
    const calendar = new Calendar(zone)
    const days = calendar.days(calendar.startOf(from), calendar.startOf(to))
    expect(days.map((day) => (day.to - day.from) / HOUR)).toEqual(hours)
    expect(days[0]?.date).toBe(from)
  })

  it('begin when the clock of the plant says so', () => {
    const starts = (zone: string) => new Date(new Calendar(zone).startOf('2026-11-01')).toISOString()
    expect(starts('Asia/Shanghai')).toBe('2026-10-31T16:00:00.000Z')
    expect(starts('Asia/Kathmandu')).toBe('2026-10-31T18:15:00.000Z')
    expect(starts('Europe/Berlin')).toBe('2026-10-31T23:00:00.000Z')
    expect(starts('America/New_York')).toBe('2026-11-01T04:00:00.000Z')
  })

  it('are cut to the window', () => {
    const calendar = new Calendar('Asia/Kathmandu')
    const from = Date.parse('2026-11-01T22:30:00+05:45')
    expect(told('Asia/Kathmandu', calendar.days(from, from + 26 * HOUR))).toEqual([
      '11-01T22:30 1.5h',
      '11-02T00:00 24h',
      '11-03T00:00 0.5h',
    ])
  })
})

describe('shifts', () => {
  const of = (zone: string, begins: string[], from: string, to: string) => {
    const calendar = new Calendar(zone)
    const shifts = calendar.shifts(begins, calendar.startOf(from), calendar.startOf(to))
    return shifts.map((shift) => `${shift.date} ${shift.shift} ${told(zone, [shift])[0]?.split(' ')[1]}`)
  }

  it('belong to the day on which they begin, and the night on which clocks change is shorter or longer', () => {
    expect(of('Europe/Berlin', ['08:00', '20:00'], '2026-10-25', '2026-10-26')).toEqual([
      '2026-10-24 20:00 9h',
      '2026-10-25 08:00 12h',
      '2026-10-25 20:00 4h',
    ])
    expect(of('America/New_York', ['07:00', '15:00', '23:00'], '2026-03-07', '2026-03-09')).toEqual([
      '2026-03-06 23:00 7h',
      '2026-03-07 07:00 8h',
      '2026-03-07 15:00 8h',
      '2026-03-07 23:00 7h',
      '2026-03-08 07:00 8h',
      '2026-03-08 15:00 8h',
      '2026-03-08 23:00 1h',
    ])
  })

  it('may be one a day', () => {
    expect(of('Asia/Kathmandu', ['06:30'], '2026-11-01', '2026-11-02')).toEqual([
      '2026-10-31 06:30 6.5h',
      '2026-11-01 06:30 17.5h',
    ])
  })

  it('that begin when the clock jumps begin after the jump, and one that is jumped over is none', () => {
    expect(of('Europe/Berlin', ['02:30', '12:00'], '2026-03-29', '2026-03-30')).toEqual([
      '2026-03-28 12:00 2.5h',
      '2026-03-29 02:30 8.5h',
      '2026-03-29 12:00 12h',
    ])
    expect(of('Europe/Berlin', ['02:30', '03:00', '12:00'], '2026-03-29', '2026-03-30')).toEqual([
      '2026-03-28 12:00 2h',
      '2026-03-29 03:00 9h',
      '2026-03-29 12:00 12h',
    ])
  })

  it('fill a day after one that an island skipped', () => {
    const from = Date.parse('2011-12-31T03:00:00+14:00')
    expect(new Calendar('Pacific/Apia').shifts(['08:00', '20:00'], from, from + HOUR)).toEqual([
      { date: '2011-12-29', shift: '20:00', from, to: from + HOUR },
    ])
  })

  it('that begin in the hour that comes twice begin the first time', () => {
    expect(of('America/New_York', ['01:30'], '2026-11-01', '2026-11-02')).toEqual([
      '2026-10-31 01:30 1.5h',
      '2026-11-01 01:30 23.5h',
    ])
  })
})

describe('hours and ten minutes', () => {
  it('are those of the clock', () => {
    const calendar = new Calendar('Asia/Kathmandu')
    const time = Date.parse('2026-11-01T10:29:59+05:45')
    expect(formatIso(calendar.hourOf(time), 'Asia/Kathmandu')).toBe('2026-11-01T10:00:00+05:45')
    expect(formatIso(calendar.tenMinutesOf(time), 'Asia/Kathmandu')).toBe('2026-11-01T10:20:00+05:45')
  })

  it('are two when the clock shows them twice', () => {
    const calendar = new Calendar('Europe/Berlin')
    const first = calendar.hourOf(Date.parse('2026-10-25T02:30:00+02:00'))
    const second = calendar.hourOf(Date.parse('2026-10-25T02:30:00+01:00'))
    expect(second - first).toBe(HOUR)
  })
})

describe('a month', () => {
  it('is whole, whatever its clocks do', () => {
    const calendar = new Calendar('Europe/Berlin')
    const hours = (text: string) => {
      const { from, to } = calendar.month(text) ?? { from: 0, to: 0 }
      return (to - from) / HOUR
    }
    expect([hours('2026-02'), hours('2026-03'), hours('2026-10'), hours('2026-12')]).toEqual([
      672, 743, 745, 744,
    ])
    for (const text of ['2026-13', '2026-00', '2026-1', '26-01', '2026-01-01', ''])
      expect(calendar.month(text)).toBeUndefined()
  })
})

describe('long enough', () => {
  const calendar = new Calendar('America/New_York')
  const isLong = (from: string, to: string) => calendar.isLong(Date.parse(from), Date.parse(to))
  it.each([
    ['2026-11-01T00:00:00-04:00', '2026-12-01T00:00:00-05:00', true],
    ['2026-06-03T10:00:00-04:00', '2026-07-03T10:00:00-04:00', true],
    ['2026-06-03T10:00:00-04:00', '2026-07-03T09:59:59-04:00', false],
    // An hour shorter by its clocks, and 30 days all the same.
    ['2026-03-01T10:00:00-05:00', '2026-03-31T10:00:00-04:00', true],
    // A whole February, and one that lacks a second.
    ['2026-02-01T00:00:00-05:00', '2026-03-01T00:00:00-05:00', true],
    ['2026-02-01T00:00:01-05:00', '2026-03-01T00:00:01-05:00', false],
    ['2026-06-03T10:00:00-04:00', '2026-06-04T10:00:00-04:00', false],
  ])('%s to %s: %s', (from, to, expected) => {
    expect(isLong(from, to)).toBe(expected)
  })
})

describe('any window of any zone', () => {
  const windows = fc.tuple(
    fc.constantFrom(...ZONES),
    fc.integer({ min: Date.UTC(2015, 0, 1), max: Date.UTC(2035, 0, 1) }),
    fc.integer({ min: 1, max: 40 * 24 * HOUR }),
  )

  it('is filled by its days and by its shifts, without a gap', () => {
    fc.assert(
      fc.property(windows, ([zone, from, length]) => {
        const calendar = new Calendar(zone)
        const to = from + length
        for (const periods of [
          calendar.days(from, to),
          calendar.shifts(['00:30', '02:30', '14:15'], from, to),
        ]) {
          expect(periods[0]?.from).toBe(from)
          expect(periods.at(-1)?.to).toBe(to)
          for (const [index, period] of periods.entries()) {
            expect(period.to).toBeGreaterThan(period.from)
            if (index > 0) expect(period.from).toBe(periods[index - 1]?.to)
          }
        }
      }),
    )
  })

  it('has days whose date is that of every moment in them', () => {
    fc.assert(
      fc.property(windows, fc.double({ min: 0, max: 0.999, noNaN: true }), ([zone, from, length], share) => {
        const calendar = new Calendar(zone)
        for (const day of calendar.days(from, from + length)) {
          const moment = Math.floor(day.from + share * (day.to - day.from))
          expect(formatIso(moment, zone).slice(0, 10)).toBe(day.date)
        }
      }),
    )
  })
})

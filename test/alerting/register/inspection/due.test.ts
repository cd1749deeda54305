import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  countedFrom,
  dueAt,
  type Gap,
  type Interval,
  missedIn,
  periodsAfter,
} from '../../../../alerting/register/inspection/due.ts'
import { formatIso, offsetMinutes } from '../../../../contracts/iso-time.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const BERLIN = 'Europe/Berlin'
const SHANGHAI = 'Asia/Shanghai'
const time = (text: string) => Date.parse(text)

const hourly: Interval = { everyMs: HOUR, graceMs: 6 * 60_000, hazardWhenMissed: 1 }
const weekly: Interval = { everyMs: 7 * DAY, graceMs: DAY, hazardWhenMissed: 2 }

describe('a period later', () => {
  it.each([
    ['a week over the end of summer', '2026-10-20T08:30:00+02:00', 7 * DAY, 1, '2026-10-27T08:30:00+01:00'],
    ['a week over its begin', '2026-03-25T08:30:15+01:00', 7 * DAY, 1, '2026-04-01T08:30:15+02:00'],
    ['a day to a time that there is not', '2026-03-28T02:30:00+01:00', DAY, 1, '2026-03-29T03:30:00+02:00'],
    ['a day to a time that is there twice', '2026-10-24T02:30:00+02:00', DAY, 1, '2026-10-25T02:30:00+02:00'],
    ['a quarter', '2026-09-01T23:59:59+02:00', 92 * DAY, 1, '2026-12-02T23:59:59+01:00'],
    ['three days', '2026-10-24T12:00:00+02:00', DAY, 3, '2026-10-27T12:00:00+01:00'],
  ])('%s keeps the time of day', (_what, from, every, periods, to) => {
    expect(formatIso(periodsAfter(time(from), every, periods, BERLIN), BERLIN)).toBe(to)
  })

  it('of an hour is an hour, also when clocks change', () => {
    const from = time('2026-10-25T01:30:00+02:00')
    expect([1, 2, 3].map((n) => formatIso(periodsAfter(from, HOUR, n, BERLIN), BERLIN))).toEqual([
      '2026-10-25T02:30:00+02:00',
      '2026-10-25T02:30:00+01:00',
      '2026-10-25T03:30:00+01:00',
    ])
  })

  it('always comes later, and never further off than clocks change', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: time('2020-01-01T00:00:00Z'), max: time('2030-01-01T00:00:00Z') }),
        fc.constantFrom(HOUR, 7 * HOUR, DAY, 7 * DAY, 92 * DAY),
        fc.integer({ min: 1, max: 20 }),
        fc.constantFrom(BERLIN, SHANGHAI, 'America/St_Johns', 'Australia/Lord_Howe', 'UTC'),
        (from, every, periods, zone) => {
          const to = periodsAfter(from, every, periods, zone)
          expect(to).toBeGreaterThan(periodsAfter(from, every, periods - 1, zone))
          const shift = (offsetMinutes(from, zone) - offsetMinutes(to, zone)) * 60_000
          const exact = from + every * periods
          expect(Math.abs(to - exact)).toBeLessThanOrEqual(
            every % DAY === 0 ? Math.max(Math.abs(shift), HOUR) : 0,
          )
        },
      ),
    )
  })
})

describe('a plan is', () => {
  const last = time('2026-11-29T08:00:00+08:00')
  const at = (minutes: number) => dueAt(hourly, last, last + minutes * 60_000, SHANGHAI)

  it.each([
    [59, { isDue: false, isOverdue: false, isHazard: false }],
    [60, { isDue: true, isOverdue: false, isHazard: false }],
    [66, { isDue: true, isOverdue: false, isHazard: false }],
    [66.001, { isDue: true, isOverdue: true, isHazard: false }],
    [126, { isDue: true, isOverdue: true, isHazard: false }],
    [126.001, { isDue: true, isOverdue: true, isHazard: true }],
  ])('after %d minutes of an hourly one %o', (minutes, expected) => {
    expect(at(minutes)).toMatchObject(expected)
  })

  it('a hazard after as many further periods as it says, or never', () => {
    const from = time('2026-10-19T08:00:00+02:00')
    const due = (over: Partial<Interval>, now: string) =>
      dueAt({ ...weekly, ...over }, from, time(now), BERLIN)
    // Three weeks, one of them an hour longer, and a day of grace.
    expect(due({}, '2026-11-10T08:00:00+01:00').isHazard).toBe(false)
    expect(due({}, '2026-11-10T08:00:00.001+01:00').isHazard).toBe(true)
    expect(due({ hazardWhenMissed: 0 }, '2027-11-10T08:00:00+01:00')).toMatchObject({
      isOverdue: true,
      isHazard: false,
    })
  })
})

describe('missed rounds', () => {
  const day = time('2026-11-29T00:00:00+08:00')
  const hour = (n: number) => day + n * HOUR
  const count = (gaps: Gap[], since = day) => missedIn(hourly, gaps, since, SHANGHAI)

  it.each([
    ['in time', [{ from: hour(1), to: hour(2) }], 0],
    ['within the grace', [{ from: hour(1), to: hour(2.1) }], 0],
    ['later', [{ from: hour(1), to: hour(2.2) }], 1],
    ['three hours later', [{ from: hour(1), to: hour(5) }], 3],
    [
      'of two gaps',
      [
        { from: hour(1), to: hour(3.2) },
        { from: hour(5), to: hour(7.5) },
      ],
      4,
    ],
  ])('%s', (_what, gaps, missed) => {
    expect(count(gaps)).toBe(missed)
  })

  it('are counted from a moment on, however long there was none before', () => {
    const gap = [{ from: day - 10_000 * HOUR, to: hour(24) }]
    expect(count(gap)).toBe(24)
    expect(count(gap, hour(12))).toBe(12)
  })

  it('are those of a day, or of a year when rounds are a day apart or more', () => {
    expect([hourly, weekly].map((interval) => day - countedFrom(interval, day))).toEqual([DAY, 365 * DAY])
  })

  it('are none when every round comes within its grace, and all when there is none', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 66 }), { maxLength: 40 }), (minutes) => {
        let from = day
        const gaps = minutes.map((length) => {
          const gap = { from, to: from + length * 60_000 }
          from = gap.to
          return gap
        })
        expect(count(gaps)).toBe(0)
        const hours = Math.floor(minutes.length)
        expect(count([{ from: day, to: hour(hours) + 6 * 60_000 + 1 }])).toBe(hours)
      }),
    )
  })
})

import { describe, expect, it } from 'vitest'
import { formatIso, parseIso } from '../../contracts/iso-time.ts'
import { instantAt, localMs, periodAround } from '../../contracts/local-time.ts'

const at = (text: string) => parseIso(text) ?? Number.NaN

describe('instantAt', () => {
  it.each([
    ['2026-11-21', '08:00', 'Asia/Shanghai', '2026-11-21T08:00:00+08:00'],
    ['2026-11-21', '08:00', 'Asia/Kolkata', '2026-11-21T08:00:00+05:30'],
    // The clock shows it twice: the first time. It never does: as much later as it was set forward.
    ['2026-10-25', '02:30', 'Europe/Berlin', '2026-10-25T02:30:00+02:00'],
    ['2026-03-29', '02:30', 'Europe/Berlin', '2026-03-29T03:30:00+02:00'],
  ])('%s %s in %s', (date, time, zone, wanted) => {
    expect(formatIso(instantAt(date, time, zone), zone)).toBe(wanted)
  })
})

describe('periodAround', () => {
  it.each([
    [
      '2026-11-21T10:00:00+08:00',
      ['08:00', '20:00'],
      '2026-11-21T08:00:00+08:00',
      '2026-11-21T20:00:00+08:00',
    ],
    [
      '2026-11-21T03:00:00+08:00',
      ['08:00', '20:00'],
      '2026-11-20T20:00:00+08:00',
      '2026-11-21T08:00:00+08:00',
    ],
    // The moment at which one begins ends the one before.
    [
      '2026-11-21T08:00:00+08:00',
      ['08:00', '20:00'],
      '2026-11-20T20:00:00+08:00',
      '2026-11-21T08:00:00+08:00',
    ],
    ['2026-11-21T00:00:00+08:00', ['00:00'], '2026-11-20T00:00:00+08:00', '2026-11-21T00:00:00+08:00'],
    ['2026-11-21T00:00:00.001+08:00', ['00:00'], '2026-11-21T00:00:00+08:00', '2026-11-22T00:00:00+08:00'],
  ])('%s lies in or ends', (moment, times, from, to) => {
    const period = periodAround(at(moment), times, 'Asia/Shanghai')
    expect([formatIso(period.from, 'Asia/Shanghai'), formatIso(period.to, 'Asia/Shanghai')]).toEqual([
      from,
      to,
    ])
  })

  it('a day on which clocks are set back has 25 hours', () => {
    const { from, to } = periodAround(at('2026-10-25T12:00:00Z'), ['00:00'], 'Europe/Berlin')
    expect((to - from) / 3_600_000).toBe(25)
  })
})

describe('localMs', () => {
  it('is what the clock shows, as if it stood at UTC', () => {
    expect(localMs(0, 'Asia/Shanghai')).toBe(28_800_000)
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatIso, isTimezone, parseIso } from '../../contracts/iso-time.ts'

const ZONES = [
  'UTC',
  'Asia/Shanghai',
  'Asia/Kolkata',
  'Asia/Kathmandu',
  'Europe/Berlin',
  'America/New_York',
  'America/St_Johns',
  'Australia/Lord_Howe',
  'Pacific/Kiritimati',
]

describe('formatIso', () => {
  it.each([
    ['2026-11-21T02:00:00Z', 'UTC', '2026-11-21T02:00:00+00:00'],
    ['2026-11-21T02:00:00Z', 'Asia/Shanghai', '2026-11-21T10:00:00+08:00'],
    ['2026-11-21T02:00:00.250Z', 'Asia/Shanghai', '2026-11-21T10:00:00.250+08:00'],
    ['2026-11-21T02:00:00.005Z', 'UTC', '2026-11-21T02:00:00.005+00:00'],
    ['2026-11-21T20:00:00Z', 'Asia/Kolkata', '2026-11-22T01:30:00+05:30'],
    ['2026-11-21T20:00:00Z', 'Asia/Kathmandu', '2026-11-22T01:45:00+05:45'],
    ['2026-11-21T02:00:00Z', 'America/St_Johns', '2026-11-20T22:30:00-03:30'],
    ['2026-11-21T02:00:00Z', 'America/New_York', '2026-11-20T21:00:00-05:00'],
    // One millisecond before and at the change to summer time, and back.
    ['2026-03-29T00:59:59.999Z', 'Europe/Berlin', '2026-03-29T01:59:59.999+01:00'],
    ['2026-03-29T01:00:00Z', 'Europe/Berlin', '2026-03-29T03:00:00+02:00'],
    ['2026-10-25T00:59:59.999Z', 'Europe/Berlin', '2026-10-25T02:59:59.999+02:00'],
    ['2026-10-25T01:00:00Z', 'Europe/Berlin', '2026-10-25T02:00:00+01:00'],
    // Half an hour of summer time.
    ['2026-01-01T00:00:00Z', 'Australia/Lord_Howe', '2026-01-01T11:00:00+11:00'],
    ['2026-07-01T00:00:00Z', 'Australia/Lord_Howe', '2026-07-01T10:30:00+10:30'],
    // Offsets that are not quarters of an hour, and changes that were not at one.
    ['1978-04-29T19:40:00Z', 'Pacific/Kiritimati', '1978-04-29T09:00:00-10:40'],
    ['2011-03-13T03:30:59Z', 'America/St_Johns', '2011-03-13T00:00:59-03:30'],
    ['2011-03-13T03:31:00Z', 'America/St_Johns', '2011-03-13T01:01:00-02:30'],
    ['1969-12-31T23:59:59.999Z', 'UTC', '1969-12-31T23:59:59.999+00:00'],
  ])('%s in %s is %s', (utc, zone, expected) => {
    expect(formatIso(Date.parse(utc), zone)).toBe(expected)
  })

  it('names the same moment in every zone', () => {
    const moments = fc.date({
      min: new Date('1972-01-01Z'),
      max: new Date('2099-12-31Z'),
      noInvalidDate: true,
    })
    fc.assert(
      fc.property(moments, fc.constantFrom(...ZONES), (date, zone) => {
        const text = formatIso(date.getTime(), zone)
        expect(Date.parse(text)).toBe(date.getTime())
        expect(parseIso(text)).toBe(date.getTime())
      }),
    )
  })
})

describe('parseIso', () => {
  it.each([
    ['2026-11-21T10:00:00+08:00', '2026-11-21T02:00:00.000Z'],
    ['2026-11-21T10:00+0800', '2026-11-21T02:00:00.000Z'],
    ['2026-11-21T02:00:00.5Z', '2026-11-21T02:00:00.500Z'],
    ['1795226400000', '2026-11-21T02:00:00.000Z'],
    ['0', '1970-01-01T00:00:00.000Z'],
    ['2028-02-29T00:00:00Z', '2028-02-29T00:00:00.000Z'],
    ['2026-12-31T00:00:00Z', '2026-12-31T00:00:00.000Z'],
  ])('takes %s', (text, expected) => {
    expect(new Date(parseIso(text) ?? Number.NaN).toISOString()).toBe(expected)
  })

  it.each([
    '',
    'yesterday',
    '2026-11-21',
    '2026-11-21T10:00:00',
    '2026-11-21 10:00:00Z',
    '2026-13-21T10:00:00Z',
    '2026-11-21T25:00:00Z',
    '2026-02-29T10:00:00Z',
    '2026-04-31T10:00:00Z',
    '1234567890123456',
    '1795226400000.5',
    '-1795226400000',
  ])('refuses %j', (text) => {
    expect(parseIso(text)).toBeUndefined()
  })
})

it('knows a time zone from what is none', () => {
  for (const zone of ZONES) expect(isTimezone(zone), zone).toBe(true)
  for (const zone of ['', 'Mars/Olympus', 'Asia/Shangai']) expect(isTimezone(zone), zone).toBe(false)
})

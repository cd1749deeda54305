import { describe, expect, it } from 'vitest'
import { type LiveReading, readingText, redraw, tableLines } from '../../gateway/commissioning/live-table.ts'
import { printable, textTable } from '../../gateway/commissioning/text-table.ts'

function reading(given: Partial<LiveReading> = {}): LiveReading {
  return {
    sensor: 'GT-1',
    raw: 215,
    value: 21.5,
    unit: '%LEL',
    quality: 'good',
    reason: null,
    time: 1_000_000,
    roundTripMs: 4.25,
    ...given,
  }
}

const SENSORS = [
  { id: 'GT-1', unit: '%LEL' },
  { id: 'LT-1', unit: 'm' },
]

describe('the live table', () => {
  it('has a row for every sensor, read or not', () => {
    expect(tableLines(SENSORS, new Map([['GT-1', reading()]]), 1_002_340)).toEqual([
      'sensor  value      quality       reason  age    raw  round trip',
      'GT-1    21.5 %LEL  good          -       2.3 s  215  4.3 ms',
      'LT-1    -          not read yet  -       -      -    -',
    ])
  })

  it('shows bad ones with their reason, and nothing that is not there', () => {
    const bad = { value: null, raw: '12ab', quality: 'bad', reason: 'not-decodable', roundTripMs: null }
    const [, row] = tableLines(SENSORS.slice(0, 1), new Map([['GT-1', reading(bad)]]), 999_000)
    expect(row).toBe('GT-1    -      bad      not-decodable  0.0 s  12ab  -')
  })

  it('shows as many digits as a float has', () => {
    const [, row] = tableLines(
      SENSORS.slice(0, 1),
      new Map([['GT-1', reading({ value: 0.1 + 0.2 })]]),
      1_000_000,
    )
    expect(row).toContain('0.3 %LEL')
  })

  it('prints one reading on one line', () => {
    expect(readingText(reading())).toBe(
      '1970-01-01T00:16:40.000Z  GT-1  21.5 %LEL  good  -  raw 215  round trip 4.3 ms',
    )
    expect(
      readingText(reading({ raw: 'a\u001b[2Jb', value: null, quality: 'bad', reason: 'crc' })),
    ).toContain('bad  crc  raw a·[2Jb')
  })
})

describe('drawing over the picture before', () => {
  const screen = { columns: 10, rows: 5 }

  it('goes up by what was drawn, and wipes the rest', () => {
    expect(redraw(['a', 'b'], 0, screen)).toEqual({ text: 'a\u001b[K\nb\u001b[K\n\u001b[J', drawn: 2 })
    expect(redraw(['a'], 2, screen)).toEqual({ text: '\u001b[2Aa\u001b[K\n\u001b[J', drawn: 1 })
  })

  it('cuts lines at the edge, or they would take two rows', () => {
    expect(redraw(['0123456789abc'], 0, screen).text).toBe('012345678\u001b[K\n\u001b[J')
  })

  it('leaves out what does not fit, or the picture would scroll', () => {
    const picture = redraw(['a', 'b', 'c', 'd', 'e', 'f'], 0, { columns: 60, rows: 5 })
    expect(picture.drawn).toBe(4)
    expect(picture.text).toContain('... 3 more; a higher window shows them')
    expect(redraw(['a', 'b', 'c', 'd'], 0, { columns: 60, rows: 5 }).drawn).toBe(4)
  })
})

describe('a table of text', () => {
  it('lines up', () => {
    expect(
      textTable([
        ['a', 'bb'],
        ['ccc', 'd'],
      ]),
    ).toEqual(['a    bb', 'ccc  d'])
    expect(textTable([])).toEqual([])
  })

  it('shows what would steer the terminal as dots', () => {
    expect(printable('a\u001b]0;x\u0007\r\n\u202eb')).toBe('a·]0;x····b')
    expect(printable('Prüfgas 50 % µ')).toBe('Prüfgas 50 % µ')
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatCsv, guarded, parseCsv, unguarded } from '../../contracts/csv.ts'
import { CELL_KINDS } from '../../ingest/alarm-table/cells.ts'

const cellsOf = (text: string) => parseCsv(text).rows.map(({ cells }) => cells)
const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({
    unit: fc.constantFrom('"', ',', ';', '\t', '\r', '\n', "'", '=', '+', '-', '@', ' ', 'a', '＝'),
  }),
)

describe('a table as RFC 4180 has it', () => {
  it('is read as it was written, whatever is in it', () => {
    const table = fc
      .integer({ min: 2, max: 5 })
      .chain((width) => fc.array(fc.array(anyText, { minLength: width, maxLength: width }), { minLength: 1 }))
    fc.assert(
      fc.property(table, (rows) => {
        const headed = [rows[0]?.map((_, index) => `c${index}`) ?? [], ...rows]
        const { rows: read, problems } = parseCsv(formatCsv(headed))
        expect(problems).toEqual([])
        expect(read.map(({ cells }) => cells)).toEqual(headed)
        expect(read.map(({ row }) => row)).toEqual(headed.map((_, index) => index + 1))
      }),
    )
  })

  it.each([
    [
      'LF',
      'a,b\n1,2\n',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'no line end at the end',
      'a,b\r\n1,2',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    ['a byte order mark', '\ufeffa,b\r\n', [['a', 'b']]],
    [
      'semicolons',
      'a;b\r\n1,5;2\r\n',
      [
        ['a', 'b'],
        ['1,5', '2'],
      ],
    ],
    [
      'tabs',
      'a\tb\r\n"1\t";2\r\n',
      [
        ['a', 'b'],
        ['1\t', '2'],
      ].slice(0, 1),
    ],
    [
      'a quote within a bare field',
      'a,b\n5" pipe,2\n',
      [
        ['a', 'b'],
        ['5" pipe', '2'],
      ],
    ],
    [
      'quotes, commas and lines within quotes',
      'a,b\n"x, ""y""\nz",2\n',
      [
        ['a', 'b'],
        ['x, "y"\nz', '2'],
      ],
    ],
    [
      'empty cells and lines',
      'a,b\n\n,\n',
      [
        ['a', 'b'],
        ['', ''],
      ],
    ],
    ['nothing', '', []],
  ])('takes %s', (_name, text, expected) => {
    expect(cellsOf(text)).toEqual(expected)
  })

  it.each([
    ['a,b\n1,"2\n3,4\n', { row: 2, line: 2, message: 'a quote is not closed' }],
    ['a,b\n"1\n",2\n"3"x,4\n', { row: 3, line: 4, message: 'x behind a closing quote' }],
  ])('says where %j is broken', (text, problem) => {
    expect(parseCsv(text).problems).toEqual([problem])
  })
})

describe('a text in a spreadsheet', () => {
  it('is never a formula, and comes back as it was', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(guarded(text)).not.toMatch(/^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/)
        expect(unguarded(guarded(text))).toBe(text)
      }),
    )
  })

  it.each([
    ['=HYPERLINK("http://x")', '\'=HYPERLINK("http://x")'],
    ['-2 degC is cold', "'-2 degC is cold"],
    ["'=1", "''=1"],
    ["'tis so", "'tis so"],
  ])('%s is %s', (text, cell) => {
    expect(guarded(text)).toBe(cell)
  })
})

describe('cells', () => {
  it.each([
    ['number', '-2.50', -2.5],
    ['number', ' 1e3 ', 1000],
    ['boolean', 'TRUE', true],
    ['boolean', 'false', false],
    ['date', '2026/1/9', '2026-01-09'],
    ['date', '2026-11-21', '2026-11-21'],
    ['lines', 'a\r\n\r\nb', ['a', 'b']],
    ['json', '[{"after":"5m","priority":"high"}]', [{ after: '5m', priority: 'high' }]],
  ] as const)('%s %j', (kind, cell, value) => {
    expect(CELL_KINDS[kind].parse(cell)).toEqual({ value })
  })

  it.each([
    ['number', '1,5'],
    ['number', '0x10'],
    ['number', '12 ppm'],
    ['number', 'Infinity'],
    ['boolean', 'yes'],
    ['date', '21.11.2026'],
    ['json', '{}'],
    ['json', '[1'],
  ] as const)('%s is not %j', (kind, cell) => {
    expect(CELL_KINDS[kind].parse(cell)).toHaveProperty('expected')
  })
})

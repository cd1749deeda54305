import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { RecordFormat } from '../../contracts/facility.ts'
import { checksumOf } from '../../simulators/record/checksum.ts'
import { Instrument } from '../../simulators/record/instrument.ts'
import { PatternWriter } from '../../simulators/record/pattern-writer.ts'
import { RecordResponder } from '../../simulators/record/record-responder.ts'
import { RecordWriter } from '../../simulators/record/record-writer.ts'

const none = { kind: 'none', encoding: 'hex', marker: '' } as const
const plain: RecordFormat = {
  start: '',
  end: { delimiter: '\r\n' },
  fields: { separator: ',' },
  checksum: none,
}
const latin1 = (text: string) => Buffer.from(text, 'latin1')
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1')

const write = (format: Partial<RecordFormat>, values: Record<string, number | string>) => {
  const numbers = Object.keys(values).filter((name) => typeof values[name] === 'number')
  const texts = Object.keys(values).filter((name) => typeof values[name] === 'string')
  const writer = new RecordWriter({ ...plain, ...format }, { numbers, texts })
  return text(writer.write(new Map(Object.entries(values))))
}

describe('checksums', () => {
  // The sentence of NMEA 0183 that every manual has, and the check value of CRC-16/MODBUS.
  it.each([
    ['none', 'hex', '*', 'abc', ''],
    [
      'xor',
      'hex',
      '*',
      'GPGGA,123519,4807.038,N,01131.000,E,1,08,0.9,545.4,M,46.9,M,,',
      Buffer.from('*47').toString('hex'),
    ],
    ['xor', 'binary', '', 'AB', '03'],
    ['sum', 'hex', '', '\xff\x02', Buffer.from('01').toString('hex')],
    ['sum', 'binary', ';', 'AB', '3b83'],
    ['crc16', 'hex', '', '123456789', Buffer.from('4B37').toString('hex')],
    ['crc16', 'binary', '', '123456789', '374b'],
  ] as const)('%s in %s', (kind, encoding, marker, data, hex) => {
    const sum = checksumOf(latin1(data), { kind, encoding, marker })
    expect(Buffer.from(sum).toString('hex')).toBe(hex)
  })
})

describe('records', () => {
  it.each([
    ['columns', {}, { '1': 1.5, '3': -2 }, '1.5,0,-2\r\n'],
    [
      'another separator and end',
      { fields: { separator: '; ' }, end: { delimiter: '\r' } },
      { '2': 7 },
      '0; 7\r',
    ],
    [
      'a start and a checksum',
      { start: '$', checksum: { ...none, kind: 'xor', marker: '*' } },
      { '1': 1 },
      '$1*31\r\n',
    ],
    ['a status', {}, { '1': 3, '2': 'OK' }, '3,OK\r\n'],
    ['no measurement', {}, { '1': Number.NaN }, 'NaN\r\n'],
    ['no end of it', {}, { '1': Number.NEGATIVE_INFINITY }, '-Inf\r\n'],
    ['a fixed length', { start: '>', end: { bytes: 8 } }, { '1': 12.5 }, '>12.5   '],
    [
      'a fixed length with a checksum over its blanks',
      { end: { bytes: 7 }, checksum: { ...none, kind: 'xor' } },
      { '1': 1, '2': 2 },
      '1,2  2F',
    ],
    [
      'a pattern',
      { fields: { pattern: '^L=(?<level>[+-]?\\d+\\.\\d+) T=(..)$' } },
      { level: 1.25, '2': 'OK' },
      'L=1.25 T=OK\r\n',
    ],
  ] as const)('with %s', (_name, format, values, written) => {
    expect(write(format, values)).toBe(written)
  })

  it.each([
    ['too long for its length', { end: { bytes: 3 } }, { '1': 1, '2': 1, '3': 1 }],
    ['a pattern that blanks do not match', { end: { bytes: 9 }, fields: { pattern: '^(\\d)$' } }, { '1': 1 }],
  ] as const)('refuses what is %s', (_name, format, values) => {
    expect(() => write(format, values)).toThrow(expect.objectContaining({ code: 'PATTERN_NOT_RENDERED' }))
  })

  it('damages its checksum and nothing else', () => {
    const checksum = { ...none, kind: 'xor', marker: '*' } as const
    const writer = new RecordWriter({ ...plain, checksum }, { numbers: ['1'], texts: [] })
    const record = writer.write(new Map([['1', 1]]))
    expect(text(record)).toBe('1*31\r\n')
    expect(text(writer.damage?.(record) ?? record)).toBe('1*30\r\n')
    expect(new RecordWriter(plain, { numbers: ['1'], texts: [] }).damage).toBeUndefined()
  })
})

describe('patterns', () => {
  it.each([
    ['^L=(?<level>[+-]?\\d+\\.\\d+) T=(..)$', { level: 1.5 }, 'L=1.5 T=00'],
    ['^(\\d{3})\\s*ppm', { '1': 7 }, '007ppm'],
    ['^([ \\d]{5})$', { '1': 42 }, '00042'],
    ['([+-]\\d{2}\\.\\d)', { '1': 3.14 }, '+03.1'],
    ['(-?\\d+\\.\\d{2}) (?:m|ft) (-?\\d+)', { '1': -1, '2': 12 }, '-1.00 m 12'],
    ['\\x02(\\d+\\.\\d)\\x03?', { '1': 20.94 }, '\x0220.9'],
    ['(?<a>\\d+\\.\\d),(?<b>\\d+\\.\\d)?', { a: 1, b: 2 }, '1.0,2.0'],
    ['[A-Z]+ (\\d+)', { '1': 5 }, 'A 5'],
    ['(\\d+|[A-Z]+)', { '1': 5 }, '5'],
  ] as const)('%s is written', (pattern, values, written) => {
    const result = new PatternWriter(pattern, Object.keys(values)).write(new Map(Object.entries(values)))
    expect(result).toBe(written)
    expect(new RegExp(pattern).test(result)).toBe(true)
  })

  it.each([
    ['too great', '^(\\d{2})$', 1234, '99'],
    ['below zero where there is no sign', '^(\\d{2})$', -3, '00'],
    ['infinite', '^(\\d{2})$', Number.POSITIVE_INFINITY, '99'],
    ['none, in a pattern that has a word for it', '^(\\d+|NaN)$', Number.NaN, 'NaN'],
    ['none, in a pattern that has dashes for it', '^(\\d{4}|-{4})$', Number.NaN, '----'],
  ])('a number that is %s', (_name, pattern, value, written) => {
    expect(new PatternWriter(pattern, ['1']).write(new Map([['1', value]]))).toBe(written)
  })

  it.each([
    ['a look ahead', '^(?=L)(\\d+)'],
    ['a look behind', '(?<=L)(\\d+)'],
    ['alternatives outside of a group', 'A (\\d)|B (\\d)'],
    ['a group within a group', '((\\d)\\d)'],
    ['a group that is repeated', '(\\d,)+'],
    ['a reference to a group', '(\\d)\\1'],
    ['a border of a word', '\\b(\\d+)'],
    ['a field that holds no number', '^([A-F]+)$'],
    ['a class of odd characters', '([¡-¿])'],
    ['no regular expression', '(\\d'],
  ])('%s is refused', (_name, pattern) => {
    expect(() => new PatternWriter(pattern, ['1'])).toThrow(
      expect.objectContaining({ code: 'PATTERN_NOT_RENDERED', detail: expect.stringContaining(pattern) }),
    )
  })

  it('gives every number back to three digits', () => {
    const pattern = '^A(?<a>[+-]?\\d+\\.\\d+);(?<b>-?\\d+\\.\\d{3})$'
    const writer = new PatternWriter(pattern, ['a', 'b'])
    const number = fc.double({ min: -9_999, max: 9_999, noNaN: true })
    fc.assert(
      fc.property(number, number, (a, b) => {
        const groups = new RegExp(pattern).exec(
          writer.write(
            new Map([
              ['a', a],
              ['b', b],
            ]),
          ),
        )?.groups
        expect(Number(groups?.a)).toBeCloseTo(a, 2)
        expect(Number(groups?.b)).toBeCloseTo(b, 2)
      }),
    )
  })
})

describe('an ASCII line', () => {
  const instrument = (request: string, value: number) => {
    const made = new Instrument({
      format: { ...plain, request },
      everyMs: 1_000,
      fields: { numbers: ['1'], texts: [] },
    })
    made.memory.fields.set('1', value)
    return made
  }
  const said = (responder: RecordResponder, chunk: string) =>
    responder
      .hear(latin1(chunk))
      .exchanges.map(({ emissions }) => emissions.map(({ bytes }) => text(bytes)).join('|'))

  it('answers each instrument by its own request', () => {
    const responder = new RecordResponder([instrument('#01\r', 1), instrument('#02\r', 2)])
    expect(responder.own).toBeUndefined()
    expect(said(responder, '#02\r')).toEqual(['2\r\n'])
    expect(said(responder, '#01\r#02\r')).toEqual(['1\r\n', '2\r\n'])
    expect(said(responder, '#03\r')).toEqual([])
  })

  it('finds a request in pieces and behind garbage', () => {
    const responder = new RecordResponder([instrument('#01\r', 1)])
    expect(said(responder, 'xx#0')).toEqual([])
    expect(said(responder, '1\r')).toEqual(['1\r\n'])
    for (let n = 0; n < 100; n++) expect(said(responder, 'garbage')).toEqual([])
    expect(said(responder, '#01\r')).toEqual(['1\r\n'])
  })

  it('tells the longer of two requests that begin alike', () => {
    const responder = new RecordResponder([instrument('R', 1), instrument('R2', 2)])
    expect(said(responder, 'R2')).toEqual(['2\r\n'])
    expect(said(responder, 'R')).toEqual(['1\r\n'])
  })

  it('lets an instrument speak that needs no request', () => {
    const { request: _, ...format } = { ...plain, request: undefined }
    const alone = new Instrument({ format, everyMs: 250, fields: { numbers: ['1'], texts: [] } })
    const responder = new RecordResponder([alone])
    expect(responder.own?.everyMs).toBe(250)
    expect(responder.own?.speak().map(({ bytes }) => text(bytes))).toEqual(['0\r\n'])
    expect(said(responder, 'anything')).toEqual([])
  })
})

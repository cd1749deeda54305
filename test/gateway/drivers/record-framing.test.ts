import { describe, expect, it } from 'vitest'
import type { RecordFormat } from '../../../contracts/facility.ts'
import type { ReadOutcome } from '../../../gateway/drivers/driver.ts'
import { RecordFraming } from '../../../gateway/drivers/record-framing.ts'
import { crcOf, nmea } from './foreign-frames.ts'
import { failed, fields, Hearing, hex, record, unprompted } from './hearing.ts'

type Row = [
  name: string,
  format: Partial<RecordFormat>,
  bytes: (Buffer | string)[],
  outcome: ReadOutcome | ReturnType<typeof failed>,
  discards?: string[],
]

const NMEA: Partial<RecordFormat> = { start: '$', checksum: { kind: 'xor', encoding: 'hex', marker: '*' } }
const binary = (kind: 'xor' | 'sum' | 'crc16'): Partial<RecordFormat> => ({
  checksum: { kind, encoding: 'binary', marker: '' },
})
const hexed = (kind: 'xor' | 'sum' | 'crc16'): Partial<RecordFormat> => ({
  checksum: { kind, encoding: 'hex', marker: '' },
})
const CRC_OF_DATA = crcOf(Buffer.from('12.5,ok'))
/** Data whose exclusive or is the delimiter, and whose sum begins it. */
const LF_DELIMITED: Partial<RecordFormat> = { ...binary('xor'), end: { delimiter: '\n' } }

const ROWS: Row[] = [
  ['columns', {}, ['12.5,ok\r\n'], fields({ 1: '12.5', 2: 'ok' })],
  ['columns with blanks round them', {}, [' 12.5 , ok \r\n'], fields({ 1: '12.5', 2: 'ok' })],
  ['empty columns', {}, ['12.5,,ok\r\n'], fields({ 1: '12.5', 2: '', 3: 'ok' })],
  [
    'columns between blanks',
    { fields: { separator: ' ' } },
    ['  1   2 3 \r\n'],
    fields({ 1: '1', 2: '2', 3: '3' }),
  ],
  ['a record in pieces', {}, ['12', '.5', ',ok\r', '\n'], fields({ 1: '12.5', 2: 'ok' })],
  ['an empty line before the record', {}, ['\r\n12.5\r\n'], fields({ 1: '12.5' }), ['noise']],
  ['what a line that turns round leaves', {}, [hex('00 FF'), '12.5\r\n'], fields({ 1: '12.5' }), ['noise']],
  ['the own request', {}, ['R\r', '12.5\r\n'], fields({ 1: '12.5' }), ['echo']],
  ['the own request alone', {}, ['R\r'], failed('timeout'), ['echo']],
  ['a record that begins like the request', {}, ['R12.5\r\n'], fields({ 1: 'R12.5' })],
  ['half a record', {}, ['12.5'], failed('short-reply'), []],
  ['nothing', {}, [], failed('timeout'), []],
  ['a second record', {}, ['1\r\n2\r\n'], fields({ 1: '1' }), ['unsolicited']],
  [
    'groups',
    { fields: { pattern: '^([+-]\\d+\\.\\d+)(ppm)?(?<status>[A-Z])$' } },
    ['+012.50K\r\n'],
    fields({ 1: '+012.50', 3: 'K', status: 'K' }),
  ],
  [
    'what the pattern does not fit',
    { fields: { pattern: '^\\d+$' } },
    ['12.5\r\n'],
    failed('bad-reply'),
    ['mismatch'],
  ],
  ['a start', { start: '>' }, ['>12.5\r\n'], fields({ 1: '12.5' })],
  [
    'a start of several bytes, in pieces',
    { start: '\x02A' },
    ['x\x02', 'A1\r', '\n'],
    fields({ 1: '1' }),
    ['noise'],
  ],
  ['bytes before the start', { start: '>' }, ['xyz>12.5\r\n'], fields({ 1: '12.5' }), ['noise']],
  ['no start', { start: '>' }, ['12.5\r\n'], failed('timeout'), ['noise']],
  ['half a record and a whole one', { start: '>' }, ['>12.>13.5\r\n'], fields({ 1: '13.5' }), ['short']],
  [
    'a start that is a letter, in the data',
    { start: 'S' },
    ['S12.5 STABLE\r\n'],
    fields({ 1: '12.5 STABLE' }),
  ],
  ['NMEA 0183', NMEA, [nmea('WIMDA,29.9,I')], fields({ 1: 'WIMDA', 2: '29.9', 3: 'I' })],
  ['NMEA with a wrong checksum', NMEA, ['$WIMDA,29.9,I*00\r\n'], failed('crc'), ['crc']],
  ['NMEA without a checksum', NMEA, ['$WIMDA,29.9,I\r\n'], failed('crc'), ['crc']],
  ['NMEA too short for one', NMEA, ['$1\r\n'], failed('crc'), ['crc']],
  [
    'NMEA that was cut and sent again',
    NMEA,
    ['$WIMDA,29', nmea('WIMDA,30')],
    fields({ 1: 'WIMDA', 2: '30' }),
    ['short'],
  ],
  ['small letters in a checksum', NMEA, ['$J*4a\r\n'], fields({ 1: 'J' })],
  ['a sum in digits', hexed('sum'), ['ABC6\r\n'], failed('crc'), ['crc']],
  ['the right sum in digits', hexed('sum'), ['ABC\r\n'.replace('C', '83')], fields({ 1: 'AB' })],
  [
    'a CRC in digits, high byte first',
    hexed('crc16'),
    [`12.5,ok${CRC_OF_DATA.toString(16).padStart(4, '0')}\r\n`],
    fields({ 1: '12.5', 2: 'ok' }),
  ],
  [
    'a CRC in bytes, low byte first',
    binary('crc16'),
    [Buffer.from([...Buffer.from('12.5,ok'), CRC_OF_DATA & 255, CRC_OF_DATA >> 8, 13, 10])],
    fields({ 1: '12.5', 2: 'ok' }),
  ],
  ['a binary checksum that is the delimiter', LF_DELIMITED, ['0:\n\n'], fields({ 1: '0:' })],
  ['a binary checksum that is not', LF_DELIMITED, ['12\x03\n'], fields({ 1: '12' })],
  ['a wrong binary checksum', LF_DELIMITED, ['12\x04\nx'], failed('crc'), ['crc']],
  ['a fixed length', { end: { bytes: 5 } }, ['12.50'], fields({ 1: '12.50' })],
  [
    'a fixed length, with start',
    { start: '=', end: { bytes: 5 } },
    ['==12.5'],
    fields({ 1: '12.5' }),
    ['short'],
  ],
  ['a fixed length too short', { start: '=', end: { bytes: 5 } }, ['=12'], failed('short-reply'), []],
  [
    'a fixed length behind bytes that do not fit',
    { end: { bytes: 3 }, fields: { pattern: '^\\d\\.\\d$' } },
    ['9:1.5'],
    fields({}),
    ['mismatch', 'mismatch'],
  ],
  ['a line that never ends', {}, ['1'.repeat(3_000), '\r\n'], failed('timeout'), ['noise', 'late']],
]

describe('the framing of records', () => {
  it.each(ROWS)('hears %s', (_name, format, bytes, outcome, discards = []) => {
    const hearing = new Hearing(new RecordFraming())
    expect(hearing.outcome(record(format), ...bytes)).toEqual(outcome)
    expect(hearing.discards).toEqual(discards)
  })

  it('never takes the rest of a late record for a record', () => {
    const hearing = new Hearing(new RecordFraming())
    expect(hearing.outcome(record(), '12')).toEqual(failed('short-reply'))
    const next = record({ fields: { separator: ';' } })
    expect(hearing.outcome(next, '3.4\r\n', '7\r\n')).toEqual(fields({ 1: '7' }))
    expect(hearing.discards).toEqual(['late'])
  })

  it('counts whole records that nobody waits for', () => {
    const hearing = new Hearing(new RecordFraming())
    const { format } = record()
    expect(hearing.hear('12.5\r\n')).toBeUndefined()
    hearing.outcome({ kind: 'record', format }, '1\r\n')
    hearing.hear('2\r\n')
    hearing.outcome({ kind: 'record', format })
    hearing.hear('3\r\n')
    expect(hearing.discards).toEqual(['noise', 'unsolicited', 'late'])
  })
})

describe('an instrument that sends by itself', () => {
  it('is given no request', () => {
    expect(new Hearing(new RecordFraming()).ask(unprompted())).toHaveLength(0)
  })

  it('is read from the first record that begins after the call, as one may come in the middle', () => {
    const hearing = new Hearing(new RecordFraming())
    expect(hearing.outcome(unprompted(), '2.5\r\n', '13.5\r\n')).toEqual(fields({ 1: '13.5' }))
    expect(hearing.discards).toEqual([])
  })

  it('is read at once where a start says that a record begins', () => {
    const hearing = new Hearing(new RecordFraming())
    expect(hearing.outcome(unprompted({ start: '$' }), '$13.5\r\n')).toEqual(fields({ 1: '13.5' }))
  })

  it.each([
    ['where its start may be part of the data', unprompted({ start: 'A' }), ['12A5\r\n', 'A13\r\n'], '13'],
    ['where the rest of a record begins with what is no text', unprompted(), ['\xb02.5\r\n', '13\r\n'], '13'],
    ['where a line has just ended', unprompted(), ['\r\n13\r\n'], '13'],
  ])('is never read from the middle of a record %s', (_, request, chunks, value) => {
    const hearing = new Hearing(new RecordFraming())
    expect(hearing.outcome(request, ...chunks)).toEqual(fields({ 1: value }))
  })

  it('is not read from what it said before, nor is that a fault', () => {
    const hearing = new Hearing(new RecordFraming())
    const request = unprompted()
    hearing.outcome(request, '0\r\n1\r\n')
    hearing.hear('2\r\n3\r\n', '4')
    expect(hearing.outcome(request, '.5\r\n', '5\r\n6\r\n')).toEqual(fields({ 1: '5' }))
    expect(hearing.outcome(request, '7\r\n')).toEqual(fields({ 1: '7' }))
    expect(hearing.discards).toEqual([])
  })

  it('times out when it is silent', () => {
    const hearing = new Hearing(new RecordFraming())
    expect(hearing.outcome(unprompted(), '1\r\n')).toEqual(failed('timeout'))
    expect(hearing.outcome(unprompted({ start: '$' }), '$1')).toEqual(failed('short-reply'))
  })
})

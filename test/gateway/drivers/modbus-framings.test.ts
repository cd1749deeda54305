import { describe, expect, it } from 'vitest'
import { asciiFraming } from '../../../gateway/drivers/ascii-framing.ts'
import type { ReadOutcome, RegisterRequest } from '../../../gateway/drivers/driver.ts'
import { mbapFraming } from '../../../gateway/drivers/mbap-framing.ts'
import { rtuFraming } from '../../../gateway/drivers/rtu-framing.ts'
import { ascii, mbap, rtu } from './foreign-frames.ts'
import { failed, Hearing, hex, registers, words } from './hearing.ts'

/** Unit 1, two holding registers: the answer of the Rosemount 5708 manual, 0.065 as a float. */
const REPLY = hex('01 03 04 3D 85 1E 20 EE 0E')
const DATA = [0x3d, 0x85, 0x1e, 0x20]
const VALUE = words(0x3d85, 0x1e20)

type Row = [
  name: string,
  bytes: (Buffer | string)[],
  outcome: ReadOutcome | 'out-of-step' | ReturnType<typeof failed>,
  discards: string[],
  request?: Partial<RegisterRequest>,
]

const RTU: Row[] = [
  ['the answer', [REPLY], VALUE, []],
  ['an answer in single bytes', [...REPLY].map((byte) => Buffer.from([byte])), VALUE, []],
  ['noise before the answer', [hex('00 FF 55'), REPLY], VALUE, ['noise']],
  ['noise that looks like the unit', [hex('01'), REPLY], VALUE, ['noise']],
  ['noise that looks like the head of the answer', [hex('01 03'), REPLY], VALUE, ['crc']],
  ['noise that looks like the head of a long frame', [hex('07 03 C8'), REPLY], VALUE, ['noise']],
  ['the own request and the answer', [hex('01 03 00 00 00 02 C4 0B'), REPLY], VALUE, ['echo']],
  ['the own request alone', [hex('01 03 00 00 00 02 C4 0B')], failed('timeout'), ['echo']],
  ['half an own request', [hex('01 03 00 00')], failed('short-reply'), ['short']],
  ['bytes that hang on the answer', [Buffer.concat([REPLY, hex('00 00')])], VALUE, ['surplus']],
  ['a frame that hangs on the answer', [Buffer.concat([REPLY, rtu(2, 3, 2, 0, 1)])], VALUE, ['unsolicited']],
  ['an exception', [rtu(1, 0x83, 2)], failed('exception', 2), []],
  ['an exception behind noise', [hex('F8'), rtu(1, 0x83, 6)], failed('exception', 6), ['noise']],
  ['an exception of another unit', [rtu(9, 0x83, 2)], failed('timeout'), ['foreign-unit']],
  ['an exception of another function', [rtu(1, 0x84, 2)], failed('bad-reply'), ['foreign-function']],
  ['a damaged exception', [hex('01 83 02 C0 F0')], failed('crc'), ['crc']],
  ['half an exception', [hex('01 83 02')], failed('short-reply'), ['short']],
  ['another unit', [rtu(2, 3, 4, ...DATA)], failed('timeout'), ['foreign-unit']],
  ['another unit, then the answer', [rtu(2, 3, 4, 0, 1, 0, 2), REPLY], VALUE, ['foreign-unit']],
  ['the request to another unit', [rtu(2, 3, 0, 0, 0, 2)], failed('timeout'), ['foreign-unit']],
  ['another function', [rtu(1, 4, 4, ...DATA)], failed('bad-reply'), ['foreign-function']],
  ['the answer to a write', [rtu(1, 6, 0, 1, 0, 2)], failed('bad-reply'), ['foreign-function']],
  ['a register too few', [rtu(1, 3, 2, 0, 1)], failed('short-reply'), ['wrong-length']],
  ['a register too many', [rtu(1, 3, 6, 0, 1, 0, 2, 0, 3)], failed('bad-reply'), ['wrong-length']],
  ['a wrong CRC', [hex('01 03 04 3D 85 1E 20 EE 0F')], failed('crc'), ['crc']],
  ['damaged data', [hex('01 03 04 3D 85 1F 20 EE 0E')], failed('crc'), ['crc']],
  ['a damaged unit', [hex('41 03 04 3D 85 1E 20 EE 0E')], failed('crc'), ['crc']],
  ['a damaged function', [hex('01 43 04 3D 85 1E 20 EE 0E')], failed('crc'), ['crc']],
  ['a damaged byte count', [hex('01 03 14 3D 85 1E 20 EE 0E')], failed('crc'), ['crc']],
  ['a damaged answer, then a whole one', [hex('01 03 04 3D 85 1E 20 EE 0F'), REPLY], VALUE, ['crc']],
  ['half an answer', [REPLY.subarray(0, 5)], failed('short-reply'), ['short']],
  ['half an answer, then a whole one', [REPLY.subarray(0, 6), REPLY], VALUE, ['crc']],
  ['nothing', [], failed('timeout'), []],
  ['only noise', [Buffer.alloc(600, 0x55)], failed('timeout'), ['noise']],
  [
    'an answer inside a frame of somebody else',
    [rtu(2, 3, REPLY.length + 1, ...REPLY, 0)],
    failed('timeout'),
    ['foreign-unit'],
  ],
  ['the unit the answer is said to come from', [rtu(9, 3, 4, ...DATA)], VALUE, [], { replyUnit: 9 }],
  [
    'the unit asked, when another is to answer',
    [REPLY],
    failed('timeout'),
    ['foreign-unit'],
    { replyUnit: 9 },
  ],
  [
    // 04 03 02 B0 00 01 84 is a register of value B000; 496 requests for one register are like that.
    'an echo that begins with a perfect answer',
    [hex('04 03 02 B0 00 01 84 00'), rtu(4, 3, 2, 0, 7)],
    words(7),
    ['echo'],
    { unitId: 4, address: 0x02b0, count: 1 },
  ],
  [
    'an echo that is a perfect answer',
    [rtu(1, 1, 3, 16, 0, 20)],
    failed('timeout'),
    ['echo'],
    { table: 'coil', address: 784, count: 20 },
  ],
]

const MBAP: Row[] = [
  ['the answer', [mbap(1, 1, 3, 4, ...DATA)], VALUE, []],
  ['an answer in single bytes', [...mbap(1, 1, 3, 4, ...DATA)].map((b) => Buffer.from([b])), VALUE, []],
  ['an exception', [mbap(1, 1, 0x83, 11)], failed('exception', 11), []],
  ['an exception with more to it', [mbap(1, 1, 0x83, 11, 0)], failed('bad-reply'), ['wrong-length']],
  ['an exception without a code', [mbap(1, 1, 0x83)], failed('short-reply'), ['wrong-length']],
  ['an exception of another unit', [mbap(1, 9, 0x83, 2)], failed('bad-reply'), ['foreign-unit']],
  ['an exception of another function', [mbap(1, 1, 0x84, 2)], failed('bad-reply'), ['foreign-function']],
  ['another unit', [mbap(1, 9, 3, 4, ...DATA)], failed('bad-reply'), ['foreign-unit']],
  ['another function', [mbap(1, 1, 4, 4, ...DATA)], failed('bad-reply'), ['foreign-function']],
  ['another transaction', [mbap(7, 1, 3, 4, ...DATA)], failed('timeout'), ['foreign-transaction']],
  [
    'another transaction, then the answer',
    [Buffer.concat([mbap(7, 1, 3, 4, 0, 0, 0, 0), mbap(1, 1, 3, 4, ...DATA)])],
    VALUE,
    ['foreign-transaction'],
  ],
  ['a register too few', [mbap(1, 1, 3, 2, 0, 1)], failed('short-reply'), ['wrong-length']],
  ['a register too many', [mbap(1, 1, 3, 6, 0, 1, 0, 2, 0, 3)], failed('bad-reply'), ['wrong-length']],
  ['a byte count too small', [mbap(1, 1, 3, 2, ...DATA)], failed('short-reply'), ['wrong-length']],
  ['a byte count too large', [mbap(1, 1, 3, 200, ...DATA)], failed('bad-reply'), ['wrong-length']],
  ['half an answer', [mbap(1, 1, 3, 4, ...DATA).subarray(0, 9)], failed('short-reply'), []],
  ['half of another answer', [mbap(9, 1, 3, 4, ...DATA).subarray(0, 9)], failed('timeout'), []],
  ['the own request', [mbap(1, 1, 3, 0, 0, 0, 2)], failed('timeout'), ['echo']],
  [
    'a frame that hangs on the answer',
    [Buffer.concat([mbap(1, 1, 3, 4, ...DATA), mbap(1, 1, 3, 4, ...DATA)])],
    VALUE,
    ['unsolicited'],
  ],
  [
    'the answer, then another protocol',
    [Buffer.concat([mbap(1, 1, 3, 4, ...DATA), Buffer.from('HTTP')])],
    VALUE,
    ['surplus'],
  ],
  ['another protocol', ['HTTP/1.1 400 Bad Request'], 'out-of-step', ['noise']],
  ['a length of 0', [hex('00 01 00 00 00 00')], 'out-of-step', ['noise']],
  ['a length of 1', [hex('00 01 00 00 00 01')], 'out-of-step', ['noise']],
  ['a length of 255', [hex('00 01 00 00 00 FF')], 'out-of-step', ['noise']],
  ['the unit the answer is said to come from', [mbap(1, 9, 3, 4, ...DATA)], VALUE, [], { replyUnit: 9 }],
  [
    'an echo that is a perfect answer',
    [mbap(1, 1, 1, 3, 16, 0, 20)],
    failed('timeout'),
    ['echo'],
    { table: 'coil', address: 784, count: 20 },
  ],
]

const ASCII: Row[] = [
  ['the answer', [ascii(1, 3, 4, ...DATA)], VALUE, []],
  [
    'an answer in small letters',
    [
      ascii(1, 3, 4, ...DATA)
        .toString()
        .toLowerCase(),
    ],
    VALUE,
    [],
  ],
  ['noise before the answer', ['\0\xff?', ascii(1, 3, 4, ...DATA)], VALUE, ['noise']],
  ['the own request and the answer', [ascii(1, 3, 0, 0, 0, 2), ascii(1, 3, 4, ...DATA)], VALUE, ['echo']],
  ['an exception', [ascii(1, 0x83, 4)], failed('exception', 4), []],
  ['an exception of another unit', [ascii(2, 0x83, 4)], failed('timeout'), ['foreign-unit']],
  ['another unit', [ascii(2, 3, 4, ...DATA)], failed('timeout'), ['foreign-unit']],
  ['another function', [ascii(1, 4, 4, ...DATA)], failed('bad-reply'), ['foreign-function']],
  ['a register too few', [ascii(1, 3, 2, 0, 1)], failed('short-reply'), ['wrong-length']],
  ['a register too many', [ascii(1, 3, 6, 0, 1, 0, 2, 0, 3)], failed('bad-reply'), ['wrong-length']],
  ['a wrong LRC', [':0103043D851E20F9\r\n'], failed('crc'), ['crc']],
  ['an odd number of digits', [':0103043D851E20F\r\n'], failed('crc'), ['crc']],
  ['what is no digit', [':0103043D8G1E20F8\r\n'], failed('crc'), ['crc']],
  ['a frame of nothing', [':\r\n'], failed('crc'), ['crc']],
  ['half an answer', [':0103043D'], failed('short-reply'), ['short']],
  ['half an answer, then a whole one', [':0103043D', ascii(1, 3, 4, ...DATA)], VALUE, ['short']],
  ['an answer without its end', [':0103043D851E20F8\r'], failed('short-reply'), ['short']],
  ['bytes that hang on the answer', [`${ascii(1, 3, 4, ...DATA)}xx`], VALUE, ['surplus']],
  ['a line that never ends', [`:${'0'.repeat(2_000)}`], failed('timeout'), ['noise']],
  ['nothing', [], failed('timeout'), []],
]

describe.each([
  ['RTU', rtuFraming, RTU],
  ['MBAP', mbapFraming, MBAP],
  ['ASCII', asciiFraming, ASCII],
] as const)('the framing %s', (_, framing, rows) => {
  it.each(rows)('hears %s', (_name, bytes, outcome, discards, parts) => {
    const hearing = new Hearing(framing)
    expect(hearing.outcome(registers(parts), ...bytes)).toEqual(outcome)
    expect(hearing.discards).toEqual(discards)
  })

  it('reads the largest blocks there are', () => {
    const frameOf = { RTU: rtu, MBAP: mbap.bind(undefined, 1), ASCII: ascii }[_]
    const hearing = new Hearing(framing)
    const holding = hearing.outcome(registers({ count: 125 }), frameOf(1, 3, 250, ...Array(250).fill(0xab)))
    expect(holding).toEqual(words(...Array(125).fill(0xabab)))
  })

  it('reads bits from the lowest of a byte, without the padding', () => {
    const frameOf = { RTU: rtu, MBAP: mbap.bind(undefined, 1), ASCII: ascii }[_]
    const hearing = new Hearing(framing)
    const bits = [true, false, true, true, false, false, false, false, false, true]
    expect(hearing.outcome(registers({ table: 'coil', count: 10 }), frameOf(1, 1, 2, 0x0d, 0xfe))).toEqual({
      ok: true,
      data: { kind: 'bits', bits },
    })
  })

  it('tells how long an answer is', () => {
    const frameOf = { RTU: rtu, MBAP: mbap.bind(undefined, 1), ASCII: ascii }[_]
    expect(framing.answerLength(registers())).toBe(frameOf(1, 3, 4, ...DATA).length)
    expect(framing.answerLength(registers({ table: 'discrete', count: 9 }))).toBe(
      frameOf(1, 2, 2, 0, 0).length,
    )
  })
})

it('has an echo in its table that begins with a perfect answer', () => {
  expect(rtu(4, 3, 2, 0xb0, 0)).toEqual(hex('04 03 02 B0 00 01 84'))
  expect(rtu(4, 3, 2, 0xb0, 0, 1)).toEqual(hex('04 03 02 B0 00 01 84 00'))
})

describe('requests on the wire', () => {
  const request = registers({ unitId: 17, table: 'input', address: 0x1234, count: 125 })
  it.each([
    ['RTU', rtuFraming, rtu(17, 4, 0x12, 0x34, 0, 125)],
    ['MBAP', mbapFraming, mbap(0xabcd, 17, 4, 0x12, 0x34, 0, 125)],
    ['ASCII', asciiFraming, ascii(17, 4, 0x12, 0x34, 0, 125)],
  ] as const)('are as a device expects them: %s', (_, framing, bytes) => {
    expect(Buffer.from(framing.encode(request, 0xabcd))).toEqual(bytes)
  })

  it('is the one of the Rosemount 5708 manual', () => {
    expect(Buffer.from(rtuFraming.encode(registers(), 1))).toEqual(hex('01 03 00 00 00 02 C4 0B'))
  })

  it.each([
    ['coil', 1],
    ['discrete', 2],
    ['holding', 3],
    ['input', 4],
  ] as const)('ask for table %s with function %d', (table, code) => {
    expect(rtuFraming.encode(registers({ table }), 1)[1]).toBe(code)
  })
})

describe('answers to requests that were given up', () => {
  const other = registers({ unitId: 2, count: 1 })

  it.each([
    ['RTU', rtuFraming, rtu(1, 3, 4, ...DATA), rtu(2, 3, 2, 0, 7)],
    ['MBAP', mbapFraming, mbap(1, 1, 3, 4, ...DATA), mbap(2, 2, 3, 2, 0, 7)],
    ['ASCII', asciiFraming, ascii(1, 3, 4, ...DATA), ascii(2, 3, 2, 0, 7)],
  ] as const)('are late while another is in flight: %s', (_, framing, late, answer) => {
    const hearing = new Hearing(framing)
    expect(hearing.outcome(registers())).toEqual(failed('timeout'))
    expect(hearing.outcome(other, late, answer)).toEqual(words(7))
    expect(hearing.discards).toEqual(['late'])
  })

  it.each([
    ['RTU', rtuFraming, rtu(1, 3, 4, ...DATA)],
    ['MBAP', mbapFraming, mbap(1, 1, 3, 4, ...DATA)],
    ['ASCII', asciiFraming, ascii(1, 3, 4, ...DATA)],
  ] as const)(
    'are late while nothing is asked, and unsolicited when nothing was: %s',
    (_, framing, frame) => {
      const hearing = new Hearing(framing)
      expect(hearing.hear(frame)).toBeUndefined()
      expect(hearing.outcome(registers())).toEqual(failed('timeout'))
      expect(hearing.hear(frame)).toBeUndefined()
      expect(hearing.discards).toEqual(['unsolicited', 'late'])
    },
  )

  it('are late by their transaction alone, though they would fit', () => {
    const hearing = new Hearing(mbapFraming)
    hearing.outcome(registers())
    expect(hearing.outcome(registers(), mbap(1, 1, 3, 4, 9, 9, 9, 9), mbap(2, 1, 3, 4, ...DATA))).toEqual(
      VALUE,
    )
    expect(hearing.discards).toEqual(['late'])
  })

  it('are late when they are exceptions', () => {
    const hearing = new Hearing(rtuFraming)
    hearing.outcome(registers())
    expect(hearing.outcome(other, rtu(1, 0x83, 6), rtu(2, 3, 2, 0, 7))).toEqual(words(7))
    expect(hearing.discards).toEqual(['late'])
  })

  it('are forgotten once the unit answers again', () => {
    const hearing = new Hearing(rtuFraming)
    hearing.outcome(registers())
    hearing.outcome(registers(), REPLY)
    expect(hearing.outcome(other, REPLY)).toEqual(failed('timeout'))
    expect(hearing.discards).toEqual(['foreign-unit'])
  })

  it.each([
    [
      'half of an answer',
      mbap(1, 1, 3, 4, ...DATA).subarray(0, 8),
      mbap(2, 2, 3, 2, 0, 7),
      words(7),
      'short',
    ],
    [
      'half of an answer, before an exception',
      mbap(1, 1, 3, 4, ...DATA).subarray(0, 8),
      mbap(2, 2, 0x83, 6),
      failed('exception', 6),
      'short',
    ],
    [
      'the head of an answer',
      mbap(1, 1, 3, 4, ...DATA).subarray(0, 5),
      mbap(2, 2, 3, 2, 0, 7),
      words(7),
      'noise',
    ],
    ['stray bytes', hex('FF 00'), mbap(2, 2, 3, 2, 0, 7), words(7), 'noise'],
    ['what cannot be a head', hex('FF 00 FF 00'), mbap(2, 2, 3, 2, 0, 7), words(7), 'noise'],
  ] as const)(
    'do not swallow the answer of another unit over Modbus TCP: %s',
    (_, left, answer, heard, kind) => {
      for (const chunks of [[answer], [...answer].map((byte) => Buffer.of(byte))]) {
        const hearing = new Hearing(mbapFraming)
        hearing.outcome(registers())
        hearing.hear(left)
        expect(hearing.outcome(other, ...chunks)).toEqual(heard)
        expect(hearing.discards).toEqual([kind])
      }
    },
  )

  it('keep a Modbus TCP stream in step when they come in halves', () => {
    const hearing = new Hearing(mbapFraming)
    const late = mbap(1, 1, 3, 4, ...DATA)
    hearing.outcome(registers(), late.subarray(0, 8))
    expect(hearing.outcome(registers(), late.subarray(8), mbap(2, 1, 3, 4, 0, 1, 0, 2))).toEqual(words(1, 2))
    expect(hearing.discards).toEqual(['late'])
  })
})

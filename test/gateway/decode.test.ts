import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BYTE_ORDERS, type ByteOrder } from '../../contracts/facility-words.ts'
import { type Decoded, decode, fieldText, hasByteOrder, spanOf } from '../../gateway/quality/decode.ts'
import vectors from '../vectors/modbus-decode.json' with { type: 'json' }
import { register } from './plant.ts'

type Given = Parameters<typeof register>[0]

function decodeWords(given: Given, words: number[]): Decoded {
  return decode(register(given), { kind: 'words', words }, 0)
}

/** The test's own encoder: bytes of the value big-endian, then arranged, then two to a word. */
function encode(bytes: number[], order: ByteOrder): number[] {
  const pairs = Array.from({ length: bytes.length / 2 }, (_, n) => bytes.slice(n * 2, n * 2 + 2))
  const swapped = order === 'BADC' || order === 'DCBA' ? pairs.map((pair) => pair.toReversed()) : pairs
  const placed = order === 'CDAB' || order === 'DCBA' ? swapped.toReversed() : swapped
  return placed.map(([high = 0, low = 0]) => high * 256 + low)
}

function bytesOf(length: number, write: (view: DataView) => void): number[] {
  const view = new DataView(new ArrayBuffer(length))
  write(view)
  return [...new Uint8Array(view.buffer)]
}

const finite = (arbitrary: fc.Arbitrary<number>) => arbitrary.map((n) => (Object.is(n, -0) ? 0 : n))
const WIDE = [
  { type: 'int32', bytes: 4, values: fc.integer(), write: (v: DataView, n: number) => v.setInt32(0, n) },
  {
    type: 'uint32',
    bytes: 4,
    values: fc.nat(0xffffffff),
    write: (v: DataView, n: number) => v.setUint32(0, n),
  },
  {
    type: 'float32',
    bytes: 4,
    values: finite(fc.float({ noNaN: true, noDefaultInfinity: true })),
    write: (v: DataView, n: number) => v.setFloat32(0, n),
  },
  {
    type: 'float64',
    bytes: 8,
    values: finite(fc.double({ noNaN: true, noDefaultInfinity: true })),
    write: (v: DataView, n: number) => v.setFloat64(0, n),
  },
  {
    type: 'int64',
    bytes: 8,
    values: fc.maxSafeInteger(),
    write: (v: DataView, n: number) => v.setBigInt64(0, BigInt(n)),
  },
  {
    type: 'uint64',
    bytes: 8,
    values: fc.maxSafeNat(),
    write: (v: DataView, n: number) => v.setBigUint64(0, BigInt(n)),
  },
  {
    type: 'bcd32',
    bytes: 4,
    values: fc.nat(99_999_999),
    write: (v: DataView, n: number) => v.setUint32(0, Number.parseInt(String(n), 16)),
  },
] as const

const NARROW = [
  { type: 'int16', values: fc.integer({ min: -32768, max: 32767 }), word: (n: number) => n & 0xffff },
  { type: 'uint16', values: fc.nat(65535), word: (n: number) => n },
  {
    type: 'int8h',
    values: fc.integer({ min: -128, max: 127 }),
    word: (n: number) => ((n & 0xff) << 8) | 0x5a,
  },
  { type: 'int8l', values: fc.integer({ min: -128, max: 127 }), word: (n: number) => (n & 0xff) | 0x5a00 },
  { type: 'uint8h', values: fc.nat(255), word: (n: number) => (n << 8) | 0xa5 },
  { type: 'uint8l', values: fc.nat(255), word: (n: number) => n | 0xa500 },
  { type: 'bcd16', values: fc.nat(9999), word: (n: number) => Number.parseInt(String(n), 16) },
] as const

describe('decode', () => {
  for (const { type, bytes, values, write } of WIDE) {
    for (const order of BYTE_ORDERS) {
      it(`reads back any ${type} in order ${order}`, () => {
        fc.assert(
          fc.property(values, (value) => {
            const words = encode(
              bytesOf(bytes, (view) => write(view, value)),
              order,
            )
            expect(decodeWords({ type, order }, words)).toEqual({ ok: true, raw: value })
          }),
        )
      })
    }
  }

  for (const { type, values, word } of NARROW) {
    it(`reads back any ${type}, whatever the order says`, () => {
      fc.assert(
        fc.property(values, fc.constantFrom(...BYTE_ORDERS), (value, order) => {
          expect(decodeWords({ type, order }, [word(value)])).toEqual({ ok: true, raw: value })
        }),
      )
      expect(hasByteOrder(register({ type }))).toBe(false)
    })
  }

  it('reads every bit of a register and of a bit table', () => {
    fc.assert(
      fc.property(fc.nat(65535), fc.nat(15), (word, bit) => {
        expect(decodeWords({ type: 'bit', bit }, [word])).toEqual({
          ok: true,
          raw: Math.floor(word / 2 ** bit) % 2,
        })
      }),
    )
    const coil = register({ table: 'coil', type: 'bit', address: 12 })
    expect(decode(coil, { kind: 'bits', bits: [false, false, true] }, 10)).toEqual({ ok: true, raw: 1 })
    expect(decode(coil, { kind: 'bits', bits: [false, false] }, 10)).toMatchObject({
      reason: 'not-decodable',
    })
  })

  it('agrees with the figures of the field', () => {
    for (const { value, absTol = 0, ...coded } of vectors.float32) {
      for (const order of BYTE_ORDERS) {
        const words = [...Buffer.from(coded[order], 'hex')]
        const decoded = decodeWords({ type: 'float32', order }, [
          (words[0] ?? 0) * 256 + (words[1] ?? 0),
          (words[2] ?? 0) * 256 + (words[3] ?? 0),
        ])
        expect(decoded.ok && Math.abs(decoded.raw - value) <= absTol).toBe(true)
      }
    }
    const frame = Buffer.from(vectors.rtuFrame.response.replaceAll(' ', ''), 'hex')
    expect(decodeWords({ type: 'float32' }, [frame.readUInt16BE(3), frame.readUInt16BE(5)])).toEqual({
      ok: true,
      raw: vectors.rtuFrame.float32ABCD,
    })
  })

  const half = [
    [0x3c00, 1],
    [0xc000, -2],
    [0x7bff, 65504],
    [0x0001, 2 ** -24],
  ] as const
  it.each(half)('reads float16 %i as %f', (word, value) => {
    expect(decodeWords({ type: 'float16' }, [word])).toEqual({ ok: true, raw: value })
  })

  const refused: [string, Given, number[], 'not-a-number' | 'not-decodable'][] = [
    ['float32 NaN', { type: 'float32' }, [0x7fc0, 0], 'not-a-number'],
    ['float32 infinity', { type: 'float32' }, [0x7f80, 0], 'not-a-number'],
    ['float16 NaN', { type: 'float16' }, [0x7e00], 'not-a-number'],
    ['float64 infinity', { type: 'float64' }, [0xfff0, 0, 0, 0], 'not-a-number'],
    ['uint64 of 2^53', { type: 'uint64' }, [0x20, 0, 0, 0], 'not-decodable'],
    ['uint64 of 2^53 + 1, which no number holds', { type: 'uint64' }, [0x20, 0, 0, 1], 'not-decodable'],
    ['int64 of -2^53', { type: 'int64' }, [0xffe0, 0, 0, 0], 'not-decodable'],
    ['bcd16 with a nibble A', { type: 'bcd16' }, [0x12a4], 'not-decodable'],
    ['bcd32 with a nibble F', { type: 'bcd32' }, [0x1234, 0xf678], 'not-decodable'],
    ['a word too few', { type: 'float32' }, [0x4248], 'not-decodable'],
    ['a text that is no number', { type: 'string', length: 4 }, [0x4f4b, 0x2020], 'not-decodable'],
    ['an empty text', { type: 'string', length: 4 }, [0, 0], 'not-decodable'],
    ['a text of a number too large', { type: 'string', length: 5 }, [0x3165, 0x3939, 0x3900], 'not-a-number'],
  ]
  it.each(refused)('refuses %s', (_, given, words, reason) => {
    expect(decodeWords(given, words)).toEqual({ ok: false, reason, words })
  })

  it('takes a text that is a number, two characters to a register', () => {
    fc.assert(
      fc.property(fc.integer({ min: -9999, max: 9999 }), fc.constantFrom(0x00, 0x20), (value, padding) => {
        const bytes = [...Buffer.from((value / 10).toString().padStart(7))]
        const words = encode([...bytes, padding], 'ABCD')
        expect(decodeWords({ type: 'string', length: 8 }, words)).toEqual({ ok: true, raw: value / 10 + 0 })
      }),
    )
  })

  it('reads no character beyond the length', () => {
    expect(decodeWords({ type: 'string', length: 3 }, [0x3132, 0x3334])).toEqual({ ok: true, raw: 123 })
    expect(spanOf(register({ type: 'string', length: 3 }))).toBe(2)
  })
})

describe('fields of a record', () => {
  const field = (name: string) => register({ table: 'record', type: 'string', field: name })
  const record = (...fields: [string, string][]) => ({ kind: 'record' as const, fields: new Map(fields) })

  const numbers: [string, number][] = [
    ['12.5', 12.5],
    ['  12.5 ', 12.5],
    ['-0.25', -0.25],
    ['+7', 7],
    ['007', 7],
    ['.5', 0.5],
    ['5.', 5],
    ['1.5e-3', 0.0015],
    ['2E3', 2000],
    ['9007199254740991', 9007199254740991],
    ['-9007199254740991', -9007199254740991],
  ]
  it.each(numbers)('reads %j', (text, raw) => {
    expect(decode(field('1'), record(['1', text]), 0)).toEqual({ ok: true, raw })
  })

  const refused: [string, string][] = [
    ['', 'not-decodable'],
    ['****', 'not-decodable'],
    ['NaN', 'not-a-number'],
    ['Infinity', 'not-a-number'],
    ['-inf', 'not-a-number'],
    ['12,5', 'not-decodable'],
    ['1 2', 'not-decodable'],
    ['0x10', 'not-decodable'],
    ['12.5 ppm', 'not-decodable'],
    ['.', 'not-decodable'],
    ['e5', 'not-decodable'],
    ['9007199254740992', 'not-decodable'],
    ['9007199254740993', 'not-decodable'],
    ['1e999', 'not-a-number'],
  ]
  it.each(refused)('refuses %j and keeps it for people', (text, reason) => {
    expect(decode(field('1'), record(['1', text]), 0)).toEqual({ ok: false, reason, words: [], text })
  })

  it('refuses long digits that are no number in no time', () => {
    const text = `${'1'.repeat(100_000)}x`
    expect(decode(field('1'), record(['1', text]), 0)).toMatchObject({ reason: 'not-decodable' })
  })

  it('finds a field by its number or by its name, and says when there is none', () => {
    const data = record(['1', 'OK '], ['level', '3'])
    expect(decode(field('level'), data, 0)).toEqual({ ok: true, raw: 3 })
    expect(decode(field('2'), data, 0)).toEqual({ ok: false, reason: 'not-decodable', words: [] })
    expect(fieldText(field('1'), data)).toBe('OK')
    expect(fieldText(field('2'), data)).toBeUndefined()
  })

  it('never takes a record for registers, nor registers for a record', () => {
    expect(decode(register(), record(['1', '3']), 0)).toMatchObject({ reason: 'not-decodable' })
    expect(decode(field('1'), { kind: 'words', words: [1, 2] }, 0)).toMatchObject({ reason: 'not-decodable' })
    expect(fieldText(field('1'), { kind: 'words', words: [1] })).toBeUndefined()
  })

  it('reads back any number that it can write', () => {
    const number = fc.oneof(fc.maxSafeInteger(), fc.double({ noNaN: true, noDefaultInfinity: true }))
    fc.assert(
      fc.property(number, (value) => {
        fc.pre(!Number.isInteger(value) || Number.isSafeInteger(value))
        expect(decode(field('1'), record(['1', ` ${value} `]), 0)).toEqual({ ok: true, raw: value + 0 })
      }),
    )
  })
})

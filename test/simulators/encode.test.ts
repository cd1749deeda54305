import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Register } from '../../contracts/facility.ts'
import { BYTE_ORDERS, REGISTER_TYPES, type RegisterType } from '../../contracts/facility-schema.ts'
import { encodeRaw, encodeValue, widthOf } from '../../simulators/modbus/encode.ts'
import { RegisterImage } from '../../simulators/modbus/register-image.ts'
import vectors from '../vectors/modbus.json' with { type: 'json' }
import { bigEndian, READERS } from './reading.ts'

const register = (type: RegisterType, more: Partial<Register> = {}): Register => ({
  table: 'holding',
  address: 0,
  type,
  order: 'ABCD',
  scale: 1,
  offset: 0,
  ...more,
})

/** What goes over the line. */
const wireBytes = (words: readonly number[]) =>
  Buffer.from(words.flatMap((word) => [(word >> 8) & 0xff, word & 0xff]))
const wireHex = (words: readonly number[]) => wireBytes(words).toString('hex')

/** Key: type; smallest, an everyday and the largest raw value it can hold. */
const SPANS: Readonly<Partial<Record<RegisterType, readonly (number | bigint)[]>>> = {
  int8l: [-128, -3, 127],
  int8h: [-128, -3, 127],
  uint8l: [0, 200, 255],
  uint8h: [0, 200, 255],
  int16: [-32768, -1234, 32767],
  uint16: [0, 40000, 65535],
  int32: [-2147483648, -123456789, 2147483647],
  uint32: [0, 3000000000, 4294967295],
  int64: [-(2n ** 63n), -1234567890123456789n, 2n ** 63n - 1n],
  uint64: [0n, 2n ** 53n + 1n, 2n ** 64n - 1n],
  float32: [-3.4028234663852886e38, 12.5, 3.4028234663852886e38],
  float64: [-Number.MAX_VALUE, 12.345, Number.MAX_VALUE],
  bcd16: [0, 1234, 9999],
  bcd32: [0, 12345678, 99999999],
}

describe('register encoder', () => {
  it.each(vectors.modbusFloat32.flatMap((row) => BYTE_ORDERS.map((order) => ({ row, order }))))(
    'float32 $row.value in $order',
    ({ row, order }) => {
      const { words } = encodeValue(register('float32', { order }), row.value)
      expect(wireHex(words)).toBe(row[order])
    },
  )

  it('float32 of the recorded frame', () => {
    const { words } = encodeValue(register('float32'), vectors.modbusRtuFrame.float32ABCD)
    expect(vectors.modbusRtuFrame.response.replaceAll(' ', '')).toContain(wireHex(words))
  })

  it('has a case for every type', () => {
    const special: RegisterType[] = ['bit', 'float16', 'string']
    expect([...Object.keys(SPANS), ...special].sort()).toEqual([...REGISTER_TYPES].sort())
  })

  const cases = Object.entries(SPANS).flatMap(([type, raws]) =>
    BYTE_ORDERS.flatMap((order) => raws.map((raw) => ({ type: type as RegisterType, order, raw }))),
  )
  it.each(cases)('$type $order holds $raw', ({ type, order, raw }) => {
    const { words } = encodeRaw(register(type, { order }), raw)
    expect(words).toHaveLength(widthOf({ type }))
    const wire = wireBytes(words)
    expect(READERS[type]?.(bigEndian(wire, order))).toBe(raw)
  })

  it.each(Object.entries(SPANS))('%s saturates at its ends', (type, [low = 0, , high = 0]) => {
    const read = (raw: number) =>
      READERS[type as RegisterType]?.(wireBytes(encodeRaw(register(type as RegisterType), raw).words))
    // A float has an infinity of its own, which is not its end.
    const isFloat = type.startsWith('float')
    expect(read(Number.POSITIVE_INFINITY)).toBe(isFloat ? Number.POSITIVE_INFINITY : high)
    expect(read(Number.NEGATIVE_INFINITY)).toBe(isFloat ? Number.NEGATIVE_INFINITY : low)
    expect(read(1e308)).toBe(type === 'float64' ? 1e308 : high)
  })

  it.each([
    [1.5, '3e00'],
    [-2, 'c000'],
    [65504, '7bff'],
    [1e9, '7bff'],
    [-1e9, 'fbff'],
  ])('float16 %d', (value, hex) => {
    expect(wireHex(encodeValue(register('float16'), value).words)).toBe(hex)
  })

  it('rounds a raw value instead of cutting it off', () => {
    // 7.05 / 0.1 is 70.49999999999999 in binary, and -0.26 / 0.1 is nearer to -3.
    expect(encodeValue(register('int16', { scale: 0.1 }), 7.06).words).toEqual([71])
    expect(encodeValue(register('int16', { scale: 0.1 }), -0.26).words).toEqual([0x10000 - 3])
  })

  it('turns value = raw * scale + offset round', () => {
    // The gas controller whose raw 0 is -10 %LEL and 1200 is 110 %LEL.
    const controller = register('uint16', { scale: 0.1, offset: -10 })
    expect(encodeValue(controller, -10).words).toEqual([0])
    expect(encodeValue(controller, 20).words).toEqual([300])
    expect(encodeValue(controller, 110).words).toEqual([1200])
  })

  it('holds any value of a scaled int32 to half a raw step', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -1e6, max: 1e6, noNaN: true }),
        fc.constantFrom(0.01, 0.1, 1, -2.5),
        fc.constantFrom(...BYTE_ORDERS),
        (value, scale, order) => {
          const { words } = encodeValue(register('int32', { scale, offset: 3, order }), value)
          const raw = bigEndian(wireBytes(words), order).readInt32BE()
          expect(Math.abs(raw * scale + 3 - value)).toBeLessThanOrEqual(Math.abs(scale) / 2 + 1e-9)
        },
      ),
    )
  })

  it('lets sensors share a register', () => {
    const image = new RegisterImage({ coil: 0, discrete: 0, holding: 2, input: 0 })
    image.write('holding', 0, encodeRaw(register('int8h'), -1))
    image.write('holding', 0, encodeRaw(register('uint8l'), 7))
    image.write('holding', 1, encodeRaw(register('bit', { bit: 3 }), 1))
    image.write('holding', 1, encodeRaw(register('bit', { bit: 15 }), 1))
    image.write('holding', 1, encodeRaw(register('bit', { bit: 3 }), 0))
    expect([...(image.read('holding', 0, 2) ?? [])]).toEqual([0xff07, 0x8000])
  })

  it.each([
    ['float16', '7e00'],
    ['float32', '7fc00000'],
    ['float64', '7ff8000000000000'],
    ['int16', '8000'],
    ['uint16', 'ffff'],
    ['int32', '80000000'],
    ['uint32', 'ffffffff'],
    ['int64', '8000000000000000'],
    ['uint64', 'ffffffffffffffff'],
    ['bcd16', 'ffff'],
    ['bcd32', 'ffffffff'],
    ['bit', '0000'],
  ] as const)('%s without a measurement', (type, hex) => {
    expect(wireHex(encodeValue(register(type, type === 'bit' ? { bit: 0 } : {}), Number.NaN).words)).toBe(hex)
  })

  it('takes the current off a 4-20 mA input without a measurement', () => {
    expect(
      encodeValue(
        register('uint16', { current: { at: [400, 2000], persistMs: 4_000, subRanges: [] }, scale: 0.01 }),
        Number.NaN,
      ).words,
    ).toEqual([0])
  })

  it('writes text two characters to a register', () => {
    expect(wireHex(encodeRaw(register('string', { length: 6 }), 12.5).words)).toBe('31322e350000')
    expect(wireHex(encodeRaw(register('string', { length: 3 }), 12345).words)).toBe('31323300')
  })
})

import type { Register } from '../../contracts/facility.ts'
import type { ByteOrder, RegisterType } from '../../contracts/facility-words.ts'
import type { Imprint } from './register-image.ts'

/** Addresses that a value takes up: registers, or one bit of a coil or discrete table. */
export function widthOf(register: Pick<Register, 'type' | 'length'>): number {
  switch (register.type) {
    case 'int32':
    case 'uint32':
    case 'float32':
    case 'bcd32':
      return 2
    case 'int64':
    case 'uint64':
    case 'float64':
      return 4
    case 'string':
      return Math.ceil((register.length ?? 1) / 2)
    default:
      return 1
  }
}

/** Smallest and largest raw value of the types that have fixed ends; beyond them a value saturates. */
const RAW_SPANS: Readonly<Record<Exclude<RegisterType, 'string' | 'int64' | 'uint64'>, [number, number]>> = {
  bit: [0, 1],
  int8l: [-128, 127],
  int8h: [-128, 127],
  uint8l: [0, 255],
  uint8h: [0, 255],
  int16: [-32_768, 32_767],
  uint16: [0, 65_535],
  int32: [-2_147_483_648, 2_147_483_647],
  uint32: [0, 4_294_967_295],
  float16: [-65_504, 65_504],
  float32: [-3.4028234663852886e38, 3.4028234663852886e38],
  float64: [-Number.MAX_VALUE, Number.MAX_VALUE],
  bcd16: [0, 9_999],
  bcd32: [0, 99_999_999],
}
const INT64_SPAN = [-(2n ** 63n), 2n ** 63n - 1n] as const
const UINT64_SPAN = [0n, 2n ** 64n - 1n] as const

/** What a device whose register this is would hold for a value in the unit of the sensor. */
export function encodeValue(register: Register, value: number): Imprint {
  return encodeRaw(register, (value - register.offset) / register.scale)
}

/** Integers are rounded; whatever the type cannot hold is given at the nearest end. NaN is a fault. */
export function encodeRaw(
  register: Pick<Register, 'type' | 'order' | 'bit' | 'length' | 'current'>,
  raw: number | bigint,
): Imprint {
  const { type } = register
  if (Number.isNaN(raw)) return encodeFault(register)
  switch (type) {
    case 'string':
      return { words: textWords(String(raw), register.length ?? 1), mask: 0xffff }
    case 'int64':
    case 'uint64':
      return { words: integer64Words(type, register.order, raw), mask: 0xffff }
    default: {
      const [low, high] = RAW_SPANS[type]
      const number = Number(raw)
      // A float can say that there is no end; everything else stops at its own.
      if (type.startsWith('float') && !Number.isFinite(number)) return encodeNumber(type, register, number)
      return encodeNumber(type, register, Math.min(Math.max(number, low), high))
    }
  }
}

/**
 * What a device puts where it has no measurement: NaN in a float, no digits in a BCD, no current on a
 * 4-20 mA input, else the customary -32768 or 65535 of the type. A lone bit has no such value: 0.
 */
export function encodeFault(
  register: Pick<Register, 'type' | 'order' | 'bit' | 'length' | 'current'>,
): Imprint {
  const { type, order } = register
  switch (type) {
    case 'float16':
      return { words: [0x7e00], mask: 0xffff }
    case 'float32':
      return { words: ordered([0x7fc0, 0], order), mask: 0xffff }
    case 'float64':
      return { words: ordered([0x7ff8, 0, 0, 0], order), mask: 0xffff }
    case 'bcd16':
    case 'bcd32':
      return { words: Array.from({ length: widthOf(register) }, () => 0xffff), mask: 0xffff }
    case 'string':
      return { words: Array.from({ length: widthOf(register) }, () => 0), mask: 0xffff }
    case 'bit':
      return encodeRaw(register, 0)
    default:
      if (register.current !== undefined) return encodeRaw(register, 0)
      return encodeRaw(register, type.startsWith('u') ? 2n ** 64n : -(2n ** 64n))
  }
}

/** A simulated plant is written anew five times a second: one place to put numbers together serves all. */
const view = new DataView(new ArrayBuffer(8))

function encodeNumber(
  type: keyof typeof RAW_SPANS,
  register: Pick<Register, 'order' | 'bit'>,
  raw: number,
): Imprint {
  const whole = Math.round(raw)
  switch (type) {
    case 'bit': {
      const bit = register.bit ?? 0
      return { words: [whole << bit], mask: 1 << bit }
    }
    case 'int8l':
    case 'uint8l':
      return { words: [whole & 0xff], mask: 0x00ff }
    case 'int8h':
    case 'uint8h':
      return { words: [(whole & 0xff) << 8], mask: 0xff00 }
    case 'int16':
    case 'uint16':
      return { words: [whole & 0xffff], mask: 0xffff }
    case 'bcd16':
      return { words: [Number.parseInt(String(whole), 16)], mask: 0xffff }
    case 'float16':
      view.setFloat16(0, raw)
      return { words: [view.getUint16(0)], mask: 0xffff }
    case 'int32':
    case 'uint32':
      view.setUint32(0, whole)
      return { words: wordsOf(2, register.order), mask: 0xffff }
    case 'bcd32':
      view.setUint32(0, Number.parseInt(String(whole), 16))
      return { words: wordsOf(2, register.order), mask: 0xffff }
    case 'float32':
      view.setFloat32(0, raw)
      return { words: wordsOf(2, register.order), mask: 0xffff }
    case 'float64':
      view.setFloat64(0, raw)
      return { words: wordsOf(4, register.order), mask: 0xffff }
  }
}

function integer64Words(type: 'int64' | 'uint64', order: ByteOrder, raw: number | bigint): number[] {
  const [low, high] = type === 'int64' ? INT64_SPAN : UINT64_SPAN
  const finite = typeof raw === 'bigint' ? raw : wholeBigInt(raw)
  view.setBigUint64(0, finite < low ? low : finite > high ? high : finite)
  return wordsOf(4, order)
}

/** Infinity has no BigInt; anything past 64 bits saturates all the same. */
function wholeBigInt(raw: number): bigint {
  return BigInt(Math.round(Math.min(Math.max(raw, -1e30), 1e30)))
}

/** First character in the high byte, padded with zeros. */
function textWords(text: string, length: number): number[] {
  const bytes = Buffer.alloc(2 * Math.ceil(length / 2))
  bytes.write(text.slice(0, length), 'latin1')
  return Array.from({ length: bytes.length / 2 }, (_, index) => bytes.readUInt16BE(2 * index))
}

/** The first registers of what {@link view} holds. */
function wordsOf(count: 2 | 4, order: ByteOrder): number[] {
  const words = [view.getUint16(0), view.getUint16(2)]
  if (count === 4) words.push(view.getUint16(4), view.getUint16(6))
  return ordered(words, order)
}

/** From big-endian: CDAB turns the words round, BADC the bytes of each word, DCBA both. */
function ordered(words: readonly number[], order: ByteOrder): number[] {
  const placed = order === 'CDAB' || order === 'DCBA' ? words.toReversed() : [...words]
  return order === 'BADC' || order === 'DCBA'
    ? placed.map((word) => ((word & 0xff) << 8) | (word >> 8))
    : placed
}

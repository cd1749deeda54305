import type { Register } from '../../contracts/facility.ts'
import type { ByteOrder, RegisterType } from '../../contracts/facility-words.ts'
import type { BlockData } from '../drivers/driver.ts'

/** A raw number as the device means it, before scaling; or why there is none, with what came. */
export type Decoded =
  | { readonly ok: true; readonly raw: number }
  | {
      readonly ok: false
      readonly reason: 'not-a-number' | 'not-decodable'
      readonly words: readonly number[]
      /** Of a record: the field as it came. Absent when the record has no such field. */
      readonly text?: string
    }

interface Codec {
  readonly registers: 1 | 2 | 4
  /** Undefined when the bytes are no such number. The view is big-endian. */
  read(view: DataView): number | bigint | undefined
}

/** Key: the type of the register. Bits and strings are not numbers of fixed width and stand apart. */
const CODECS: Readonly<Record<Exclude<RegisterType, 'bit' | 'string'>, Codec>> = Object.freeze({
  int8h: { registers: 1, read: (view: DataView) => view.getInt8(0) },
  int8l: { registers: 1, read: (view: DataView) => view.getInt8(1) },
  uint8h: { registers: 1, read: (view: DataView) => view.getUint8(0) },
  uint8l: { registers: 1, read: (view: DataView) => view.getUint8(1) },
  int16: { registers: 1, read: (view: DataView) => view.getInt16(0) },
  uint16: { registers: 1, read: (view: DataView) => view.getUint16(0) },
  int32: { registers: 2, read: (view: DataView) => view.getInt32(0) },
  uint32: { registers: 2, read: (view: DataView) => view.getUint32(0) },
  int64: { registers: 4, read: (view: DataView) => view.getBigInt64(0) },
  uint64: { registers: 4, read: (view: DataView) => view.getBigUint64(0) },
  float16: { registers: 1, read: (view: DataView) => view.getFloat16(0) },
  float32: { registers: 2, read: (view: DataView) => view.getFloat32(0) },
  float64: { registers: 4, read: (view: DataView) => view.getFloat64(0) },
  bcd16: { registers: 1, read: (view: DataView) => decimalDigits(view.getUint16(0), 4) },
  bcd32: { registers: 2, read: (view: DataView) => decimalDigits(view.getUint32(0), 8) },
})

/** How many registers (or bits of a bit table) the value takes. */
export function spanOf(register: Register): number {
  if (register.type === 'bit') return 1
  if (register.type === 'string') return Math.ceil((register.length ?? 1) / 2)
  return CODECS[register.type].registers
}

/** Byte orders mean something to values of more than one register only. */
export function hasByteOrder(register: Register): boolean {
  return register.type !== 'bit' && register.type !== 'string' && CODECS[register.type].registers > 1
}

/** The value of a register that lies in the data of a block which begins at `blockAddress`. */
export function decode(register: Register, data: BlockData, blockAddress: number): Decoded {
  if (data.kind === 'record') return decodeField(fieldText(register, data))
  if (register.table === 'record') return undecodable([])
  const from = register.address - blockAddress
  if (data.kind === 'bits') {
    const bit = data.bits[from]
    return bit === undefined ? undecodable([]) : { ok: true, raw: bit ? 1 : 0 }
  }
  const words = data.words.slice(from, from + spanOf(register))
  if (words.length < spanOf(register)) return undecodable(words)
  switch (register.type) {
    case 'bit':
      return { ok: true, raw: ((words[0] ?? 0) >> (register.bit ?? 0)) & 1 }
    case 'string':
      return decodeText(words, register.length ?? 1)
    default:
      return finite(CODECS[register.type].read(arranged(words, register.order)), words)
  }
}

/** What stands in the field of a record, without the blanks around it; undefined when there is no such field. */
export function fieldText(register: Register, data: BlockData): string | undefined {
  if (data.kind !== 'record' || register.field === undefined) return undefined
  return data.fields.get(register.field)?.trim()
}

/**
 * The bytes in big-endian order. With A the most significant byte of a 32-bit value:
 * ABCD as it came, CDAB words reversed, BADC bytes swapped in each word, DCBA both.
 */
function arranged(words: readonly number[], order: ByteOrder): DataView {
  const view = new DataView(new ArrayBuffer(words.length * 2))
  const isMultiple = words.length > 1
  const reverseWords = isMultiple && (order === 'CDAB' || order === 'DCBA')
  const swapBytes = isMultiple && (order === 'BADC' || order === 'DCBA')
  for (const [index, word] of words.entries()) {
    view.setUint16((reverseWords ? words.length - 1 - index : index) * 2, word, swapBytes)
  }
  return view
}

function finite(number: number | bigint | undefined, words: readonly number[]): Decoded {
  if (number === undefined) return undecodable(words)
  // Beyond 2^53 a number no longer holds every integer: refused rather than silently rounded.
  if (typeof number === 'bigint') {
    const raw = Number(number)
    return Number.isSafeInteger(raw) ? { ok: true, raw } : undecodable(words)
  }
  return Number.isFinite(number) ? { ok: true, raw: number } : { ok: false, reason: 'not-a-number', words }
}

/** Binary coded decimal; undefined when a nibble is no digit. */
function decimalDigits(coded: number, digits: number): number | undefined {
  let value = 0
  for (let shift = (digits - 1) * 4; shift >= 0; shift -= 4) {
    const digit = (coded >>> shift) & 0xf
    if (digit > 9) return undefined
    value = value * 10 + digit
  }
  return value
}

/** Two characters to a register, the first in the high byte; padded with NUL or blanks. */
function decodeText(words: readonly number[], length: number): Decoded {
  const bytes = words.flatMap((word) => [word >> 8, word & 0xff]).slice(0, length)
  const text = String.fromCharCode(...bytes)
    .replace(/\0.*$/s, '')
    .trim()
  return numberIn(text, { ok: false, reason: 'not-decodable', words })
}

function decodeField(text: string | undefined): Decoded {
  if (text === undefined) return undecodable([])
  return numberIn(text, { ok: false, reason: 'not-decodable', words: [], text })
}

/** Digits with a sign, a decimal point and an exponent at most. */
const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/
const INTEGER = /^[+-]?\d+$/

/** What instruments write where they have no number. */
const NO_NUMBER = /^[+-]?(?:nan|inf(?:inity)?)$/i

/** The number that a text writes; `failure` is what to answer when it writes none. */
function numberIn(text: string, failure: Decoded & { ok: false }): Decoded {
  if (NO_NUMBER.test(text)) return { ...failure, reason: 'not-a-number' }
  if (!NUMBER.test(text)) return failure
  const raw = Number(text)
  if (!Number.isFinite(raw)) return { ...failure, reason: 'not-a-number' }
  // As for 64 bits: digits that a number cannot hold are refused rather than rounded.
  return INTEGER.test(text) && !Number.isSafeInteger(raw) ? failure : { ok: true, raw }
}

function undecodable(words: readonly number[]): Decoded {
  return { ok: false, reason: 'not-decodable', words }
}

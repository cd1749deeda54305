import type { Checksum, RecordFormat } from '../../contracts/facility.ts'
import type { ChecksumKind } from '../../contracts/facility-words.ts'
import { crc16 } from './crc16.ts'

/** Longest record with a delimiter; what goes on for longer is none. */
export const LONGEST_RECORD = 1_024

/** Bytes of each kind of checksum. */
const CHECKSUM_SIZES: Readonly<Record<ChecksumKind, number>> = { none: 0, xor: 1, sum: 1, crc16: 2 }

type Fields = ReadonlyMap<string, string>

/** A {@link RecordFormat} made ready for reading. Texts are taken as Latin-1: one character, one byte. */
export interface RecordShape {
  readonly request: Uint8Array
  readonly start: Uint8Array
  /** True when `start` always begins a record. */
  readonly startsAnew: boolean
  /** Empty when the length is fixed. */
  readonly delimiter: Uint8Array
  /** Of a record with a fixed length, else 0. */
  readonly length: number
  /** Bytes of the checksum as they stand on the wire; 0: none. */
  readonly checksumLength: number
  readonly isBinary: boolean
  /** The data between start and end; undefined when the checksum is wrong. */
  unwrap(bytes: Uint8Array, from: number, end: number): string | undefined
  /** Undefined when nothing fits. */
  fields(data: string): Fields | undefined
}

/** @throws SyntaxError when the pattern is no regular expression; the facility file is checked for that. */
export function shapeOf(format: RecordFormat): RecordShape {
  const { checksum, end, start } = format
  const size = CHECKSUM_SIZES[checksum.kind]
  return {
    request: latin1(format.request ?? ''),
    start: latin1(start),
    startsAnew: isNoData(start),
    delimiter: latin1('delimiter' in end ? end.delimiter : ''),
    length: 'bytes' in end ? end.bytes : 0,
    checksumLength: checksum.encoding === 'hex' ? 2 * size : size,
    isBinary: checksum.encoding === 'binary',
    unwrap: (bytes, from, to) => unwrap(bytes.subarray(from, to), checksum),
    fields: 'pattern' in format.fields ? matcher(format.fields.pattern) : splitter(format.fields.separator),
  }
}

/** True for a text that cannot be part of numbers and words: where it stands, a record begins. */
export function isNoData(text: string): boolean {
  return text !== '' && !/^[\w .+-]/.test(text)
}

/** What lies between start and end: data, marker, checksum. */
function unwrap(content: Uint8Array, checksum: Checksum): string | undefined {
  const { kind, encoding } = checksum
  if (kind === 'none') return text(content)
  const size = CHECKSUM_SIZES[kind]
  const length = encoding === 'hex' ? 2 * size : size
  const marker = latin1(checksum.marker)
  const at = content.length - length - marker.length
  if (at < 0) return undefined
  if (!marker.every((byte, n) => content[at + n] === byte)) return undefined
  const told = content.subarray(at + marker.length)
  const found = encoding === 'hex' ? text(told).toUpperCase() : text(told)
  return found === written(sumOf(content, at, kind), { size, encoding })
    ? text(content.subarray(0, at))
    : undefined
}

function sumOf(bytes: Uint8Array, end: number, kind: Exclude<ChecksumKind, 'none'>): number {
  if (kind === 'crc16') return crc16(bytes, 0, end)
  let total = 0
  for (let n = 0; n < end; n++) total = kind === 'xor' ? total ^ (bytes[n] ?? 0) : total + (bytes[n] ?? 0)
  return total & 0xff
}

/** In digits the high byte comes first, as people write it; in bytes the low one, as Modbus sends it. */
function written(sum: number, as: { size: number; encoding: Checksum['encoding'] }): string {
  if (as.encoding === 'hex')
    return sum
      .toString(16)
      .toUpperCase()
      .padStart(2 * as.size, '0')
  return as.size === 1 ? String.fromCharCode(sum) : String.fromCharCode(sum & 0xff, sum >> 8)
}

/** Columns from 1. A separator of blanks stands for any run of them, and blanks round a field are none of it. */
function splitter(separator: string): RecordShape['fields'] {
  const isBlank = separator.trim() === ''
  return (data) => {
    const columns = isBlank ? data.trim().split(/\s+/) : data.split(separator)
    return new Map(columns.map((column, n) => [String(n + 1), column.trim()]))
  }
}

/** Groups from 1, those with a name under that too. A group that took no part is not there. */
function matcher(pattern: string): RecordShape['fields'] {
  const expression = new RegExp(pattern)
  return (data) => {
    const match = expression.exec(data)
    if (match === null) return undefined
    const groups = [...match.slice(1).entries()].map(([n, group]) => [String(n + 1), group] as const)
    const named = Object.entries(match.groups ?? {})
    return new Map([...groups, ...named].filter((entry): entry is [string, string] => entry[1] !== undefined))
  }
}

function latin1(characters: string): Uint8Array {
  return Buffer.from(characters, 'latin1')
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')
}

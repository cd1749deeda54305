import { crc32 } from 'node:zlib'

/**
 * How records lie in a segment, one after the other:
 *
 *     length  crc32   mark    number   record
 *     u32     u32     u16     u48      `length` bytes
 *
 * little-endian. The checksum covers mark, number and record. Numbers count up; some may be missing, since
 * what could not be written is never numbered again.
 */
const HEAD_BYTES = 16
const MARK = 0xda71
/** No record is longer: a batch has 256 KiB at most. */
export const MAX_RECORD_BYTES = 4 * 1024 * 1024

export interface Frame {
  number: number
  record: Buffer
}

export function encodeFrame(number: number, record: Buffer): Buffer {
  const bytes = Buffer.allocUnsafe(HEAD_BYTES + record.length)
  bytes.writeUInt32LE(record.length, 0)
  bytes.writeUInt16LE(MARK, 8)
  bytes.writeUIntLE(number, 10, 6)
  record.copy(bytes, HEAD_BYTES)
  bytes.writeUInt32LE(crc32(bytes.subarray(8)), 4)
  return bytes
}

export type Scan =
  /** A whole frame; the next one begins at `end`. */
  | { kind: 'frame'; frame: Frame; end: number }
  /** The bytes end within a frame, or within what may become one. */
  | { kind: 'short' }
  /** No frame begins here. The next place where one could is at `end`. */
  | { kind: 'damaged'; end: number }

/** Looks for a frame at `start`. Pure. */
export function scanFrame(bytes: Buffer, start: number): Scan {
  if (bytes.length - start < HEAD_BYTES) return { kind: 'short' }
  const length = bytes.readUInt32LE(start)
  if (bytes.readUInt16LE(start + 8) !== MARK || length > MAX_RECORD_BYTES) return damagedAt(bytes, start)
  const end = start + HEAD_BYTES + length
  if (bytes.length < end) return { kind: 'short' }
  if (crc32(bytes.subarray(start + 8, end)) !== bytes.readUInt32LE(start + 4)) return damagedAt(bytes, start)
  const number = bytes.readUIntLE(start + 10, 6)
  return { kind: 'frame', frame: { number, record: bytes.subarray(start + HEAD_BYTES, end) }, end }
}

/** Where the next mark stands; a mark by chance is found out by its checksum. */
export function damagedAt(bytes: Buffer, start: number): Scan & { kind: 'damaged' } {
  const needle = Buffer.alloc(2)
  needle.writeUInt16LE(MARK)
  const found = bytes.indexOf(needle, start + 9)
  // A mark may begin with the last byte there is; nothing shorter than a head can be a frame.
  const end =
    found === -1 ? (bytes.length - start <= HEAD_BYTES ? bytes.length : bytes.length - 9) : found - 8
  return { kind: 'damaged', end: Math.max(end, start + 1) }
}

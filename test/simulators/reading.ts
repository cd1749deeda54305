import type { ByteOrder, RegisterType } from '../../contracts/facility-words.ts'

/** Positions of the bytes A, B, C ... on the line, written out by hand. */
const PLACES: Readonly<Record<ByteOrder, { 4: number[]; 8: number[] }>> = {
  ABCD: { 4: [0, 1, 2, 3], 8: [0, 1, 2, 3, 4, 5, 6, 7] },
  DCBA: { 4: [3, 2, 1, 0], 8: [7, 6, 5, 4, 3, 2, 1, 0] },
  BADC: { 4: [1, 0, 3, 2], 8: [1, 0, 3, 2, 5, 4, 7, 6] },
  CDAB: { 4: [2, 3, 0, 1], 8: [6, 7, 4, 5, 2, 3, 0, 1] },
}

/** Back to big-endian, as somebody would who reads the description of the orders. */
export const bigEndian = (wire: Buffer, order: ByteOrder): Buffer =>
  wire.length === 4 || wire.length === 8
    ? Buffer.from(PLACES[order][wire.length].map((place) => wire[place] ?? 0))
    : wire

/** Key: type; reads the raw value back with Node's own readers. */
export const READERS: Readonly<Partial<Record<RegisterType, (b: Buffer) => number | bigint>>> = {
  int8l: (b) => b.readInt8(1),
  int8h: (b) => b.readInt8(0),
  uint8l: (b) => b.readUInt8(1),
  uint8h: (b) => b.readUInt8(0),
  int16: (b) => b.readInt16BE(),
  uint16: (b) => b.readUInt16BE(),
  int32: (b) => b.readInt32BE(),
  uint32: (b) => b.readUInt32BE(),
  int64: (b) => b.readBigInt64BE(),
  uint64: (b) => b.readBigUInt64BE(),
  float32: (b) => b.readFloatBE(),
  float64: (b) => b.readDoubleBE(),
  bcd16: (b) => Number(b.toString('hex')),
  bcd32: (b) => Number(b.toString('hex')),
}

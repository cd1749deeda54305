import { crc16 } from '../modbus/crc16.ts'
import type { Block } from './digitiser.ts'

/** The frame of docs/seismic-protocols.md, written from that page alone. */
const SYNC = [0xa5, 0x5a] as const
const VERSION = 1
const AXES = 3
const HEAD_BYTES = 22
const BYTES_PER_SAMPLE = 4
const CRC_BYTES = 2

export const FLAG_SYNCHRONISED = 1
export const FLAG_CLIPPED = 2

export function flagsOf({ isSynchronised, isClipped }: Pick<Block, 'isSynchronised' | 'isClipped'>): number {
  return (isSynchronised ? FLAG_SYNCHRONISED : 0) | (isClipped ? FLAG_CLIPPED : 0)
}

/** Whole seconds and the microseconds after them; nought for an instrument that does not know the time. */
export function secondsOf(timeMs: number | undefined): { seconds: number; micros: number } {
  const micros = Math.round((timeMs ?? 0) * 1_000)
  const seconds = Math.floor(micros / 1_000_000)
  return timeMs === undefined ? { seconds: 0, micros: 0 } : { seconds, micros: micros - seconds * 1_000_000 }
}

/** The bytes of a block of station `station`. */
export function encodeFrame(block: Block, { station, rate }: { station: number; rate: number }): Uint8Array {
  const count = block.channels[0].length
  const end = HEAD_BYTES + count * AXES * BYTES_PER_SAMPLE
  const bytes = new Uint8Array(end + CRC_BYTES)
  const view = new DataView(bytes.buffer)
  const { seconds, micros } = secondsOf(block.timeMs)
  bytes.set([...SYNC, VERSION, flagsOf(block), station, AXES])
  view.setUint32(6, block.sequence >>> 0)
  view.setUint32(10, seconds)
  view.setUint32(14, micros)
  view.setUint16(18, rate)
  view.setUint16(20, count)
  for (const [number, channel] of block.channels.entries()) {
    for (const [index, counts] of channel.entries())
      view.setInt32(HEAD_BYTES + (index * AXES + number) * BYTES_PER_SAMPLE, counts)
  }
  view.setUint16(end, crc16(bytes, 0, end), true)
  if (block.isDamaged) bytes[HEAD_BYTES] = (bytes[HEAD_BYTES] ?? 0) ^ 1
  return bytes
}

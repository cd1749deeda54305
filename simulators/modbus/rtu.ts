import { crc16 } from './crc16.ts'
import { copy, type Frame, type Framing, type Split } from './frame.ts'

/*
 * Modbus RTU (Modbus over serial line, 2.5.1):
 *
 *     unit    PDU              CRC, low byte first
 *     1 byte  1 to 253 bytes   2 bytes
 *
 * The silence that parts frames on a wire does not outlive a network or an operating system, so requests
 * are told by their lengths and their CRC alone.
 */
const FRAME_MAX_BYTES = 256
const FRAME_MIN_BYTES = 4
/** Unit and CRC. */
const AROUND_PDU_BYTES = 3

export const rtuFraming: Framing = { split, encode, sizeOf, damage, isShared: true }

function split(bytes: Uint8Array): Split {
  const frames: Frame[] = []
  let foreign = 0
  let start = 0
  for (;;) {
    const found = nextRequest(bytes, start)
    if (found === undefined) break
    if (found.start > start) foreign++
    const pduEnd = found.end - 2
    frames.push({
      transaction: 0,
      unit: bytes[found.start] ?? 0,
      pdu: copy(bytes, found.start + 1, pduEnd),
    })
    start = found.end
  }
  const kept = Math.max(start, bytes.length - FRAME_MAX_BYTES)
  if (kept > start) foreign++
  return { frames, rest: copy(bytes, kept, bytes.length), foreign, isBroken: false }
}

/**
 * The first whole request from `start` on. Whatever stands before it is garbage or a request that never
 * ended: a right CRC within it is believed before its end is waited for.
 */
function nextRequest(bytes: Uint8Array, start: number): { start: number; end: number } | undefined {
  for (let at = start; at + FRAME_MIN_BYTES <= bytes.length; at++) {
    // A function of unknown length takes all that there is, and only where a request is due.
    const size = requestSize(bytes, at) ?? (at === start ? bytes.length - at : Number.POSITIVE_INFINITY)
    const end = at + size
    if (size <= FRAME_MAX_BYTES && end <= bytes.length && hasRightCrc(bytes, at, end))
      return { start: at, end }
  }
  return undefined
}

/** Length of the request that begins at `at`; infinite until it can be told, undefined for other functions. */
function requestSize(bytes: Uint8Array, at: number): number | undefined {
  const counted = (index: number) => bytes[at + index] ?? Number.POSITIVE_INFINITY
  switch (bytes[at + 1]) {
    case 1:
    case 2:
    case 3:
    case 4:
    case 5:
    case 6:
      return 8
    case 15:
    case 16:
      return 9 + counted(6)
    case 22:
      return 10
    case 23:
      return 13 + counted(10)
    default:
      return undefined
  }
}

function hasRightCrc(bytes: Uint8Array, start: number, end: number): boolean {
  const crc = crc16(bytes, start, end - 2)
  return bytes[end - 2] === (crc & 0xff) && bytes[end - 1] === crc >> 8
}

function encode({ unit, pdu }: Frame): Uint8Array {
  const bytes = new Uint8Array(sizeOf(pdu))
  bytes[0] = unit
  bytes.set(pdu, 1)
  const crc = crc16(bytes, 0, bytes.length - 2)
  bytes[bytes.length - 2] = crc & 0xff
  bytes[bytes.length - 1] = crc >> 8
  return bytes
}

function sizeOf(pdu: Uint8Array): number {
  return AROUND_PDU_BYTES + pdu.length
}

function damage(bytes: Uint8Array): Uint8Array {
  return bytes.with(bytes.length - 1, (bytes.at(-1) ?? 0) ^ 0x01)
}

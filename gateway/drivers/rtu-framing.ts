import { crc16 } from './crc16.ts'
import type { Request } from './driver.ts'
import {
  CRC,
  discard,
  ECHO,
  type Framing,
  judged,
  matchAt,
  NOISE,
  type Scan,
  SHORT,
  type Situation,
  WAIT,
} from './framing.ts'
import {
  EXCEPTION,
  fitAmong,
  functionOf,
  isRepeated,
  type ModbusRequest,
  putRequest,
  replyHead,
  replyLength,
  replyUnit,
  requestLength,
  requireModbus,
} from './modbus-pdu.ts'

const CRC_LENGTH = 2
/** Unit, function, exception code and CRC. */
const EXCEPTION_LENGTH = 5
/** Unit, function, byte count and CRC; the data come on top. */
const COUNTED_LENGTH = 5
/** Every read request, and the answers to the common writes. */
const FIXED_LENGTH = 8
/** A PDU has at most 253 bytes, of which function and byte count are two. */
const MOST_DATA = 251

/** Functions whose answers say how many bytes they hold, and those whose answers repeat the request. */
const COUNTED_FUNCTIONS: ReadonlySet<number> = new Set([1, 2, 3, 4, 12, 17, 20, 21, 23])
const FIXED_FUNCTIONS: ReadonlySet<number> = new Set([1, 2, 3, 4, 5, 6, 8, 11, 15, 16])

/**
 * Modbus RTU (Modbus over serial line 1.02, 2.5.1). Nothing marks where a frame begins, and the silences
 * that should do not survive drivers and modems: a frame is what has the length its head tells and a CRC
 * that fits. The input is read from the front, so that what only looks like the answer inside a whole
 * frame of somebody else is never seen. Bytes that may be the head of a longer frame are waited for;
 * when the time is over they are passed by, and an answer behind them still counts.
 */
export const rtuFraming: Framing = {
  hasNumberedReplies: false,
  keepsPartial: false,

  encode(request: Request): Uint8Array {
    const modbus = requireModbus(request)
    const length = requestLength(modbus)
    const bytes = Buffer.allocUnsafe(length + CRC_LENGTH)
    putRequest(modbus, bytes, 0)
    bytes.writeUInt16LE(crc16(bytes, 0, length), length)
    return bytes
  },

  answerLength(request: Request): number {
    return replyLength(request) + CRC_LENGTH
  },

  scan(bytes: Uint8Array, from: number, situation: Situation): Scan {
    const { asked, ended } = situation
    const request = asked === undefined ? undefined : requireModbus(asked.request)
    const hasEcho = asked !== undefined && request !== undefined && !isRepeated(request)
    const echo = hasEcho ? matchAt(bytes, from, asked.bytes) : 'none'
    // Before anything else: the echo of a request for coils can be a perfect answer to it.
    if (echo === 'whole') return discard(ECHO, asked?.bytes.length ?? 0)
    if (echo === 'begun' && !ended) return WAIT
    const available = bytes.length - from
    if (available < 3 && !ended) return WAIT
    for (const length of frameLengths(bytes, from, request)) {
      if (length <= available) {
        if (hasCrc(bytes, from, from + length)) {
          const frame = { bytes, at: from, end: from + length - CRC_LENGTH }
          return judged(fitAmong(situation, frame), length)
        }
      } else if (!ended) return WAIT
    }
    return request === undefined ? discard(NOISE, 1) : damaged(bytes, from, { request, ended })
  },
}

/** What a frame with this head can be long, the shortest first. Its three bytes may not all be there. */
function frameLengths(bytes: Uint8Array, from: number, request: ModbusRequest | undefined): number[] {
  const code = bytes[from + 1] ?? 0
  const third = bytes[from + 2] ?? 0
  if (code > EXCEPTION) return isKnown(code - EXCEPTION) ? [EXCEPTION_LENGTH] : []
  const counted = COUNTED_FUNCTIONS.has(code) && third > 0 && third <= MOST_DATA
  // The first eight bytes of the answer itself are never looked at as a frame: once in 65,536 they would be.
  const fixed =
    FIXED_FUNCTIONS.has(code) && !(counted && request !== undefined && isHead(bytes, from, request))
  if (!counted) return fixed ? [FIXED_LENGTH] : []
  const length = COUNTED_LENGTH + third
  if (!fixed || length === FIXED_LENGTH) return [length]
  return length < FIXED_LENGTH ? [length, FIXED_LENGTH] : [FIXED_LENGTH, length]
}

function isKnown(code: number): boolean {
  return COUNTED_FUNCTIONS.has(code) || FIXED_FUNCTIONS.has(code)
}

function isHead(bytes: Uint8Array, from: number, request: ModbusRequest): boolean {
  return likeness(bytes, from, request) === 3
}

/** How many of unit, function and what follows are those of the answer. */
function likeness(bytes: Uint8Array, from: number, request: ModbusRequest): number {
  const unit = bytes[from] === replyUnit(request) ? 1 : 0
  const [asked, next] = replyHead(request)
  const code = bytes[from + 1] === asked ? 1 : 0
  const count = bytes[from + 2] === next ? 1 : 0
  return unit + code + count
}

/**
 * No whole frame stands here. It is the damaged answer when two of the three bytes of its head are right
 * and there are bytes enough, the beginning of one when its first two are.
 */
function damaged(bytes: Uint8Array, from: number, waiting: { request: ModbusRequest; ended: boolean }): Scan {
  const { request, ended } = waiting
  const available = bytes.length - from
  const isUnit = bytes[from] === replyUnit(request)
  const code = functionOf(request)
  if (isUnit && bytes[from + 1] === code + EXCEPTION) {
    return discard(available >= EXCEPTION_LENGTH ? CRC : SHORT, 1)
  }
  const isBegun = isUnit && bytes[from + 1] === code
  if (available >= 3 && likeness(bytes, from, request) >= 2) {
    if (available >= replyLength(request) + CRC_LENGTH) return discard(CRC, 1)
    if (!ended) return WAIT
  }
  if (isBegun) return discard(ended ? SHORT : CRC, 1)
  return discard(NOISE, 1)
}

function hasCrc(bytes: Uint8Array, from: number, end: number): boolean {
  const crc = crc16(bytes, from, end - CRC_LENGTH)
  return bytes[end - 2] === (crc & 0xff) && bytes[end - 1] === crc >> 8
}

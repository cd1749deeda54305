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
import { fitAmong, isRepeated, putRequest, replyLength, requestLength, requireModbus } from './modbus-pdu.ts'

const COLON = 0x3a
const CR = 0x0d
const LF = 0x0a
/** Colon, 255 bytes of unit, PDU and LRC in two digits each, CR and LF. */
const MOST_LENGTH = 513
/** Unit, function and LRC. */
const LEAST_BYTES = 3

/** Modbus ASCII (Modbus over serial line 1.02, 2.5.2): a colon, hexadecimal digits, an LRC, CR and LF. */
export const asciiFraming: Framing = {
  hasNumberedReplies: false,
  keepsPartial: false,

  encode(request: Request): Uint8Array {
    const modbus = requireModbus(request)
    const length = requestLength(modbus)
    const bytes = Buffer.alloc(length + 1)
    putRequest(modbus, bytes, 0)
    bytes[length] = -sum(bytes) & 0xff
    return Buffer.from(`:${bytes.toString('hex').toUpperCase()}\r\n`, 'latin1')
  },

  answerLength(request: Request): number {
    return 3 + 2 * (replyLength(request) + 1)
  },

  scan(bytes: Uint8Array, from: number, situation: Situation): Scan {
    if (bytes[from] !== COLON) {
      const colon = bytes.indexOf(COLON, from)
      return discard(NOISE, (colon === -1 ? bytes.length : colon) - from)
    }
    for (let at = from + 1; at < bytes.length; at++) {
      // A colon begins a frame wherever it stands, so the frame before it has not ended.
      if (bytes[at] === COLON) return discard(SHORT, at - from)
      if (bytes[at - 1] === CR && bytes[at] === LF) return frame(bytes.subarray(from, at + 1), situation)
      if (at - from >= MOST_LENGTH) return discard(NOISE, at - from)
    }
    return situation.ended ? discard(SHORT, bytes.length - from) : WAIT
  },
}

/** From the colon to the line feed. */
function frame(line: Uint8Array, situation: Situation): Scan {
  const { asked } = situation
  if (
    asked !== undefined &&
    !isRepeated(requireModbus(asked.request)) &&
    line.length === asked.bytes.length &&
    matchAt(line, 0, asked.bytes) === 'whole'
  ) {
    return discard(ECHO, line.length)
  }
  const bytes = digits(line.subarray(1, -2))
  if (bytes === undefined || bytes.length < LEAST_BYTES || sum(bytes) !== 0) return discard(CRC, line.length)
  return judged(fitAmong(situation, { bytes, at: 0, end: bytes.length - 1 }), line.length)
}

/** The bytes that pairs of digits stand for; undefined when they are none. */
function digits(text: Uint8Array): Uint8Array | undefined {
  if (text.length % 2 !== 0) return undefined
  const bytes = new Uint8Array(text.length / 2)
  for (let n = 0; n < bytes.length; n++) {
    const high = digit(text[2 * n] ?? 0)
    const low = digit(text[2 * n + 1] ?? 0)
    if (high < 0 || low < 0) return undefined
    bytes[n] = (high << 4) | low
  }
  return bytes
}

/** 0 to 15, or -1. Devices send small letters too. */
function digit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30
  const letter = code & ~0x20
  return letter >= 0x41 && letter <= 0x46 ? letter - 0x41 + 10 : -1
}

/** With its LRC a frame adds up to 0. */
function sum(bytes: Uint8Array): number {
  let total = 0
  for (const byte of bytes) total += byte
  return total & 0xff
}

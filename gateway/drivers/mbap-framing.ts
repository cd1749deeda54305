import type { ReadOutcome, Request } from './driver.ts'
import {
  type Asked,
  type Discarded,
  discard,
  ECHO,
  FOREIGN_TRANSACTION,
  FOREIGN_UNIT,
  type Framing,
  judged,
  LATE,
  matchAt,
  NOISE,
  OUT_OF_STEP,
  type Scan,
  type Situation,
  UNSOLICITED,
  WAIT,
  WAIT_BEGUN,
  WRONG_UNIT,
} from './framing.ts'
import {
  EXCEPTION,
  fitTo,
  functionOf,
  isRepeated,
  putRequest,
  replyHead,
  replyLength,
  replyUnit,
  requestLength,
  requireModbus,
  type UnitFrame,
} from './modbus-pdu.ts'

/** Transaction id, protocol id and length; the unit is counted by the length. */
const HEADER_LENGTH = 6
/** Unit and function at least, unit and a PDU of 253 bytes at most. */
const LEAST_LENGTH = 2
const MOST_LENGTH = 254
/** Unit, function and the code of an exception. */
const EXCEPTION_LENGTH = 3
/** A frame that began before the request and does not go on after it. */
const ABANDONED: Discarded = { kind: 'short' }

/**
 * Modbus TCP (Modbus messaging on TCP/IP 1.0b, 3.1.3). The transaction id says what an answer belongs to. A
 * frame is found only by the length of the one before, so in place of an answer a header that cannot be one
 * ends the connection. What one device leaves half said must not swallow the answer of the next: that is
 * known by its whole head where the bytes after the request begin.
 */
export const mbapFraming: Framing = {
  hasNumberedReplies: true,
  keepsPartial: true,

  encode(request: Request, number: number): Uint8Array {
    const modbus = requireModbus(request)
    const length = requestLength(modbus)
    const bytes = Buffer.allocUnsafe(HEADER_LENGTH + length)
    bytes.writeUInt16BE(number, 0)
    bytes.writeUInt16BE(0, 2)
    bytes.writeUInt16BE(length, 4)
    putRequest(modbus, bytes, HEADER_LENGTH)
    return bytes
  },

  answerLength(request: Request): number {
    return HEADER_LENGTH + replyLength(request)
  },

  scan(bytes: Uint8Array, from: number, situation: Situation): Scan {
    const { asked, old } = situation
    const available = bytes.length - from
    if (asked !== undefined && from < old && old < bytes.length) {
      const match = answerAt(bytes, old, asked)
      if (match === 'begun') return WAIT_BEGUN
      if (match === 'whole') return discard(old - from < HEADER_LENGTH ? NOISE : ABANDONED, old - from)
    }
    if (!canBeHeader(bytes, from)) return asked === undefined ? discard(NOISE, available) : OUT_OF_STEP
    if (available < HEADER_LENGTH) return incomplete(bytes, from, situation)
    const length = word(bytes, from + 4)
    if (available < HEADER_LENGTH + length) return incomplete(bytes, from, situation)
    if (asked !== undefined && isEcho(bytes, { from, length }, asked))
      return discard(ECHO, HEADER_LENGTH + length)
    const frame = { bytes, at: from + HEADER_LENGTH, end: from + HEADER_LENGTH + length }
    return judged(verdictOn(word(bytes, from), frame, situation), HEADER_LENGTH + length)
  },
}

function verdictOn(number: number, frame: UnitFrame, situation: Situation): ReadOutcome | Discarded {
  const { asked, overdue } = situation
  if (asked !== undefined && number === asked.number) {
    const verdict = fitTo(requireModbus(asked.request), frame)
    return verdict === FOREIGN_UNIT ? WRONG_UNIT : verdict
  }
  if (overdue.some((late) => late.number === number)) return LATE
  return asked === undefined ? UNSOLICITED : FOREIGN_TRANSACTION
}

/** A frame of this length is our own request, which is no answer. */
function isEcho(bytes: Uint8Array, frame: { from: number; length: number }, asked: Asked): boolean {
  return (
    HEADER_LENGTH + frame.length === asked.bytes.length &&
    !isRepeated(requireModbus(asked.request)) &&
    matchAt(bytes, frame.from, asked.bytes) === 'whole'
  )
}

/** As far as it is there: the protocol is 0, and the length that of a message. */
function canBeHeader(bytes: Uint8Array, from: number): boolean {
  const available = bytes.length - from
  if (available >= 3 && bytes[from + 2] !== 0) return false
  if (available >= 4 && bytes[from + 3] !== 0) return false
  if (available < HEADER_LENGTH) return true
  const length = word(bytes, from + 4)
  return length >= LEAST_LENGTH && length <= MOST_LENGTH
}

/** How far the head of the answer, or of an exception in its place, stands at `from`. */
function answerAt(bytes: Uint8Array, from: number, { request, number }: Asked): 'whole' | 'begun' | 'none' {
  const modbus = requireModbus(request)
  const head = (length: number, ...rest: readonly number[]) =>
    Uint8Array.of(number >> 8, number & 0xff, 0, 0, length >> 8, length & 0xff, replyUnit(modbus), ...rest)
  const answer = matchAt(bytes, from, head(replyLength(modbus), ...replyHead(modbus)))
  if (answer !== 'none') return answer
  return matchAt(bytes, from, head(EXCEPTION_LENGTH, functionOf(modbus) + EXCEPTION))
}

/** An answer has begun when its transaction id is there as far as there are bytes. */
function incomplete(bytes: Uint8Array, from: number, situation: Situation): Scan {
  const { asked } = situation
  if (asked === undefined) return WAIT
  return matchAt(bytes, from, asked.bytes.subarray(0, 2)) === 'none' ? WAIT : WAIT_BEGUN
}

function word(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)
}

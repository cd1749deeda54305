import type { RegisterTable } from '../../contracts/facility-schema.ts'
import type { BlockData, ReadOutcome, ReadRequest, RegisterRequest } from './driver.ts'
import {
  type Discarded,
  FOREIGN_FUNCTION,
  FOREIGN_UNIT,
  isOutcome,
  LATE,
  type Situation,
  TOO_FEW,
  TOO_MANY,
  UNSOLICITED,
} from './framing.ts'

/** Modbus application protocol 1.1b3, 6.1 to 6.4. */
export const READ_FUNCTIONS: Readonly<Record<RegisterTable, number>> = {
  coil: 1,
  discrete: 2,
  holding: 3,
  input: 4,
}
/** Added to the function code of a request that is refused. */
export const EXCEPTION = 0x80
/** Unit, function, address and count. */
export const REQUEST_LENGTH = 6

/** Bytes between unit and a whole frame's end: unit, function and byte count stand before the data. */
const HEAD_LENGTH = 3

/** @throws TypeError for a record: Modbus has none, and the registry keeps them apart. */
export function requireRegisters(request: ReadRequest): RegisterRequest {
  if (request.kind === 'registers') return request
  throw new TypeError('a record cannot be asked for over Modbus')
}

/** The unit that answers. */
export function replyUnit(request: RegisterRequest): number {
  return request.replyUnit ?? request.unitId
}

/** What the byte count of the answer has to say. */
export function dataLength(request: RegisterRequest): number {
  return isBits(request) ? Math.ceil(request.count / 8) : request.count * 2
}

/** Unit, function, byte count and data. */
export function replyLength(request: ReadRequest): number {
  return HEAD_LENGTH + dataLength(requireRegisters(request))
}

/** Writes unit and PDU, {@link REQUEST_LENGTH} bytes. */
export function writeRequest(request: RegisterRequest, bytes: Uint8Array, at: number): void {
  bytes[at] = request.unitId
  bytes[at + 1] = READ_FUNCTIONS[request.table]
  bytes[at + 2] = request.address >> 8
  bytes[at + 3] = request.address & 0xff
  bytes[at + 4] = request.count >> 8
  bytes[at + 5] = request.count & 0xff
}

/** A frame, from its unit up to and without what checks it. */
export interface UnitFrame {
  readonly bytes: Uint8Array
  readonly at: number
  readonly end: number
}

/**
 * A whole frame against one request. The frame is believed only when unit, function and both lengths fit:
 * data beyond or short of what was asked for belong to some other question.
 */
export function fitTo(request: RegisterRequest, frame: UnitFrame): ReadOutcome | Discarded {
  const { bytes, at, end } = frame
  if (bytes[at] !== replyUnit(request)) return FOREIGN_UNIT
  const code = bytes[at + 1]
  const asked = READ_FUNCTIONS[request.table]
  if (code === asked) {
    const expected = dataLength(request)
    const told = bytes[at + 2] ?? 0
    const present = end - at - HEAD_LENGTH
    if (told === expected && present === expected) {
      return { ok: true, data: dataOf(request, bytes, at + HEAD_LENGTH) }
    }
    return Math.min(told, present) < expected ? TOO_FEW : TOO_MANY
  }
  if (code !== asked + EXCEPTION) return FOREIGN_FUNCTION
  if (end - at !== HEAD_LENGTH) return end - at < HEAD_LENGTH ? TOO_FEW : TOO_MANY
  return { ok: false, failed: { kind: 'exception', code: bytes[at + 2] ?? 0 } }
}

/** A whole frame without a number, against all that is or was waited for. */
export function fitAmong(situation: Situation, frame: UnitFrame): ReadOutcome | Discarded {
  const request = situation.asked?.request
  const verdict = request?.kind === 'registers' ? fitTo(request, frame) : UNSOLICITED
  if (isOutcome(verdict)) return verdict
  return situation.overdue.some((late) => isAnswerTo(late.request, frame)) ? LATE : verdict
}

function isAnswerTo(request: ReadRequest, frame: UnitFrame): boolean {
  return request.kind === 'registers' && isOutcome(fitTo(request, frame))
}

function isBits(request: RegisterRequest): boolean {
  return request.table === 'coil' || request.table === 'discrete'
}

function dataOf(request: RegisterRequest, bytes: Uint8Array, at: number): BlockData {
  const { count } = request
  if (isBits(request)) {
    const bits = new Array<boolean>(count)
    // Bits beyond the count are padding.
    for (let n = 0; n < count; n++) bits[n] = (((bytes[at + (n >> 3)] ?? 0) >> (n & 7)) & 1) === 1
    return { kind: 'bits', bits }
  }
  const words = new Array<number>(count)
  for (let n = 0; n < count; n++) words[n] = ((bytes[at + 2 * n] ?? 0) << 8) | (bytes[at + 2 * n + 1] ?? 0)
  return { kind: 'words', words }
}

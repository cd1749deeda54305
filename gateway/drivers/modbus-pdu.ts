import type { RegisterTable, WritableTable } from '../../contracts/facility-words.ts'
import type { BlockData, ReadOutcome, RegisterRequest, Request, WriteRequest } from './driver.ts'
import {
  type Discarded,
  FOREIGN_FUNCTION,
  FOREIGN_UNIT,
  isOutcome,
  LATE,
  MISMATCH,
  type Situation,
  TOO_FEW,
  TOO_MANY,
  UNSOLICITED,
} from './framing.ts'

/** Modbus application protocol 1.1b3, 6.1 to 6.4. */
const READ_FUNCTIONS: Readonly<Record<RegisterTable, number>> = {
  coil: 1,
  discrete: 2,
  holding: 3,
  input: 4,
}
/** 6.5, 6.6, 6.11 and 6.12. */
const SINGLE_WRITES: Readonly<Record<WritableTable, number>> = { coil: 5, holding: 6 }
const MULTIPLE_WRITES: Readonly<Record<WritableTable, number>> = { coil: 15, holding: 16 }
/** What function 5 calls on. */
const COIL_ON = 0xff00
/** Added to the function code of a request that is refused. */
export const EXCEPTION = 0x80
/** Unit, function, address and count or value. */
const REQUEST_LENGTH = 6
/** The same, and the byte count before the data. */
const MULTIPLE_HEAD_LENGTH = 7

/** Bytes between unit and a whole frame's end: unit, function and byte count stand before the data. */
const HEAD_LENGTH = 3

/** An answer to a write has nothing that was not known. */
const WRITTEN: ReadOutcome = { ok: true, data: { kind: 'words', words: [] } }

/** What can be asked and told over Modbus. */
export type ModbusRequest = RegisterRequest | WriteRequest

/** @throws TypeError for a record: Modbus has none, and the registry keeps them apart. */
export function requireModbus(request: Request): ModbusRequest {
  if (request.kind !== 'record') return request
  throw new TypeError('a record cannot be asked for over Modbus')
}

/** The unit that answers. */
export function replyUnit(request: ModbusRequest): number {
  return (request.kind === 'registers' ? request.replyUnit : undefined) ?? request.unitId
}

export function functionOf(request: ModbusRequest): number {
  if (request.kind === 'registers') return READ_FUNCTIONS[request.table]
  return (request.isMultiple ? MULTIPLE_WRITES : SINGLE_WRITES)[request.table]
}

/**
 * True when the answer is the request once more, byte for byte: what is heard on a two-wire line that echoes cannot
 * be told from it.
 */
export function isRepeated(request: ModbusRequest): boolean {
  return request.kind === 'write' && !request.isMultiple
}

/** What stands behind the unit in an answer, as far as it is known beforehand. */
export function replyHead(request: ModbusRequest): readonly number[] {
  const code = functionOf(request)
  return request.kind === 'registers'
    ? [code, dataLength(request)]
    : [code, ...wordBytes(request.address), ...wordBytes(toldWord(request))]
}

/** What the byte count of the answer to a read has to say. */
function dataLength(request: RegisterRequest): number {
  return isBits(request) ? Math.ceil(request.count / 8) : request.count * 2
}

/** From the unit to the end, without what checks it. */
export function replyLength(request: Request): number {
  const asked = requireModbus(request)
  return asked.kind === 'registers' ? HEAD_LENGTH + dataLength(asked) : REQUEST_LENGTH
}

/** Unit and PDU of a request. */
export function requestLength(request: ModbusRequest): number {
  return request.kind === 'write' && request.isMultiple
    ? MULTIPLE_HEAD_LENGTH + writtenLength(request)
    : REQUEST_LENGTH
}

/** Puts unit and PDU, {@link requestLength} bytes. */
export function putRequest(request: ModbusRequest, bytes: Uint8Array, at: number): void {
  const word = request.kind === 'registers' ? request.count : toldWord(request)
  bytes[at] = request.unitId
  bytes[at + 1] = functionOf(request)
  bytes[at + 2] = request.address >> 8
  bytes[at + 3] = request.address & 0xff
  bytes[at + 4] = word >> 8
  bytes[at + 5] = word & 0xff
  if (request.kind === 'write' && request.isMultiple) putData(request, bytes, at + REQUEST_LENGTH)
}

function putData(request: WriteRequest, bytes: Uint8Array, at: number): void {
  const { table, values } = request
  const length = writtenLength(request)
  bytes[at] = length
  bytes.fill(0, at + 1, at + 1 + length)
  for (const [n, value] of values.entries()) {
    if (table === 'coil') {
      const place = at + 1 + (n >> 3)
      if (value !== 0) bytes[place] = (bytes[place] ?? 0) | (1 << (n & 7))
    } else bytes.set(wordBytes(value), at + 1 + 2 * n)
  }
}

/** The word that a write has behind its address, and its answer too: the value, or how many. */
function toldWord({ table, values, isMultiple }: WriteRequest): number {
  const [first = 0] = values
  if (isMultiple) return values.length
  return table === 'holding' ? first : first === 0 ? 0 : COIL_ON
}

function writtenLength({ table, values }: WriteRequest): number {
  return table === 'coil' ? Math.ceil(values.length / 8) : values.length * 2
}

function wordBytes(word: number): [high: number, low: number] {
  return [word >> 8, word & 0xff]
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
export function fitTo(request: ModbusRequest, frame: UnitFrame): ReadOutcome | Discarded {
  const { bytes, at, end } = frame
  if (bytes[at] !== replyUnit(request)) return FOREIGN_UNIT
  const code = bytes[at + 1]
  const asked = functionOf(request)
  if (code === asked) {
    if (request.kind === 'write') return fitToWrite(request, frame)
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
  const verdict = request === undefined || request.kind === 'record' ? UNSOLICITED : fitTo(request, frame)
  if (isOutcome(verdict)) return verdict
  return situation.overdue.some((late) => isAnswerTo(late.request, frame)) ? LATE : verdict
}

function isAnswerTo(request: Request, frame: UnitFrame): boolean {
  return request.kind !== 'record' && isOutcome(fitTo(request, frame))
}

/** The device repeats where it wrote, and what or how much: one that says something else has written something else. */
function fitToWrite(request: WriteRequest, { bytes, at, end }: UnitFrame): ReadOutcome | Discarded {
  if (end - at !== REQUEST_LENGTH) return end - at < REQUEST_LENGTH ? TOO_FEW : TOO_MANY
  const isSame = replyHead(request).every((byte, n) => bytes[at + 1 + n] === byte)
  return isSame ? WRITTEN : MISMATCH
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

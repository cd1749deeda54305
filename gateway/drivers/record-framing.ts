import type { RecordFormat } from '../../contracts/facility.ts'
import type { ReadOutcome, Request } from './driver.ts'
import {
  CRC,
  type Discarded,
  discard,
  ECHO,
  type Framing,
  isSameRecord,
  judged,
  LATE,
  MISMATCH,
  matchAt,
  NOISE,
  type Scan,
  SHORT,
  type Situation,
  UNSOLICITED,
  WAIT,
  WAIT_BEGUN,
} from './framing.ts'
import { LONGEST_RECORD, type RecordShape, shapeOf } from './record-format.ts'

/** What a record with a delimiter is taken to be long, when it is asked how long an answer takes. */
const USUAL_LENGTH = 64

const NOT_A_RECORD: Discarded = { kind: 'noise' }
const TOO_LONG: Scan = { kind: 'discard', length: LONGEST_RECORD, discarded: NOT_A_RECORD, isTorn: true }

/** Bytes in which the delimiter of a record has to be found. */
function mostLength(delimiter: Uint8Array): number {
  return LONGEST_RECORD + delimiter.length
}

/**
 * Records of instruments with an ASCII line. A record bears neither a number nor an address: what began
 * before the request is never an answer to it, and half a record is kept, so that its other half is not
 * taken for a whole one.
 */
export class RecordFraming implements Framing {
  readonly hasNumberedReplies = false
  readonly keepsPartial = true
  /** Key: the format as the facility file has it. */
  readonly #shapes = new WeakMap<RecordFormat, RecordShape>()

  encode(request: Request): Uint8Array {
    return this.#shapeOf(request).request
  }

  answerLength(request: Request): number {
    return this.#shapeOf(request).length || USUAL_LENGTH
  }

  scan(bytes: Uint8Array, from: number, situation: Situation): Scan {
    const request = situation.last?.request
    // Nobody knows yet how a record looks here.
    if (request === undefined) return discard(NOISE, bytes.length - from)
    const shape = this.#shapeOf(request)
    const echo = echoAt(bytes, from, situation)
    if (echo === 'whole') return discard(ECHO, shape.request.length)
    if (echo === 'begun') return WAIT
    if (from < situation.old && !shape.startsAnew && shape.delimiter.length > 0) {
      return scanOld(bytes, from, { shape, situation })
    }
    const lead = leadLength(bytes, from, shape)
    if (lead > 0) return discard(NOISE, lead)
    if (matchAt(bytes, from, shape.start) === 'begun') return waiting(bytes, situation)
    return shape.length > 0
      ? scanFixed(bytes, from, { shape, situation })
      : scanDelimited(bytes, from, { shape, situation })
  }

  /** @throws TypeError for registers: the registry keeps them apart. */
  #shapeOf(request: Request): RecordShape {
    if (request.kind !== 'record') throw new TypeError('registers cannot be asked for on an ASCII line')
    let shape = this.#shapes.get(request.format)
    if (shape === undefined) {
      shape = shapeOf(request.format)
      this.#shapes.set(request.format, shape)
    }
    return shape
  }
}

interface View {
  readonly shape: RecordShape
  readonly situation: Situation
}

/** Only a request that is a line can be told from the beginning of a record. */
function echoAt(bytes: Uint8Array, from: number, situation: Situation): 'whole' | 'begun' | 'none' {
  const request = situation.asked?.bytes
  if (request === undefined || (request.at(-1) ?? 0x20) >= 0x20) return 'none'
  const match = matchAt(bytes, from, request)
  return match === 'begun' && situation.ended ? 'none' : match
}

/** Bytes before anything that can be a record: up to the start, or what is no text. */
function leadLength(bytes: Uint8Array, from: number, shape: RecordShape): number {
  const { start } = shape
  let at = from
  if (start.length > 0) while (at < bytes.length && matchAt(bytes, at, start) === 'none') at++
  // A line that turns round leaves such bytes behind.
  else while (at < bytes.length && !isText(bytes[at] ?? 0)) at++
  return at - from
}

function isText(byte: number): boolean {
  return byte >= 0x20 && byte < 0x7f
}

/** What began before the request goes on up to a delimiter, whatever stands in it. */
function scanOld(bytes: Uint8Array, from: number, view: View): Scan {
  const { delimiter } = view.shape
  const end = find(bytes, delimiter, { from, to: Math.min(bytes.length, from + mostLength(delimiter)) })
  if (end !== -1) return discard(LATE, end + delimiter.length - from)
  return bytes.length - from < mostLength(delimiter) ? waiting(bytes, view.situation) : TOO_LONG
}

function scanDelimited(bytes: Uint8Array, from: number, view: View): Scan {
  const { shape, situation } = view
  const { start, delimiter } = shape
  const search = Math.min(bytes.length, from + mostLength(delimiter))
  const end = find(bytes, delimiter, { from: from + start.length, to: search })
  if (end === -1) return bytes.length - from < mostLength(delimiter) ? waiting(bytes, situation) : TOO_LONG
  const anew = restart(bytes, { from: from + start.length, to: end - shape.checksumLength }, shape)
  if (anew !== -1) return discard(SHORT, anew - from)
  const whole = scanRecord(bytes, { from, end, next: end + delimiter.length }, view)
  if (!shape.isBinary || whole.kind !== 'discard' || whole.discarded !== CRC) return whole
  // A binary checksum may look like the delimiter, which then stands a byte or two further on.
  for (let later = end + 1; later <= end + shape.checksumLength; later++) {
    const match = matchAt(bytes, later, delimiter)
    if (match === 'begun' && !situation.ended) return waiting(bytes, situation)
    if (match !== 'whole') continue
    const scan = scanRecord(bytes, { from, end: later, next: later + delimiter.length }, view)
    if (scan.kind !== 'discard' || scan.discarded !== CRC) return scan
  }
  return whole
}

function scanFixed(bytes: Uint8Array, from: number, view: View): Scan {
  const { shape, situation } = view
  const end = from + shape.length
  if (end > bytes.length) return waiting(bytes, situation)
  const anew = restart(bytes, { from: from + shape.start.length, to: end - shape.checksumLength }, shape)
  if (anew !== -1) return discard(SHORT, anew - from)
  const whole = scanRecord(bytes, { from, end, next: end }, view)
  // What is none may have been read from the wrong byte on.
  const isMisread = whole.kind === 'discard' && (whole.discarded === CRC || whole.discarded === MISMATCH)
  return isMisread ? discard(whole.discarded, 1) : whole
}

/** A record from its start up to its delimiter; `next` is behind that. */
function scanRecord(bytes: Uint8Array, part: { from: number; end: number; next: number }, view: View): Scan {
  const { shape, situation } = view
  const { from, end, next } = part
  const data = shape.unwrap(bytes, from + shape.start.length, end)
  if (data === undefined) return discard(from < situation.old ? LATE : CRC, next - from)
  if (data.trim() === '') return discard(NOT_A_RECORD, next - from)
  return judged(verdictOn(data, from, view), next - from)
}

function verdictOn(data: string, from: number, view: View): ReadOutcome | Discarded {
  const { asked, last, old, overdue } = view.situation
  if (asked === undefined) {
    return overdue.some((late) => last !== undefined && isSameRecord(late.request, last.request))
      ? LATE
      : UNSOLICITED
  }
  if (from < old) return LATE
  const fields = view.shape.fields(data)
  return fields === undefined ? MISMATCH : { ok: true, data: { kind: 'record', fields } }
}

function waiting(bytes: Uint8Array, situation: Situation): Scan {
  return bytes.length > situation.old ? WAIT_BEGUN : WAIT
}

/** Where the last start stands within a record: that which is before it never ended. */
function restart(bytes: Uint8Array, part: { from: number; to: number }, shape: RecordShape): number {
  if (!shape.startsAnew) return -1
  for (let at = part.to - shape.start.length; at >= part.from; at--) {
    if (matchAt(bytes, at, shape.start) === 'whole') return at
  }
  return -1
}

function find(bytes: Uint8Array, pattern: Uint8Array, part: { from: number; to: number }): number {
  for (let at = part.from; at <= part.to - pattern.length; at++) {
    if (matchAt(bytes, at, pattern) === 'whole') return at
  }
  return -1
}

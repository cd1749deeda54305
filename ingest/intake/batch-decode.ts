import type { ErrorCode } from '../../contracts/errors.ts'
import { ID_PATTERN } from '../../contracts/ids.ts'
import { QUALITIES, type Quality } from '../../contracts/quality.ts'
import type { Reading } from '../../contracts/reading.ts'
import { BATCH_MAX_BYTES, BATCH_MAX_READINGS, type ClockState, type Gap } from '../../contracts/wire.ts'

/** A batch whose envelope is sound; its readings are still to be checked one by one. */
export interface DecodedBatch {
  epoch: string
  seq: number
  sent: number
  /** Readings made in this epoch so far; null when the gateway does not count them. */
  total: number | null
  isSnapshot: boolean
  /** Key: device id. */
  polled: Record<string, number>
  readings: readonly unknown[]
  gaps: readonly Gap[]
  clock: ClockState | undefined
}

export interface BatchIdentity {
  epoch: string
  seq: number
}

export interface Refused {
  code: ErrorCode
  /** Printable, and short. */
  detail: string
}

/** `identity` is there when the batch can still be named, so that it can be told to be done with. */
export type Decoded =
  | { batch: DecodedBatch; refused?: undefined }
  | { batch?: undefined; refused: Refused; identity: BatchIdentity | undefined }

type Fields = Record<string, unknown>

/** The end of the year 9999 in any time zone: later times cannot be written as ISO 8601. */
const MAX_TIME = Date.UTC(9999, 11, 30)
const ID = new RegExp(ID_PATTERN)
/** Visible ASCII: what names an epoch or a session goes into keys and logs. */
const TOKEN = /^[\x21-\x7e]{1,64}$/
const REASON = /^[a-z0-9-]{1,40}$/
const NOBODY = new Set<string>()
/** Gaps are few and merged; more than this in one batch is nonsense. */
const MAX_GAPS = 1_000

/** Payloads are untrusted. Checked by hand: a tenth of the cost of a compiled closed schema. */
export function decodeBatch(payload: Buffer): Decoded {
  if (payload.length > BATCH_MAX_BYTES)
    return refuse('PAYLOAD_TOO_LARGE', `${payload.length} bytes`, undefined)
  const fields = parseObject(payload)
  if (fields === undefined) return refuse('PAYLOAD_NOT_JSON', `${payload.length} bytes`, undefined)
  const { epoch, seq, sent, readings } = fields
  if (!isToken(epoch)) return refuse('PAYLOAD_INVALID', 'epoch', undefined)
  if (!isCount(seq) || seq < 1) return refuse('PAYLOAD_INVALID', 'seq', undefined)
  const identity = { epoch, seq }
  if (!isTime(sent)) return refuse('PAYLOAD_INVALID', 'sent', identity)
  if (!Array.isArray(readings)) return refuse('PAYLOAD_INVALID', 'readings', identity)
  if (readings.length > BATCH_MAX_READINGS)
    return refuse('PAYLOAD_TOO_LARGE', `${readings.length} readings`, identity)
  const batch = {
    ...identity,
    sent,
    total: isCount(fields.total) && fields.total >= readings.length ? fields.total : null,
    isSnapshot: fields.snapshot === true,
    polled: times(fields.polled, sent),
    readings,
    gaps: gaps(fields.gaps),
    clock: isClock(fields.clock) ? fields.clock : undefined,
  }
  return { batch }
}

/** A JSON object, or undefined for whatever else came. */
export function parseObject(payload: Buffer): Fields | undefined {
  try {
    const value: unknown = JSON.parse(payload.toString('utf8'))
    return isObject(value) && !Array.isArray(value) ? value : undefined
  } catch {
    return undefined // Told as PAYLOAD_NOT_JSON by the caller.
  }
}

/**
 * One reading of a batch, or why it is refused. `sent` bounds its time: what is dated after the batch was
 * sent comes from a clock that cannot be believed. `known` are sensors whose ids need no closer look. Called
 * for every reading there is, so it makes one object and no other.
 */
export function decodeReading(
  item: unknown,
  sent: number,
  known: { has(sensor: string): boolean } = NOBODY,
): Reading | Refused {
  if (!isObject(item)) return invalid('not an object')
  const { sensor, time, value, quality = 'good', reason } = item
  // Only what could be an id may be repeated in logs and letters.
  if (typeof sensor !== 'string' || !(known.has(sensor) || ID.test(sensor))) return invalid('sensor')
  if (!isCount(time)) return invalid(`${sensor}: time`)
  if (time > sent) return { code: 'READING_AHEAD', detail: `${sensor}: ${time - sent} ms after sent` }
  if (!isQuality(quality)) return invalid(`${sensor}: quality`)
  const hasValue = value !== undefined && value !== null
  if (hasValue && !Number.isFinite(value)) return invalid(`${sensor}: value`)
  if (!hasValue && quality !== 'bad') return invalid(`${sensor}: no value`)
  if (reason !== undefined && (typeof reason !== 'string' || !REASON.test(reason)))
    return invalid(`${sensor}: reason`)
  const reading: Reading = hasValue
    ? { sensor, time, value: value as number, quality }
    : { sensor, time, quality }
  // A reason belongs to a doubt: beside good it says nothing.
  if (quality !== 'good' && reason !== undefined) reading.reason = reason
  return reading
}

export function isToken(value: unknown): value is string {
  return typeof value === 'string' && TOKEN.test(value)
}

export function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null
}

function invalid(detail: string): Refused {
  return { code: 'READING_INVALID', detail }
}

function refuse(code: ErrorCode, detail: string, identity: BatchIdentity | undefined): Decoded {
  return { refused: { code, detail }, identity }
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

function isTime(value: unknown): value is number {
  return isCount(value) && value <= MAX_TIME
}

function isQuality(value: unknown): value is Quality {
  return QUALITIES.includes(value as Quality)
}

function times(value: unknown, sent: number): Record<string, number> {
  if (!isObject(value)) return {}
  const sound = Object.entries(value).filter((entry): entry is [string, number] => isCount(entry[1]))
  return Object.fromEntries(sound.filter(([, time]) => time <= sent))
}

/** Only the fields we know, since these are logged. */
function gaps(value: unknown): Gap[] {
  if (!Array.isArray(value)) return []
  return value.slice(0, MAX_GAPS).flatMap((item: unknown) => {
    if (!isObject(item)) return []
    const { epoch, seqs, count, from, to, reason } = item
    if (!isToken(epoch) || !isCount(count) || typeof reason !== 'string' || !REASON.test(reason)) return []
    const ranges = Array.isArray(seqs) ? seqs.filter(isRange) : []
    return [{ epoch, seqs: ranges, count, from: isTime(from) ? from : 0, to: isTime(to) ? to : 0, reason }]
  })
}

function isRange(value: unknown): value is [number, number] {
  return Array.isArray(value) && value.length === 2 && value.every(isCount)
}

function isClock(value: unknown): value is ClockState {
  return isObject(value) && Number.isFinite(value.drift) && Number.isFinite(value.steps)
}

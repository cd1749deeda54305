import type { ErrorCode } from '../contracts/errors.ts'
import { QUALITIES, type Quality } from '../contracts/quality.ts'
import type { Reading } from '../contracts/reading.ts'
import { BATCH_MAX_BYTES, BATCH_MAX_READINGS, type ClockState, type Gap } from '../contracts/wire.ts'

/** A batch whose envelope is sound; its readings are still to be checked one by one. */
export interface DecodedBatch {
  epoch: string
  seq: number
  sent: number
  isSnapshot: boolean
  /** Key: device id. */
  polled: Record<string, number>
  readings: readonly unknown[]
  gaps: readonly Gap[]
  clock: ClockState | undefined
}

export interface Refused {
  code: ErrorCode
  detail: string
}

/** `identity` is there when the batch can still be named, so that it can be told to be done with. */
export type Decoded =
  | { batch: DecodedBatch; refused?: undefined }
  | { batch?: undefined; refused: Refused; identity: { epoch: string; seq: number } | undefined }

type Fields = Record<string, unknown>

/** Payloads are untrusted. Checked by hand: a tenth of the cost of a compiled closed schema. */
export function decodeBatch(payload: Buffer): Decoded {
  if (payload.length > BATCH_MAX_BYTES) {
    return refuse('PAYLOAD_TOO_LARGE', `${payload.length} bytes`, undefined)
  }
  const fields = parseObject(payload)
  if (fields === undefined)
    return refuse('PAYLOAD_NOT_JSON', payload.subarray(0, 60).toString('latin1'), undefined)
  const { epoch, seq, sent, readings } = fields
  if (typeof epoch !== 'string' || epoch === '' || epoch.length > 64)
    return refuse('PAYLOAD_INVALID', 'epoch', undefined)
  if (!isCount(seq) || seq < 1) return refuse('PAYLOAD_INVALID', 'seq', undefined)
  const identity = { epoch, seq }
  if (!isCount(sent)) return refuse('PAYLOAD_INVALID', 'sent', identity)
  if (!Array.isArray(readings)) return refuse('PAYLOAD_INVALID', 'readings', identity)
  if (readings.length > BATCH_MAX_READINGS)
    return refuse('PAYLOAD_TOO_LARGE', `${readings.length} readings`, identity)
  const batch = {
    ...identity,
    sent,
    isSnapshot: fields.snapshot === true,
    polled: times(fields.polled, sent),
    readings,
    gaps: Array.isArray(fields.gaps) ? fields.gaps.filter(isGap) : [],
    clock: isClock(fields.clock) ? fields.clock : undefined,
  }
  return { batch }
}

/** A JSON object, or undefined for whatever else came. */
export function parseObject(payload: Buffer): Fields | undefined {
  try {
    const value: unknown = JSON.parse(payload.toString('utf8'))
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Fields)
      : undefined
  } catch {
    return undefined // Told as PAYLOAD_NOT_JSON by the caller.
  }
}

/**
 * One reading of a batch, or why it is refused. `sent` bounds its time: what is dated after the batch was
 * sent comes from a clock that cannot be believed.
 */
export function decodeReading(item: unknown, sent: number): Reading | Refused {
  if (typeof item !== 'object' || item === null) return { code: 'READING_INVALID', detail: 'not an object' }
  const { sensor, time, value, quality = 'good', reason } = item as Fields
  if (typeof sensor !== 'string' || sensor === '' || sensor.length > 64)
    return { code: 'READING_INVALID', detail: 'sensor' }
  if (!isCount(time)) return { code: 'READING_INVALID', detail: `${sensor}: time` }
  if (time > sent) return { code: 'READING_AHEAD', detail: `${sensor}: ${time - sent} ms after sent` }
  if (!isQuality(quality)) return { code: 'READING_INVALID', detail: `${sensor}: quality` }
  const hasValue = value !== undefined && value !== null
  if (hasValue && (typeof value !== 'number' || !Number.isFinite(value)))
    return { code: 'READING_INVALID', detail: `${sensor}: value` }
  if (!hasValue && quality !== 'bad') return { code: 'READING_INVALID', detail: `${sensor}: no value` }
  if (reason !== undefined && (typeof reason !== 'string' || !/^[a-z0-9-]{1,40}$/.test(reason))) {
    return { code: 'READING_INVALID', detail: `${sensor}: reason` }
  }
  return {
    sensor,
    time,
    ...(hasValue ? { value: value as number } : {}),
    quality,
    ...(quality === 'good' || reason === undefined ? {} : { reason: reason as string }),
  }
}

function refuse(
  code: ErrorCode,
  detail: string,
  identity: { epoch: string; seq: number } | undefined,
): Decoded {
  return { refused: { code, detail }, identity }
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

function isQuality(value: unknown): value is Quality {
  return QUALITIES.includes(value as Quality)
}

function times(value: unknown, sent: number): Record<string, number> {
  if (typeof value !== 'object' || value === null) return {}
  return Object.fromEntries(Object.entries(value).filter(([, time]) => isCount(time) && time <= sent))
}

function isGap(value: unknown): value is Gap {
  if (typeof value !== 'object' || value === null) return false
  const { epoch, count, reason } = value as Fields
  return typeof epoch === 'string' && isCount(count) && typeof reason === 'string'
}

function isClock(value: unknown): value is ClockState {
  if (typeof value !== 'object' || value === null) return false
  const { drift, steps } = value as Fields
  return Number.isFinite(drift) && Number.isFinite(steps)
}

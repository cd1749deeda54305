import type { ErrorCode } from '../../contracts/errors.ts'
import { ID_PATTERN } from '../../contracts/ids.ts'
import {
  WAVEFORM_MARKS,
  WAVEFORM_MAX_BYTES,
  type WaveformHead,
  type WaveformMark,
  waveformId,
} from '../../contracts/waveform.ts'
import { parseObject } from '../intake/batch-decode.ts'

export interface DecodedWaveform {
  readonly head: WaveformHead
  readonly miniseed: Buffer
}

/** `id` is there when the event can still be named, so that its gateway can be told to be done with it. */
export type WaveformDecoded =
  | { readonly waveform: DecodedWaveform; readonly refused?: undefined }
  | {
      readonly waveform?: undefined
      readonly refused: { readonly code: ErrorCode; readonly detail: string }
      readonly id: string | undefined
    }

const ID = new RegExp(ID_PATTERN)
/** An id of a device, a dash, and the time. It names a file, too. */
const WAVEFORM_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}-\d{8}T\d{9}Z$/
const FEATURE = /^[A-Za-z][A-Za-z0-9]{0,31}$/
const MAX_FEATURES = 64
const MAX_RATE = 2_000
/** Times beyond cannot be written as ISO 8601 with four digits of the year, ms. */
const MAX_TIME = Date.UTC(9999, 11, 30)
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/

/** Payloads are untrusted: size and shape of one; what it says is checked by {@link checkWaveform}. */
export function decodeWaveform(payload: Buffer): WaveformDecoded {
  const refuse = (code: ErrorCode, detail: string, id?: string): WaveformDecoded => ({
    refused: { code, detail },
    id,
  })
  if (payload.length > WAVEFORM_MAX_BYTES) return refuse('PAYLOAD_TOO_LARGE', `${payload.length} bytes`)
  const fields = parseObject(payload)
  if (fields === undefined) return refuse('PAYLOAD_NOT_JSON', `${payload.length} bytes`)
  const { id, device, onset, from, to, rate, miniseed } = fields
  if (typeof id !== 'string' || !WAVEFORM_ID.test(id)) return refuse('WAVEFORM_INVALID', 'id')
  const invalid = (what: string) => refuse('WAVEFORM_INVALID', `${id}: ${what}`, id)
  if (typeof device !== 'string' || !ID.test(device)) return invalid('device')
  if (!isTime(onset)) return invalid('onset')
  if (!isTime(from) || from > onset) return invalid('from')
  if (!isTime(to) || to <= onset) return invalid('to')
  if (id !== waveformId(device, onset)) return invalid('id is not that of device and onset')
  if (typeof rate !== 'number' || !(rate > 0 && rate <= MAX_RATE)) return invalid('rate')
  const features = featuresOf(fields.features)
  if (features === undefined) return invalid('features')
  if (typeof miniseed !== 'string' || !BASE64.test(miniseed)) return invalid('miniseed')
  const marks = marksOf(fields.marks)
  const head = { id, device, onset, from, to, rate, features, ...(marks.length === 0 ? {} : { marks }) }
  return { waveform: { head, miniseed: Buffer.from(miniseed, 'base64') } }
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= MAX_TIME
}

/** Those that we know: a newer gateway may have others. */
function marksOf(value: unknown): WaveformMark[] {
  const given: unknown[] = Array.isArray(value) ? value : []
  return (Object.keys(WAVEFORM_MARKS) as WaveformMark[]).filter((mark) => given.includes(mark))
}

/** Numbers only: whoever adds features need not ask us. */
function featuresOf(value: unknown): Record<string, number> | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  const entries = Object.entries(value)
  const isSound = entries.every(([name, figure]) => FEATURE.test(name) && Number.isFinite(figure))
  return isSound && entries.length <= MAX_FEATURES ? Object.fromEntries(entries) : undefined
}

import type { ForeignDevice, ForeignSensor, ForeignStatus } from '../../contracts/foreign-device.ts'
import { valueAt } from '../../contracts/json-path.ts'
import { REASONS } from '../../contracts/quality.ts'
import type { Reading } from '../../contracts/reading.ts'
import { sampleTime } from './foreign-time.ts'
import { type Found, findValue } from './foreign-value.ts'
import { parsePayload, type Refusal } from './json-payload.ts'

export interface ForeignMessage {
  readonly payload: Buffer
  /** Epoch ms of the server. */
  readonly arrived: number
  /** The broker had kept it: nobody knows since when, unless it says so itself. */
  readonly isRetained: boolean
}

/** What one message of one device amounts to. */
export interface ForeignOutcome {
  readonly readings: readonly Reading[]
  /** One bad value does not take down the others. `count`: the values that it would have been. */
  readonly refused: readonly (Refusal & { readonly count: number })[]
}

export const FOREIGN_MAX_BYTES = 64 * 1024

type Reason = keyof typeof REASONS

/** Reads a message. Payloads are untrusted; nothing that comes makes it throw, or makes up a value. */
export function readMessage(device: ForeignDevice, message: ForeignMessage): ForeignOutcome {
  const { payload, arrived, isRetained } = message
  // An empty message clears what the broker keeps.
  if (payload.length === 0) return { readings: [], refused: [] }
  const content = contentOf(device, payload)
  if ('refused' in content) return { readings: [], refused: [{ ...content.refused, count: 1 }] }
  const root = content.value
  const when = sampleTime(device, root, arrived)
  if ('refused' in when) {
    const count = device.sensors.filter((sensor) => foundIn(sensor, root).kind !== 'nothing').length
    return { readings: [], refused: count === 0 ? [] : [{ ...when.refused, count }] }
  }
  const isUndated = isRetained && !when.isOwn
  const readings: Reading[] = []
  const refused: (Refusal & { count: number })[] = []
  for (const sensor of device.sensors) {
    const found = foundIn(sensor, root)
    const refusal = refusalOf(sensor, found)
    if (refusal !== undefined) refused.push({ ...refusal, count: 1 })
    const reason = reasonOf(sensor, { found, root, isUndated })
    const value = found.kind === 'value' ? { value: found.value } : {}
    if (reason !== undefined)
      readings.push({
        sensor: sensor.id,
        time: when.time,
        ...value,
        quality: REASONS[reason].quality,
        reason,
      })
    else if (found.kind === 'value')
      readings.push({ sensor: sensor.id, time: when.time, ...value, quality: 'good' })
  }
  return { readings, refused }
}

function contentOf(device: ForeignDevice, payload: Buffer): ReturnType<typeof parsePayload> {
  if (payload.length > FOREIGN_MAX_BYTES)
    return { refused: { code: 'PAYLOAD_TOO_LARGE', detail: `${payload.length} bytes` } }
  // What is no text is in no map and no number.
  return device.payload === 'text' ? { value: payload.toString('utf8').trim() } : parsePayload(payload)
}

function foundIn(sensor: ForeignSensor, root: unknown): Found {
  return findValue(sensor, valueAt(root, sensor.path))
}

function refusalOf({ id, isRequired }: ForeignSensor, found: Found): Refusal | undefined {
  if (found.kind === 'refused') return { code: 'READING_INVALID', detail: `${id}: ${found.why}` }
  if (found.kind === 'nothing' && isRequired) return { code: 'READING_INVALID', detail: `${id}: no value` }
  return undefined
}

/**
 * Why a reading is not good: what the device says, the worst first, then what its value says. Without a value
 * there is a reading only when the device says that the sensor is bad.
 */
function reasonOf(
  sensor: ForeignSensor,
  { found, root, isUndated }: { found: Found; root: unknown; isUndated: boolean },
): Reason | undefined {
  const said = sensor.status.flatMap((rule) => saidBy(rule, root))
  const bad = said.find((reason) => REASONS[reason].quality === 'bad')
  if (bad !== undefined) return bad
  if (found.kind === 'reason') return found.reason
  if (found.kind !== 'value') return undefined
  return outOfRange(sensor, found.value) ?? said[0] ?? (isUndated ? 'clock' : undefined)
}

/** Empty when it says that all is well, or nothing. */
function saidBy({ path, means, others }: ForeignStatus, root: unknown): Reason[] {
  const raw = valueAt(root, path)
  if (raw === undefined || raw === null) return []
  const meaning = (typeof raw === 'object' ? undefined : means.get(String(raw))) ?? others
  return meaning === 'good' ? [] : [meaning]
}

function outOfRange({ valid }: ForeignSensor, value: number): Reason | undefined {
  const [low, high] = valid ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]
  if (value > high) return 'above-range'
  return value < low ? 'below-range' : undefined
}

import { BATCH_MAX_BYTES, type Confirm, type Refusal } from '../../contracts/wire.ts'

/** Far more ranges than a server sends at once; a confirm with more is not looked at. */
const MOST_RANGES = 1_000

/** A confirm as it came over MQTT, or undefined when it is none. Unknown fields are let be. */
export function parseConfirm(payload: Buffer): Confirm | undefined {
  const message = parseObject(payload)
  if (message === undefined) return undefined
  const { epoch, seqs, refused = [], credit, snapshot, waveforms, time } = message
  if (typeof epoch !== 'string' || typeof time !== 'number') return undefined
  if (!isListOf(seqs, isRange) || !isListOf(refused, isRefusal)) return undefined
  if (credit !== undefined && !isCount(credit)) return undefined
  if (waveforms !== undefined && !isListOf(waveforms, isText)) return undefined
  return {
    epoch,
    seqs,
    refused,
    time,
    snapshot: snapshot === true,
    ...(credit === undefined ? {} : { credit }),
    ...(waveforms === undefined ? {} : { waveforms }),
  }
}

/** A JSON object of reasonable size, or undefined for anything else. */
export function parseObject(payload: Buffer): Record<string, unknown> | undefined {
  if (payload.length > BATCH_MAX_BYTES) return undefined
  try {
    const message: unknown = JSON.parse(payload.toString('utf8'))
    return typeof message === 'object' && message !== null && !Array.isArray(message)
      ? (message as Record<string, unknown>)
      : undefined
  } catch {
    // Whatever is no JSON is no message of ours; the caller counts it.
    return undefined
  }
}

function isListOf<T>(list: unknown, isItem: (item: unknown) => item is T): list is T[] {
  return Array.isArray(list) && list.length <= MOST_RANGES && list.every(isItem)
}

function isRange(item: unknown): item is [number, number] {
  return (
    Array.isArray(item) && item.length === 2 && isCount(item[0]) && isCount(item[1]) && item[0] <= item[1]
  )
}

function isRefusal(item: unknown): item is Refusal {
  const { seq, count, code } = (item ?? {}) as Record<string, unknown>
  return isCount(seq) && isCount(count) && typeof code === 'string'
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0
}

import type { TimeUnit } from '../../contracts/facility-words.ts'
import type { ForeignDevice } from '../../contracts/foreign-device.ts'
import { parseIso } from '../../contracts/iso-time.ts'
import { valueAt } from '../../contracts/json-path.ts'
import type { Refusal } from './json-payload.ts'

/** No sample is newer than its arrival: up to here two clocks differ, beyond it that of the device is wrong, ms. */
export const MAX_AHEAD_MS = 60_000
/** What is dated before comes from a clock that nobody has set. */
const EARLIEST = Date.UTC(2000, 0)

/** When a message was sampled, epoch ms, or why its time cannot be believed. */
export function sampleTime(
  device: Pick<ForeignDevice, 'id' | 'time'>,
  root: unknown,
  arrived: number,
): { time: number; isOwn: boolean } | { refused: Refusal } {
  const raw = device.time === undefined ? undefined : valueAt(root, device.time.path)
  // A device that has lost its clock leaves the time out.
  if (device.time === undefined || raw === undefined || raw === null) return { time: arrived, isOwn: false }
  const time = epochMs(raw, device.time.unit)
  if (time === undefined || time < EARLIEST)
    return { refused: { code: 'READING_INVALID', detail: `${device.id}: time` } }
  if (time > arrived + MAX_AHEAD_MS) {
    const detail = `${device.id}: ${time - arrived} ms after it arrived`
    return { refused: { code: 'READING_AHEAD', detail } }
  }
  return { time: Math.min(time, arrived), isOwn: true }
}

function epochMs(raw: unknown, unit: TimeUnit): number | undefined {
  if (unit === 'iso') return typeof raw === 'string' && raw.includes('T') ? parseIso(raw) : undefined
  if (typeof raw !== 'number') return undefined
  const time = Math.round(unit === 's' ? raw * 1_000 : raw)
  return Number.isSafeInteger(time) ? time : undefined
}

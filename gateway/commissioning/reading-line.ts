import type { Judged } from '../quality/device-judge.ts'
import { shortened, textTable } from './text-table.ts'

/** One sample as `gateway read` prints it: every field is there, null where there is nothing. */
export interface ReadLine {
  sensor: string
  /** Before scaling; the words in hexadecimal, or the text of a record, when they cannot be decoded. */
  raw: number | string | null
  value: number | null
  quality: string
  reason: string | null
  /** Epoch milliseconds UTC. */
  time: number
}

/** `time`: when the sample was taken, epoch milliseconds. */
export function readLine({ sensor, assessment, decoded }: Judged, time: number): ReadLine {
  const { value = null, quality, reason = null } = assessment
  const raw =
    decoded === undefined ? null : decoded.ok ? decoded.raw : (decoded.text ?? hexadecimal(decoded.words))
  return { sensor: sensor.id, raw, value, quality, reason, time }
}

function hexadecimal(words: readonly number[]): string {
  return words.map((word) => word.toString(16).padStart(4, '0')).join(' ')
}

function shown(value: number | string | null): string {
  if (value === null) return '-'
  return String(typeof value === 'number' ? shortened(value) : value)
}

/** For people: one row per sensor. */
export function formatReadings(readings: readonly ReadLine[]): string {
  const rows = readings.map((line) => [
    line.sensor,
    shown(line.raw),
    shown(line.value),
    line.quality,
    line.reason ?? '-',
    new Date(line.time).toISOString(),
  ])
  return `${textTable([['sensor', 'raw', 'value', 'quality', 'reason', 'time'], ...rows]).join('\n')}\n`
}

/**
 * Epoch milliseconds as ISO 8601 with the offset of a time zone, as the API gives every time:
 * `2026-11-21T10:00:00.250+08:00`. Milliseconds appear only when they are not zero.
 */
export function formatIso(ms: number, timezone: string): string {
  const offset = offsetMinutes(ms, timezone)
  const local = new Date(ms + offset * 60_000).toISOString()
  const sign = offset < 0 ? '-' : '+'
  const [hours, minutes] = [Math.floor(Math.abs(offset) / 60), Math.abs(offset) % 60]
  return `${local.slice(0, 19)}${ms % 1000 === 0 ? '' : local.slice(19, 23)}${sign}${two(hours)}:${two(minutes)}`
}

/** Accepts ISO 8601 with an offset or Z, or epoch milliseconds; undefined when it is neither. */
export function parseIso(text: string): number | undefined {
  if (/^\d{1,15}$/.test(text)) return Number(text)
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})$/.test(text)) return undefined
  const ms = Date.parse(text)
  return Number.isNaN(ms) ? undefined : ms
}

export function isTimezone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}

const formatters = new Map<string, Intl.DateTimeFormat>()

/** Since 1972 every zone has changed its offset at a quarter of an hour of UTC. */
const QUARTER_MS = 900_000
const QUARTERS_SINCE = Date.UTC(1972, 0, 1)
/** The last offset that was asked for. Key: time zone. */
const lastOffsets = new Map<string, { quarter: number; offset: number }>()

/**
 * How far the local time of a zone is ahead of UTC, minutes. A server says thousands of times a second what
 * time it is, and nearly always in the same quarter of an hour.
 */
export function offsetMinutes(ms: number, timezone: string): number {
  if (ms < QUARTERS_SINCE) return findOffset(ms, timezone)
  const quarter = Math.floor(ms / QUARTER_MS)
  const last = lastOffsets.get(timezone)
  if (last?.quarter === quarter) return last.offset
  const offset = findOffset(ms, timezone)
  lastOffsets.set(timezone, { quarter, offset })
  return offset
}

function findOffset(ms: number, timezone: string): number {
  let formatter = formatters.get(timezone)
  if (formatter === undefined) {
    formatter = new Intl.DateTimeFormat('en', { timeZone: timezone, timeZoneName: 'longOffset' })
    formatters.set(timezone, formatter)
  }
  const name = formatter.formatToParts(ms).find((part) => part.type === 'timeZoneName')?.value ?? 'GMT'
  const match = /GMT([+-])(\d{2}):(\d{2})/.exec(name)
  if (match === null) return 0
  return (match[1] === '-' ? -1 : 1) * (Number(match[2]) * 60 + Number(match[3]))
}

function two(n: number): string {
  return String(n).padStart(2, '0')
}

/**
 * Epoch milliseconds as ISO 8601 with the offset of a time zone, as the API gives every time:
 * `2026-11-21T10:00:00.250+08:00`. Milliseconds appear only when they are not zero.
 */
export function formatIso(ms: number, timezone: string): string {
  if (ms < QUARTERS_SINCE) return slowIso(ms, timezone)
  const quarter = Math.floor(ms / QUARTER_MS)
  const { hour, minute, zone } = quarterOf(quarter, timezone)
  const second = Math.floor((ms - quarter * QUARTER_MS) / 1_000)
  const time = `${two(minute + Math.floor(second / 60))}:${two(second % 60)}`
  const fraction = ms % 1_000 === 0 ? '' : `.${String(Math.floor(ms % 1_000)).padStart(3, '0')}`
  return `${hour}${time}${fraction}${zone}`
}

function slowIso(ms: number, timezone: string): string {
  const offset = findOffset(ms, timezone)
  const local = new Date(ms + offset * 60_000).toISOString()
  return `${local.slice(0, 19)}${ms % 1_000 === 0 ? '' : local.slice(19, 23)}${zoneText(offset)}`
}

function zoneText(offset: number): string {
  const sign = offset < 0 ? '-' : '+'
  const [hours, minutes] = [Math.floor(Math.abs(offset) / 60), Math.abs(offset) % 60]
  return `${sign}${two(hours)}:${two(minutes)}`
}

/** Accepts ISO 8601 with an offset or Z, or epoch milliseconds; undefined when it is neither. */
export function parseIso(text: string): number | undefined {
  if (/^\d{1,15}$/.test(text)) return Number(text)
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})$/.test(text)) return undefined
  if (!isDay(text)) return undefined
  const ms = Date.parse(text)
  return Number.isNaN(ms) ? undefined : ms
}

/** Date.parse takes the 30th of February for the 2nd of March. */
function isDay(text: string): boolean {
  const day = Number(text.slice(8, 10))
  if (day <= 28) return true
  const [year, month] = [Number(text.slice(0, 4)), Number(text.slice(5, 7))]
  return day <= new Date(Date.UTC(year, month, 0)).getUTCDate()
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

/** Since 2023 every zone is ahead of UTC by quarters of an hour, and has changed its offset at one. Not all had before. */
const QUARTER_MS = 900_000
const QUARTERS_SINCE = Date.UTC(2023, 0, 1)

/** A quarter of an hour of UTC, as a zone tells it. */
interface Quarter {
  /** Minutes. */
  readonly offset: number
  /** `2026-11-21T10:`, which may begin anywhere in the hour. */
  readonly hour: string
  /** Of that hour, where the quarter begins. */
  readonly minute: number
  /** `+08:00` */
  readonly zone: string
}

/** Those that were asked for, a month of them at most. Key: time zone, then the number of the quarter. */
const quarters = new Map<string, Map<number, Quarter>>()
const MAX_QUARTERS = 3_000

/**
 * A server says thousands of times a second what time it is or was, nearly always in the same few quarters of an hour,
 * and asking for the offset of one takes longer than all else.
 */
function quarterOf(quarter: number, timezone: string): Quarter {
  const known = quarters.get(timezone) ?? new Map<number, Quarter>()
  quarters.set(timezone, known)
  const last = known.get(quarter)
  if (last !== undefined) return last
  const ms = quarter * QUARTER_MS
  const offset = findOffset(ms, timezone)
  const local = new Date(ms + offset * 60_000).toISOString()
  const found = {
    offset,
    hour: local.slice(0, 14),
    minute: Number(local.slice(14, 16)),
    zone: zoneText(offset),
  }
  if (known.size >= MAX_QUARTERS) known.clear()
  known.set(quarter, found)
  return found
}

/** How far the local time of a zone is ahead of UTC, minutes. */
export function offsetMinutes(ms: number, timezone: string): number {
  return ms < QUARTERS_SINCE
    ? findOffset(ms, timezone)
    : quarterOf(Math.floor(ms / QUARTER_MS), timezone).offset
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

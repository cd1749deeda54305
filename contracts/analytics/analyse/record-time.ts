import { offsetMinutes, parseIso } from '../../iso-time.ts'

const MINUTE_MS = 60_000
/** The year first, of which nobody can mistake the month for the day. */
const DAY_AND_HOUR = /^(\d{4})[-/](\d{1,2})[-/](\d{1,2})[T ] ?(\d{1,2}):/
/** Epoch seconds of the year 5138, epoch milliseconds of 1973: smaller numbers are seconds. */
const LEAST_MS = 1e11
/** What spreadsheets write for a time when nobody tells them its format: days since 1900, here of 1970 to 2099. */
const SERIAL_DAYS = { least: 25_569, most: 73_051 } as const

/** Minutes of a day are fractions of many digits, and seconds since whenever are not. */
export function isSerialDay(cell: string): boolean {
  const text = cell.trim()
  const days = /^\d{5}\.\d{4,}$/.test(text) ? Number(text) : 0
  return days >= SERIAL_DAYS.least && days < SERIAL_DAYS.most
}

/**
 * A time of a record as epoch ms: ISO 8601, with a blank for its T if need be and in the time zone without an offset,
 * also as spreadsheets in China write it (`2026/11/5 8:00`);
 * or seconds or milliseconds since the epoch. Undefined when it is none of these.
 */
export function parseRecordTime(cell: string, timezone: string): number | undefined {
  const text = cell.trim()
  if (/^\d{1,15}(\.\d+)?$/.test(text)) {
    const number = Number(text)
    return number < LEAST_MS ? number * 1_000 : number
  }
  const iso = text.replace(
    DAY_AND_HOUR,
    (_, year, month, day, hour) => `${year}-${two(month)}-${two(day)}T${two(hour)}:`,
  )
  const known = parseIso(iso)
  if (known !== undefined) return known
  const asUtc = parseIso(`${iso}Z`)
  if (asUtc === undefined) return undefined
  // The offset belongs to the time that is looked for; the first guess is off by hours at most.
  const guess = asUtc - offsetMinutes(asUtc, timezone) * MINUTE_MS
  return asUtc - offsetMinutes(guess, timezone) * MINUTE_MS
}

function two(digits: string): string {
  return digits.padStart(2, '0')
}

import { offsetMinutes, parseIso } from '../../iso-time.ts'

const MINUTE_MS = 60_000
/** Epoch seconds of the year 5138, epoch milliseconds of 1973: smaller numbers are seconds. */
const LEAST_MS = 1e11

/**
 * A time of a record as epoch ms: ISO 8601, with a blank for its T if need be and in the time zone without an offset;
 * or seconds or milliseconds since the epoch. Undefined when it is none of these.
 */
export function parseRecordTime(cell: string, timezone: string): number | undefined {
  const text = cell.trim()
  if (/^\d{1,15}(\.\d+)?$/.test(text)) {
    const number = Number(text)
    return number < LEAST_MS ? number * 1_000 : number
  }
  const iso = text.replace(/^(\d{4}-\d{2}-\d{2}) /, '$1T')
  const known = parseIso(iso)
  if (known !== undefined) return known
  const asUtc = parseIso(`${iso}Z`)
  if (asUtc === undefined) return undefined
  // The offset belongs to the time that is looked for; the first guess is off by hours at most.
  const guess = asUtc - offsetMinutes(asUtc, timezone) * MINUTE_MS
  return asUtc - offsetMinutes(guess, timezone) * MINUTE_MS
}

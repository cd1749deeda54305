import { offsetMinutes } from './iso-time.ts'

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000

/**
 * When the clock of a time zone shows a time (HH:MM) of a day (2026-10-25), epoch ms: the first time when it does so
 * twice; when it never does, as much later as the clock was set forward.
 */
export function instantAt(date: string, time: string, timezone: string): number {
  const local = Date.parse(`${date}T${time}:00Z`)
  // No zone is further than a day from UTC, and none changes its clock twice within two days.
  const before = offsetMinutes(local - DAY_MS, timezone) * MINUTE_MS
  const after = offsetMinutes(local + DAY_MS, timezone) * MINUTE_MS
  const early = local - Math.max(before, after)
  const late = local - Math.min(before, after)
  if (localMs(early, timezone) === local) return early
  if (localMs(late, timezone) === local) return late
  return local - before
}

/** Epoch ms of the UTC moment at which a clock in UTC shows what the clock of the zone shows now. */
export function localMs(ms: number, timezone: string): number {
  return ms + offsetMinutes(ms, timezone) * MINUTE_MS
}

/**
 * The period that a moment ends or lies in, of those that begin at these times of day (HH:MM): `from` is before it, `to`
 * is not. Epoch ms.
 */
export function periodAround(
  ms: number,
  times: readonly string[],
  timezone: string,
): { from: number; to: number } {
  const midnight = Math.floor(localMs(ms, timezone) / DAY_MS) * DAY_MS
  const starts = [-2, -1, 0, 1, 2]
    .map((day) => new Date(midnight + day * DAY_MS).toISOString().slice(0, 10))
    .flatMap((date) => times.map((time) => instantAt(date, time, timezone)))
    .toSorted((a, b) => a - b)
  const from = starts.findLast((start) => start < ms) ?? Number.NEGATIVE_INFINITY
  const to = starts.find((start) => start >= ms) ?? Number.POSITIVE_INFINITY
  return { from, to }
}

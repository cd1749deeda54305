import { LANGUAGE_TAGS, type Words } from './language.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** `hh:mm:ss` of an ISO time as the API gives it: already the local time of the plant. */
export function clockOf(iso: string): string {
  return iso.slice(11, 19)
}

/** `yyyy-mm-dd` of an ISO time as the API gives it. */
export function dateOf(iso: string): string {
  return iso.slice(0, 10)
}

/** The time alone when it is of the same day as `today`, else with month and day. */
export function shortTime(iso: string, today: string | undefined): string {
  const sameDay = today !== undefined && dateOf(iso) === dateOf(today)
  return sameDay ? clockOf(iso) : `${iso.slice(5, 10)} ${clockOf(iso)}`
}

/** As {@link shortTime}, to the minute: of what is planned. */
export function minuteTime(iso: string, today: string | undefined): string {
  return shortTime(iso, today).slice(0, -3)
}

/** `11-29 Sun` of a calendar day. */
export function dayText(date: string, words: Words): string {
  const weekday = new Date(`${date}T00:00Z`).toLocaleDateString(LANGUAGE_TAGS[words.language], {
    weekday: 'short',
    timeZone: 'UTC',
  })
  return `${date.slice(5)} ${weekday}`
}

/** Milliseconds between an ISO time and `nowMs`, never negative: clocks may differ by a little. */
export function ageOf(iso: string, nowMs: number): number {
  return Math.max(0, nowMs - Date.parse(iso))
}

/** An age in one unit, where there is little room: `12 s`, `4 min`, `2 h`, `3 d`. */
export function shortAge(ageMs: number, words: Words): string {
  if (ageMs < HOUR) return ageText(ageMs, words)
  if (ageMs < DAY) return words.text('ageHoursShort', { n: Math.floor(ageMs / HOUR) })
  return words.text('ageDaysShort', { n: Math.floor(ageMs / DAY) })
}

/** An age in the two units that matter: `12 s`, `4 min`, `2 h 05 min`, `3 d 4 h`. */
export function ageText(ageMs: number, words: Words): string {
  if (ageMs < MINUTE) return words.text('ageSeconds', { n: Math.floor(ageMs / SECOND) })
  if (ageMs < HOUR) return words.text('ageMinutes', { n: Math.floor(ageMs / MINUTE) })
  if (ageMs < DAY) {
    const minutes = Math.floor((ageMs % HOUR) / MINUTE)
    return words.text('ageHours', { n: Math.floor(ageMs / HOUR), m: String(minutes).padStart(2, '0') })
  }
  return words.text('ageDays', { n: Math.floor(ageMs / DAY), h: Math.floor((ageMs % DAY) / HOUR) })
}

/** What is left until an ISO time: to the second within the last hour, so that it is seen to run. */
export function countdownText(until: string, nowMs: number, words: Words): string {
  const left = Math.max(0, Date.parse(until) - nowMs)
  if (left < MINUTE || left >= HOUR) return ageText(left, words)
  const seconds = Math.floor((left % MINUTE) / SECOND)
  return words.text('ageMinutesSeconds', {
    n: Math.floor(left / MINUTE),
    s: String(seconds).padStart(2, '0'),
  })
}

/** A span that somebody may choose, in its largest whole unit. */
export function spanText(ms: number, words: Words): string {
  if (ms >= 2 * DAY && ms % DAY === 0) return words.text('spanDays', { n: ms / DAY })
  if (ms >= HOUR && ms % HOUR === 0) return words.text('spanHours', { n: ms / HOUR })
  return ms < MINUTE ? ageText(ms, words) : words.text('spanMinutes', { n: ms / MINUTE })
}

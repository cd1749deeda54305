import { formatIso } from '../../../contracts/iso-time.ts'

/**
 * A day and time as an input gives it (`2026-11-21T10:00`), meant in the time of the plant, as ISO 8601 with
 * its offset; undefined when it is none. An hour that the clocks repeat is its first, one that they skip the
 * time after it.
 */
export function plantTimeIso(local: string, timezone: string): string | undefined {
  const wall = Date.parse(`${local}Z`)
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?$/.test(local) || Number.isNaN(wall)) return undefined
  // The offset of the zone is known for an instant only: the days around it have both that can be meant.
  const candidates = [-1, 1].map((side) => wall - offsetAt(wall + side * 86_400_000, timezone))
  const fitting = candidates.filter((ms) => ms + offsetAt(ms, timezone) === wall)
  return formatIso(Math.min(...(fitting.length > 0 ? fitting : candidates.slice(0, 1))), timezone)
}

/** The other way, for an input. */
export function plantLocal(ms: number, timezone: string): string {
  return formatIso(ms, timezone).slice(0, 16)
}

function offsetAt(ms: number, timezone: string): number {
  const iso = formatIso(ms, timezone)
  const wall = Date.parse(`${iso.slice(0, 19)}Z`)
  return wall - Math.floor(ms / 1_000) * 1_000
}

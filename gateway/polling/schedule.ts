/** Where a device stands on its grid of polls. Times are monotonic milliseconds. */
export interface Due {
  readonly at: number
  /** Grid points that were passed over because they were already in the past. */
  readonly skipped: number
}

/** Polls are spread over their interval, but within this. */
const STAGGER_MS = 1_000

/**
 * The point of its grid before the second poll of device `index` of `count`. The first poll is made at the
 * start, so that nobody waits for a first value; the second follows half an interval to one and a half
 * after it, and from then on the devices and lines of a gateway are asked in turns instead of all at once.
 */
export function gridFrom(start: number, pollMs: number, place: { index: number; count: number }): number {
  const phaseMs = (Math.min(pollMs, STAGGER_MS) * place.index) / place.count
  return start + phaseMs - (phaseMs < pollMs / 2 ? 0 : pollMs)
}

/**
 * The next point of the grid `due + n * pollMs` after `now`. Points on the grid do not depend on how long
 * a poll took, so the rate does not drift; missed ones are skipped and counted, never caught up in a burst.
 */
export function nextDue(due: number, pollMs: number, now: number): Due {
  const steps = Math.max(1, Math.floor((now - due) / pollMs) + 1)
  return { at: due + steps * pollMs, skipped: steps - 1 }
}

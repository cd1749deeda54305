/** Where a device stands on its grid of polls. Times are monotonic milliseconds. */
export interface Due {
  readonly at: number
  /** Grid points that were passed over because they were already in the past. */
  readonly skipped: number
}

/** First polls of a line are spread over its interval, but within this, so that no device waits long. */
const STAGGER_MS = 1_000

/** When device `index` of `count` on a line is polled first. */
export function firstDue(start: number, pollMs: number, place: { index: number; count: number }): number {
  return start + (Math.min(pollMs, STAGGER_MS) * place.index) / place.count
}

/**
 * The next point of the grid `due + n * pollMs` after `now`. Points on the grid do not depend on how long
 * a poll took, so the rate does not drift; missed ones are skipped and counted, never caught up in a burst.
 */
export function nextDue(due: number, pollMs: number, now: number): Due {
  const steps = Math.max(1, Math.floor((now - due) / pollMs) + 1)
  return { at: due + steps * pollMs, skipped: steps - 1 }
}

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

/** How a device that keeps silent is polled. */
export interface Pace {
  /** Polls in a row that nothing of the device answered. */
  readonly silentPolls: number
  /** Grid points to let pass before the next probe. */
  readonly skip: number
}

export const FULL_PACE: Pace = { silentPolls: 0, skip: 0 }

/** Silent polls after which a device is asked less often, so that its timeouts do not fill the line. */
const PATIENCE = 3
const LONGEST_FACTOR = 16

/** After 3 silent polls every 2nd grid point, then every 4th, up to every 16th; one answer ends it. */
export function paceAfter(pace: Pace, answered: boolean): Pace {
  if (answered) return FULL_PACE
  const silentPolls = pace.silentPolls + 1
  const factor = silentPolls < PATIENCE ? 1 : Math.min(LONGEST_FACTOR, 2 ** (silentPolls - PATIENCE + 1))
  return { silentPolls, skip: factor - 1 }
}

/** After so many failures in a row the next try comes after this, the last one again and again, ms. */
const WAITS_MS = [1_000, 5_000, 15_000, 60_000, 300_000, 900_000] as const
/** Nobody is waited for longer, whatever is asked for, ms. */
const LONGEST_MS = 3_600_000
/** Part of a wait that chance takes away or adds, so that many servers do not come back together. */
const JITTER = 0.2

/** How long to wait after `failures` in a row, ms. `asked` is what the other side asks for, s; `random` is in [0, 1). */
export function retryWait(failures: number, random: number, asked: number | undefined): number {
  const usual = WAITS_MS[Math.min(Math.max(failures, 1), WAITS_MS.length) - 1] ?? LONGEST_MS
  const jittered = usual * (1 - JITTER + 2 * JITTER * random)
  // Who asks for peace gets all of it, and then some.
  const least = asked === undefined ? 0 : asked * 1_000 * (1 + JITTER * random)
  return Math.round(Math.min(LONGEST_MS, Math.max(jittered, least)))
}

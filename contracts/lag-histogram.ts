/** Upper bounds, ms; what took longer is in the last bucket. */
export const LAG_BOUNDS_MS = [
  1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 60_000, 600_000, 3_600_000,
] as const

/** How long things took. A batch counts once for each of its readings, so that many cost no more than one. */
export class LagHistogram {
  /** `counts[n]` took up to `LAG_BOUNDS_MS[n]` and longer than the bound before; the last one longer. */
  readonly counts: number[] = new Array<number>(LAG_BOUNDS_MS.length + 1).fill(0)
  sumMs = 0
  /** The longest. */
  maxMs = 0

  add(ms: number, times = 1): void {
    const index = LAG_BOUNDS_MS.findIndex((bound) => ms <= bound)
    const bucket = index === -1 ? LAG_BOUNDS_MS.length : index
    this.counts[bucket] = (this.counts[bucket] ?? 0) + times
    this.sumMs += Math.max(0, ms) * times
    this.maxMs = Math.max(this.maxMs, ms)
  }
}

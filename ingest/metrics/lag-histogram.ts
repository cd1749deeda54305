/** Upper bounds, ms; what took longer is in the last bucket. */
export const LAG_BOUNDS_MS = [
  1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 60_000, 600_000, 3_600_000,
] as const

/** How long things took. A batch counts once for each of its readings, so that many cost no more than one. */
export class LagHistogram {
  /** `counts[n]` took up to `LAG_BOUNDS_MS[n]` and longer than the bound before; the last one longer. */
  readonly counts: number[] = new Array<number>(LAG_BOUNDS_MS.length + 1).fill(0)
  sumMs = 0

  add(ms: number, times = 1): void {
    const index = LAG_BOUNDS_MS.findIndex((bound) => ms <= bound)
    const bucket = index === -1 ? LAG_BOUNDS_MS.length : index
    this.counts[bucket] = (this.counts[bucket] ?? 0) + times
    this.sumMs += Math.max(0, ms) * times
  }
}

/** Stations of a reading on its way, each counted from when it was sampled. */
export const STAGES = ['received', 'evaluated', 'confirmed', 'stored'] as const
export type Stage = (typeof STAGES)[number]

/** The lags of live readings, and apart from them those of history that was resent. */
export class Lags {
  readonly live = newStages()
  readonly backlog = newStages()

  add(stage: Stage, reading: { isLive: boolean; ms: number; times: number }): void {
    const { isLive, ms, times } = reading
    if (times > 0) (isLive ? this.live : this.backlog)[stage].add(ms, times)
  }
}

function newStages(): Record<Stage, LagHistogram> {
  return {
    received: new LagHistogram(),
    evaluated: new LagHistogram(),
    confirmed: new LagHistogram(),
    stored: new LagHistogram(),
  }
}

import { LagHistogram } from '../../contracts/lag-histogram.ts'

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

import { bell, type NoiseSource, wander } from './noise.ts'

/** Metres east and north of the plant's origin. */
export type Position = readonly [east: number, north: number]

export interface WindPlan {
  /** Mean speed, m/s. */
  readonly speed: number
  /** Where it blows from, degrees clockwise from north. */
  readonly from: number
}

/** A wind that veers (above 0) or backs steadily, as one does when a front passes. */
export interface TurningWind extends WindPlan {
  /** Degrees a minute, clockwise. */
  readonly turn: number
}

/** The wind some time after it began. */
export function turned({ speed, from, turn }: TurningWind, sinceMs: number): WindPlan {
  return { speed, from: from + (turn * sinceMs) / 60_000 }
}

/** How far the wind is off its mean, each in standard deviations. */
export interface WindState {
  readonly gust: number
  readonly veer: number
}

export const STILL: WindState = { gust: 0, veer: 0 }

const MEMORY_MS = 20_000
/** Standard deviations: share of the mean speed, and degrees. */
const GUST_SHARE = 0.12
const VEER_DEGREES = 7

export function stepWind(
  state: WindState,
  at: { step: number; stepMs: number; gust: NoiseSource; veer: NoiseSource },
): WindState {
  const share = { stepMs: at.stepMs, memoryMs: MEMORY_MS }
  return {
    gust: wander(state.gust, bell(at.gust, at.step), share),
    veer: wander(state.veer, bell(at.veer, at.step), share),
  }
}

/** Velocity of the air, m/s towards east and north; never quite still. */
export function airVelocity(plan: WindPlan, state: WindState): Position {
  const speed = Math.max(0.1, plan.speed * (1 + GUST_SHARE * state.gust))
  const from = ((plan.from + VEER_DEGREES * state.veer) * Math.PI) / 180
  return [-speed * Math.sin(from), -speed * Math.cos(from)]
}

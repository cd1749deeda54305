import { type NoiseSource, uniform } from './noise.ts'
import type { Position } from './wind.ts'

/** An accelerograph that gives the peak ground acceleration of the last second. */
export interface StationPlan {
  readonly sensor: string
  readonly at: Position
  /** Its ground's share of the shaking; a heavy foundation takes less than the free field. */
  readonly site: number
  readonly noise: NoiseSource
}

export interface Quake {
  readonly startedMs: number
  readonly durationMs: number
  /** Peak on ground with site 1, Gal. */
  readonly peakGal: number
  /** Where it comes from, degrees clockwise from north. */
  readonly from: number
}

/** m/s at which the waves cross the plant. */
const WAVE_SPEED = 300
/** Gal of everyday tremor. */
const TREMOR_GAL = 0.4
export const PEAK_WINDOW_MS = 1_000

/**
 * Peak acceleration in Gal of an earthquake of magnitude `magnitude`, `distanceKm` away: the attenuation
 * law of Fukushima and Tanaka (1990), log A = 0.41 M - log(R + 0.032 * 10^(0.41 M)) - 0.0034 R + 1.30.
 */
export function attenuatedPeak(magnitude: number, distanceKm: number): number {
  const near = 0.032 * 10 ** (0.41 * magnitude)
  return 10 ** (0.41 * magnitude - Math.log10(distanceKm + near) - 0.0034 * distanceKm + 1.3)
}

/** Milliseconds after the first station of the plant that the waves reach a place. */
export function arrivalDelayMs(from: number, place: Position, others: readonly Position[]): number {
  const bearing = (from * Math.PI) / 180
  const along = ([east, north]: Position) => -(east * Math.sin(bearing) + north * Math.cos(bearing))
  const first = Math.min(along(place), ...others.map(along))
  return ((along(place) - first) / WAVE_SPEED) * 1000
}

/** Strength over time, 0 to 1: a square rise (15 %), strong shaking (20 %), an exponential end. */
export function envelope(share: number): number {
  if (share < 0 || share > 1) return 0
  if (share < 0.15) return (share / 0.15) ** 2
  return share < 0.35 ? 1 : Math.exp((-4.5 * (share - 0.35)) / 0.65)
}

/** Largest acceleration within one step, Gal: envelope times noise, over the everyday tremor. */
export function stepPeak(
  station: StationPlan,
  at: { step: number; timeMs: number; quakes: readonly Quake[]; places: readonly Position[] },
): number {
  const roughness = uniform(station.noise, at.step)
  let peak = TREMOR_GAL * (0.5 + roughness)
  for (const quake of at.quakes) {
    const since = at.timeMs - quake.startedMs - arrivalDelayMs(quake.from, station.at, at.places)
    peak += quake.peakGal * envelope(since / quake.durationMs) * (0.5 + 0.5 * roughness)
  }
  return station.site * peak
}

/** The newest peaks of one window, the last one at the end. */
export function withPeak(peaks: readonly number[], peak: number, stepMs: number): readonly number[] {
  const kept = Math.max(1, Math.round(PEAK_WINDOW_MS / stepMs))
  return [...peaks.slice(-(kept - 1)), peak].slice(-kept)
}

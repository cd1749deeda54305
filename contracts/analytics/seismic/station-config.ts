import { AXES, type Axis } from './wave.ts'

/** How a station detects events and what it holds against its own instrument (domain figures: docs/seismic.md). */
export interface StationConfig {
  /** Short and long term average of the trigger, ms. */
  readonly staMs: number
  readonly ltaMs: number
  /** Ratios at which the trigger goes on, and off again. */
  readonly on: number
  readonly off: number
  /** Recorded before the trigger goes on and after it has gone off. */
  readonly preMs: number
  readonly postMs: number
  /** A record is no longer, the time before the event among it. */
  readonly maxEventMs: number
  /** Pass band of the trigger, Hz. */
  readonly band: readonly [low: number, high: number]
  /** Where the instrument clips, Gal; undefined: unknown, and nothing is taken for clipped. */
  readonly fullScale: number | undefined
  /** Root mean square without an event, Gal, beyond which the instrument is out of its specification; undefined: none. */
  readonly noiseLimit: number | undefined
  /** An axis that has not moved by a digit for so long is dead; undefined: never. */
  readonly deadAfterMs: number | undefined
  /** Those that the instrument has; the others are zero. */
  readonly axes: readonly Axis[]
}

/** Of a plant with machinery: STA 0.5 s, LTA 30 s, on 5, off 2. */
export const STATION_DEFAULTS: StationConfig = {
  staMs: 500,
  ltaMs: 30_000,
  on: 5,
  off: 2,
  preMs: 20_000,
  postMs: 40_000,
  maxEventMs: 180_000,
  band: [1, 10],
  fullScale: undefined,
  noiseLimit: undefined,
  deadAfterMs: 30_000,
  axes: AXES,
}

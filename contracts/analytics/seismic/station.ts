import type { Quality } from '../../quality.ts'
import { STATION_DEFAULTS, type StationConfig } from './station-config.ts'
import type { Axis, Feature, Wave } from './wave.ts'

/** What a station reads at the end of a second of the clock. */
export interface SecondFeatures {
  /** End of the second, epoch ms, a multiple of 1000. */
  readonly time: number
  /**
   * In the units of FEATURE_UNITS. One that is missing while the quality is not bad has not seen enough yet: the
   * trigger ratio before a long term average has passed. A reading of it is bad, `warm-up`.
   */
  readonly values: Readonly<Partial<Record<Feature, number>>>
  readonly quality: Quality
  /**
   * `comm-lost`: samples are missing. `above-range`: clipped. `frozen`: an axis is dead. `imprecise`: clipped
   * earlier in the event or the last minute. `out-of-spec`: too noisy. Undefined when good.
   */
  readonly reason: 'comm-lost' | 'above-range' | 'frozen' | 'imprecise' | 'out-of-spec' | undefined
  readonly isEvent: boolean
  /** The only axis that shakes while an event is under way, as of a bump or a bad cable. */
  readonly lone: Axis | undefined
}

/** An event whose record is closed. */
export interface SeismicEvent {
  /** When the trigger went on, epoch ms. */
  readonly onset: number
  /** First and behind the last sample of the wave, epoch ms. */
  readonly from: number
  readonly to: number
  readonly rate: number
  /** Of the event from its onset to the end of its record; `jma` by Fourier transform of the whole record. */
  readonly features: Readonly<Partial<Record<Feature, number>>>
  /** Record as measured. */
  readonly wave: Wave
  /** The only axis that shook. */
  readonly lone: Axis | undefined
  /** The record ends at its greatest length or at a gap, and the event may have gone on. */
  readonly isCut: boolean
  /** Clipped samples are among it: its figures are lower bounds. */
  readonly isClipped: boolean
}

export interface StationOutput {
  readonly seconds: readonly SecondFeatures[]
  readonly events: readonly SeismicEvent[]
  /** Events whose trigger went on, in time order: they come as `events` when their records are closed. */
  readonly started: readonly { readonly onset: number }[]
}

/** Since the station was made. */
export interface StationCounts {
  readonly samples: number
  /** Breaks of time, of rate, and samples that are no numbers. */
  readonly gaps: number
  /** Samples that had been there before, and were left out. */
  readonly repeated: number
  /** Runs of clipped samples. */
  readonly clipped: number
  readonly events: number
}

/**
 * Continuous acceleration of one accelerograph to what it reads once a second, and to events with their records.
 * Results do not depend on how the samples are cut into waves. Nothing of it outlives a restart: filters settle within
 * seconds, the trigger within a long term average.
 */
export class SeismicStation {
  readonly #config: StationConfig

  constructor(config: Partial<StationConfig> = {}) {
    this.#config = { ...STATION_DEFAULTS, ...config }
  }

  /** The next samples. One that begins more than half a sample too late is behind a gap. */
  take(_wave: Wave): StationOutput {
    return { seconds: [], events: [], started: [] }
  }

  /**
   * Nothing has come until now: what is under way ends at the last sample, and the second of it is bad. Seconds in
   * which there was no sample at all come from nowhere: who waits for them knows it from the clock.
   */
  silence(): StationOutput {
    return { seconds: [], events: [], started: [] }
  }

  get counts(): StationCounts {
    return { samples: 0, gaps: 0, repeated: 0, clipped: 0, events: 0 }
  }

  get config(): StationConfig {
    return this.#config
  }
}

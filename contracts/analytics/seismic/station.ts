import type { Quality } from '../../quality.ts'
import { Baseline } from './baseline.ts'
import { dominantFrequency } from './dominant-frequency.ts'
import type { EventUnderWay } from './event-under-way.ts'
import { InstrumentCheck } from './instrument-check.ts'
import { jmaAcceleration, jmaIntensity } from './jma-intensity.ts'
import { NoiseFloor } from './noise-floor.ts'
import { STATION_DEFAULTS, type StationConfig } from './station-config.ts'
import { type Baselines, JMA_WINDOW_S, Stretch } from './stretch.ts'
import { type Axis, type Feature, isSample, type Wave } from './wave.ts'

/** A gap no longer than this leaves the mean of each axis as it was, ms: the offset of an instrument is slow. */
const SAME_OFFSET_MS = 10_000
/** Samples that come again and are no older than this are left out, ms; older ones are a clock that was set back. */
const REPEATED_MS = 2_000
/** The dominant frequency is that of so long, s. */
const FREQUENCY_WINDOW_S = 10
/** Clipped samples make what looks back at them imprecise for so long, ms. */
const CLIPPED_MS = 60_000
const NO_SUMS = { cav: 0, standardizedCav: 0, arias: 0, si: 0 }

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
}

interface Output extends StationOutput {
  readonly seconds: SecondFeatures[]
  readonly events: SeismicEvent[]
}

/** What the instrument itself says about samples. */
interface SampleFlags {
  /** An axis was at full scale among them. */
  readonly isClipped?: boolean
}

interface Before {
  readonly rate: number
  /** When the next sample would have been due, epoch ms. */
  readonly next: number
  readonly baselines: Baselines
  /** End of the last second that was told, epoch ms. */
  readonly toldUpTo: number
  /** End of the second that the gap begins with, where none of its samples came, epoch ms. */
  readonly missed: number | undefined
}

/** Since the station was made. */
export interface StationCounts {
  readonly samples: number
  /** Breaks of time, of rate, and samples that are no numbers, or greater than any ground shakes. */
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
  #noise = new NoiseFloor()
  #stretch: Stretch | undefined
  #check: InstrumentCheck | undefined
  /** What is left of the stretch before a gap. */
  #before: Before | undefined
  /** The last clipped sample, epoch ms. */
  #clippedAt = Number.NEGATIVE_INFINITY
  /** Runs of the checks before this one. */
  #runsBefore = 0
  #samples = 0
  #gaps = 0
  #repeated = 0
  #events = 0

  constructor(config: Partial<StationConfig> = {}) {
    this.#config = { ...STATION_DEFAULTS, ...config }
  }

  get config(): StationConfig {
    return this.#config
  }

  get counts(): StationCounts {
    return {
      samples: this.#samples,
      gaps: this.#gaps,
      repeated: this.#repeated,
      clipped: this.#runsBefore + (this.#check?.runs ?? 0),
      events: this.#events,
    }
  }

  /** The next samples. One that begins more than half a sample too late is behind a gap. */
  take(wave: Wave, { isClipped = false }: SampleFlags = {}): StationOutput {
    const output: Output = { seconds: [], events: [] }
    const [ns, ew, ud] = wave.axes
    const dt = 1_000 / wave.rate
    for (let i = this.#fitIn(wave, output); i < ns.length; i += 1) {
      const north = ns[i] as number
      const east = ew[i] as number
      const up = ud[i] as number
      const time = wave.time + i * dt
      if (isSample(north) && isSample(east) && isSample(up)) {
        this.#stretch ??= this.#begin(wave.rate, time, output)
        this.#push(this.#stretch, { time, ns: north, ew: east, ud: up, isClipped }, output)
      } else this.#breakOff(output)
    }
    return output
  }

  /**
   * Nothing has come until now: what is under way ends at the last sample, and the second of it is bad. Seconds in
   * which there was no sample at all come from nowhere: who waits for them knows it from the clock.
   */
  silence(): StationOutput {
    const output: Output = { seconds: [], events: [] }
    this.#breakOff(output)
    if (this.#before !== undefined) this.#before = { ...this.#before, missed: undefined }
    return output
  }

  /** As silence, and what was measured until now says nothing of what comes: not even of the mean of an axis. */
  startAnew(): StationOutput {
    const output = this.silence()
    const before = this.#before
    if (before !== undefined) this.#before = { ...before, baselines: freshBaselines(before.rate) }
    this.#clippedAt = Number.NEGATIVE_INFINITY
    return output
  }

  /** Where in the wave the new samples begin; what is under way ends before it unless it goes on. */
  #fitIn({ time, rate, axes }: Wave, output: Output): number {
    const last = this.#stretch ?? this.#before
    if (last === undefined) return 0
    const dt = 1_000 / last.rate
    const late = time - last.next
    if (rate === last.rate && late < -dt / 2 && late >= -REPEATED_MS) {
      const repeated = Math.min(axes[0].length, Math.round(-late / dt))
      this.#repeated += repeated
      return repeated
    }
    if (rate !== last.rate || Math.abs(late) > dt / 2) this.#breakOff(output)
    return 0
  }

  #begin(rate: number, time: number, { seconds }: Output): Stretch {
    const before = this.#before
    // A clock that was set back: what has clipped lies ahead of it.
    if (time < this.#clippedAt) this.#clippedAt = Number.NEGATIVE_INFINITY
    const isSame = before?.rate === rate && Math.abs(time - before.next) <= SAME_OFFSET_MS
    if (before?.rate !== rate) {
      this.#runsBefore += this.#check?.runs ?? 0
      this.#check = new InstrumentCheck(this.#config, rate)
      this.#noise = new NoiseFloor()
    }
    const baselines = isSame ? before.baselines : freshBaselines(rate)
    const stretch = new Stretch(this.#config, { rate, time, baselines })
    // A second is told once; the first of all began before the station.
    if (before === undefined ? stretch.second === 'partial' : before.toldUpTo === stretch.end)
      stretch.second = 'told'
    const missed = before?.missed
    if (missed !== undefined && missed < stretch.end)
      seconds.push({ time: missed, values: {}, quality: 'bad', reason: 'comm-lost' })
    return stretch
  }

  #push(
    stretch: Stretch,
    at: { time: number; ns: number; ew: number; ud: number; isClipped: boolean },
    output: Output,
  ): void {
    const { motion, trigger, ring } = stretch
    const { time, ns, ew, ud } = at
    if (time >= stretch.end - stretch.tolerance) this.#endSecond(stretch, output)
    this.#samples += 1
    motion.push(ns, ew, ud)
    trigger.push(motion.triggering2)
    ring.push(ns, ew, ud)
    // The check sees every sample, whatever the instrument says.
    if (this.#check?.push(ns, ew, ud) || at.isClipped) {
      stretch.isClipped = true
      this.#clippedAt = time
      if (stretch.event !== undefined) stretch.event.isClipped = true
    }
    stretch.peaks.add(motion, trigger.ratio)
    stretch.next = time + stretch.dt
    this.#follow(stretch, at, output)
    if (stretch.next >= stretch.end - stretch.tolerance) this.#endSecond(stretch, output)
  }

  /** The event: begins, goes on, its record is closed, ends. */
  #follow(
    stretch: Stretch,
    { time, ns, ew, ud }: { time: number; ns: number; ew: number; ud: number },
    output: Output,
  ): void {
    const { motion, trigger } = stretch
    const { isOn, ratio } = trigger
    let { event } = stretch
    if (event !== undefined) event.record?.push(ns, ew, ud)
    else if (isOn) {
      event = stretch.beginEvent(time)
      event.isClipped = this.#clippedAt >= event.from
      stretch.event = event
      stretch.isEvent = true
    } else return
    event.add(motion, ratio)
    event.quiet = isOn ? 0 : event.quiet + 1
    const isOver = event.quiet >= Math.max(1, event.record === undefined ? 1 : stretch.post)
    if (isOver || event.record?.isFull) this.#closeRecord(event, output, !isOver)
    if (isOver) stretch.event = undefined
  }

  #closeRecord(event: EventUnderWay, { events }: Output, isCut: boolean): void {
    const { record, rate, from, onset, isClipped } = event
    if (record === undefined) return
    event.record = undefined
    const { axes, length } = record
    const noise = this.#noise.value
    this.#events += 1
    events.push({
      onset: toMicrosecond(onset),
      from: toMicrosecond(from),
      to: toMicrosecond(from + (length * 1_000) / rate),
      rate,
      features: { ...event.features(axes), ...(noise === undefined ? {} : { noise }) },
      wave: { time: toMicrosecond(from), rate, axes },
      lone: event.peaks.loneAxis(this.#config.axes),
      isCut,
      isClipped,
    })
  }

  #endSecond(stretch: Stretch, { seconds }: Output): void {
    const { end, event, peaks, ring, rate, trigger, isEvent } = stretch
    const verdict = this.#verdictOf(stretch)
    if (stretch.second === 'whole') {
      if (!isEvent && verdict.quality !== 'bad') this.#noise.add(peaks.squares, peaks.count)
      const noise = this.#noise.value
      const { staLta, ...values } = peaks.values()
      const frequency =
        ring.length >= FREQUENCY_WINDOW_S * rate
          ? dominantFrequency({ axes: ring.last(FREQUENCY_WINDOW_S * rate), rate })
          : undefined
      seconds.push({
        time: end,
        values: {
          ...values,
          // Before the trigger is ready nobody knows whether there is an event: a gap within one ends none.
          ...(event?.sums() ?? (trigger.isReady ? NO_SUMS : {})),
          ...(event === undefined ? {} : { gbt17742: event.peaks.values().gbt17742 }),
          ...(trigger.isReady ? { staLta } : {}),
          jma: jmaIntensity(jmaAcceleration({ axes: ring.last(JMA_WINDOW_S * rate), rate })),
          ...(frequency === undefined ? {} : { frequency }),
          ...(noise === undefined ? {} : { noise }),
          ...(trigger.isReady ? { event: Number(isEvent) } : {}),
        },
        ...verdict,
      })
    } else if (stretch.second === 'partial') seconds.push({ time: end, values: {}, ...verdict })
    event?.cumulative.endSecond()
    stretch.beginSecond(end)
  }

  #verdictOf({ second, isClipped, end, event }: Stretch): Pick<SecondFeatures, 'quality' | 'reason'> {
    const noise = this.#noise.value
    const { noiseLimit } = this.#config
    if (this.#check?.isDead) return { quality: 'bad', reason: 'frozen' }
    if (isClipped) return { quality: 'bad', reason: 'above-range' }
    if (second !== 'whole') return { quality: 'bad', reason: 'comm-lost' }
    if (end - 1_000 < this.#clippedAt + CLIPPED_MS || event?.isClipped === true)
      return { quality: 'uncertain', reason: 'imprecise' }
    if (noise !== undefined && noiseLimit !== undefined && noise > noiseLimit)
      return { quality: 'uncertain', reason: 'out-of-spec' }
    return { quality: 'good', reason: undefined }
  }

  #breakOff(output: Output): void {
    const stretch = this.#stretch
    if (stretch === undefined) return
    this.#gaps += 1
    const { event, rate, next, baselines, peaks, end } = stretch
    const isBegun = peaks.count > 0 || stretch.second !== 'whole'
    if (isBegun) {
      if (stretch.second === 'whole') stretch.second = 'partial'
      this.#endSecond(stretch, output)
    }
    if (event !== undefined) this.#closeRecord(event, output, true)
    this.#before = {
      rate,
      next,
      baselines,
      toldUpTo: isBegun ? end : end - 1_000,
      missed: isBegun ? undefined : end,
    }
    this.#stretch = undefined
  }
}

function freshBaselines(rate: number): Baselines {
  return [new Baseline(rate), new Baseline(rate), new Baseline(rate)]
}

/** Times are sums of many steps; below is rounding. */
function toMicrosecond(time: number): number {
  return Math.round(time * 1_000) / 1_000
}

import { CumulativeMotion } from './cumulative.ts'
import { dominantFrequency } from './dominant-frequency.ts'
import { jmaAcceleration, jmaIntensity } from './jma-intensity.ts'
import type { Motion } from './motion.ts'
import { Peaks } from './peaks.ts'
import { SpectralIntensity } from './spectral-intensity.ts'
import type { Feature, Wave } from './wave.ts'
import type { WaveRecord } from './wave-record.ts'

/** What the dominant frequency of an event is taken from: so long around its peak, s. */
const STRONG_S = 10

/** An event from its onset on: its figures, and its record while that is open. */
export class EventUnderWay {
  readonly onset: number
  readonly rate: number
  readonly peaks = new Peaks()
  readonly cumulative: CumulativeMotion
  readonly #si: SpectralIntensity
  /** When the record begins, epoch ms. */
  readonly from: number
  /** Undefined once it is closed. */
  record: WaveRecord | undefined
  isClipped = false
  /** Samples since the trigger went off. */
  quiet = 0
  #peak2 = 0
  /** Where in the record it is strongest. */
  #peakAt = 0

  constructor(onset: number, record: { rate: number; from: number; record: WaveRecord }) {
    this.onset = onset
    this.rate = record.rate
    this.from = record.from
    this.record = record.record
    this.cumulative = new CumulativeMotion(record.rate)
    this.#si = new SpectralIntensity(record.rate)
  }

  /** Behind the sample's entry into the record. */
  add(motion: Motion, ratio: number): void {
    const { ns, ew, ud } = motion
    this.peaks.add(motion, ratio)
    this.cumulative.add(ns.acceleration, ew.acceleration, ud.acceleration)
    this.#si.push(ns.acceleration, ew.acceleration)
    if (motion.acceleration2 > this.#peak2 && this.record !== undefined) {
      this.#peak2 = motion.acceleration2
      this.#peakAt = this.record.length - 1
    }
  }

  /** What adds up over the event. */
  sums() {
    const { cav, standardizedCav, arias } = this.cumulative
    return { cav, standardizedCav, arias, si: this.#si.value } satisfies Partial<Record<Feature, number>>
  }

  /** Of the whole record. */
  features(axes: Wave['axes']): Partial<Record<Feature, number>> {
    const { rate } = this
    const strong = Math.round(STRONG_S * rate)
    const begin = Math.max(0, Math.min(this.#peakAt - Math.round(strong / 2), axes[0].length - strong))
    const cut = (axis: Float64Array) => axis.subarray(begin, begin + strong)
    const frequency = dominantFrequency({ axes: [cut(axes[0]), cut(axes[1]), cut(axes[2])], rate })
    return {
      ...this.peaks.values(),
      ...this.sums(),
      jma: jmaIntensity(jmaAcceleration({ axes, rate })),
      ...(frequency === undefined ? {} : { frequency }),
    }
  }
}

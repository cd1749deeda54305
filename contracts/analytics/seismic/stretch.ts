import type { Baseline } from './baseline.ts'
import { EventUnderWay } from './event-under-way.ts'
import { Motion } from './motion.ts'
import { Peaks } from './peaks.ts'
import type { StationConfig } from './station-config.ts'
import { Trigger } from './trigger.ts'
import { WaveRecord } from './wave-record.ts'
import { WaveRing } from './wave-ring.ts'

/** The live intensity of the JMA looks back so far, s. */
export const JMA_WINDOW_S = 60

export type Baselines = readonly [Baseline, Baseline, Baseline]

/** Samples without a gap: what begins anew behind one. */
export class Stretch {
  readonly rate: number
  readonly dt: number
  readonly baselines: Baselines
  readonly motion: Motion
  readonly trigger: Trigger
  readonly ring: WaveRing
  readonly #pre: number
  readonly #longest: number
  readonly post: number
  event: EventUnderWay | undefined
  /** When the next sample is due, epoch ms. */
  next: number
  /** End of the second under way, epoch ms, and what there is of it. */
  end = 0
  second: 'whole' | 'partial' | 'told' = 'whole'
  peaks = new Peaks()
  isEvent = false
  isClipped = false

  constructor(config: StationConfig, at: { rate: number; time: number; baselines: Baselines }) {
    const samples = (ms: number) => Math.round((ms / 1_000) * at.rate)
    this.rate = at.rate
    this.dt = 1_000 / at.rate
    this.next = at.time
    this.baselines = at.baselines
    this.motion = new Motion(at.baselines, at.rate, config.band)
    this.trigger = new Trigger(config, at.rate)
    this.#pre = samples(config.preMs)
    this.post = samples(config.postMs)
    this.#longest = Math.max(1, samples(config.maxEventMs))
    this.ring = new WaveRing(Math.max(this.#pre + 1, JMA_WINDOW_S * at.rate))
    this.beginSecond(at.time)
    this.second = this.end - at.time > 1_000 - this.dt + this.tolerance ? 'whole' : 'partial'
  }

  /** Times are sums: what is closer is the same, ms. */
  get tolerance(): number {
    return this.dt / 1_000
  }

  beginSecond(time: number): void {
    this.end = (Math.floor((time + this.tolerance) / 1_000) + 1) * 1_000
    this.second = 'whole'
    this.peaks = new Peaks()
    this.isEvent = this.event !== undefined
    this.isClipped = false
  }

  /** The trigger went on with the sample that was pushed last. */
  beginEvent(time: number): EventUnderWay {
    const before = this.ring.last(this.#pre + 1)
    const record = new WaveRecord(before, this.#longest)
    return new EventUnderWay(time, {
      rate: this.rate,
      from: time - (record.length - 1) * this.dt,
      record,
    })
  }
}

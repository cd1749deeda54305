import { AXES } from '../../contracts/analytics/seismic/wave.ts'
import { type NoiseSource, streamOf } from '../plant/noise.ts'
import { machineryAt, offsetOf } from './machinery.ts'
import type { Axes, Shaking } from './shaking.ts'
import type { Trouble } from './trouble.ts'

/** What a channel is: an axis, and whether it counts downwards. */
export interface Channel {
  readonly axis: 0 | 1 | 2
  readonly sign: 1 | -1
}

export interface DigitiserPlan {
  /** Id of the device. */
  readonly device: string
  /** Samples per second. */
  readonly rate: number
  /** Counts per Gal. */
  readonly scale: number
  /** Gal. */
  readonly fullScale: number
  readonly channels: readonly [Channel, Channel, Channel]
  /** Standard deviation of what the machines of the plant do, Gal. */
  readonly machineryGal: number
  readonly seed: number
}

/** What an instrument has digitised within one step of the plant. */
export interface Block {
  /** One more with each block, of those too that are lost. */
  readonly sequence: number
  /** Of its first sample, epoch ms as the instrument has it; undefined when it does not know the time. */
  readonly timeMs: number | undefined
  readonly isSynchronised: boolean
  /** Some sample was at full scale. */
  readonly isClipped: boolean
  /** It is damaged on its way. */
  readonly isDamaged: boolean
  readonly channels: Axes<Int32Array>
}

/** Who brings blocks to a line. */
export interface Outlet {
  take(block: Block): void
}

/** A gain that is wrong by so much brings the noise of a plant to full scale. */
const WRONG_GAIN = 100_000

/** A three-axis digitiser: machinery, offset and whatever shakes it become counts, sample by sample. */
export class Digitiser {
  readonly plan: DigitiserPlan
  #startedAt: number
  readonly #noises: Axes<NoiseSource>
  readonly #outlets: Outlet[] = []
  #shakings: readonly Shaking[] = []
  #troubles: readonly Trouble[] = []
  /** Number of the next sample. */
  #next = 0
  #sequence = 0
  /** What a dead channel holds. Key: the axis. */
  readonly #held = new Map<number, number>()

  /** `startedAt` is the time of its first sample, epoch ms. */
  constructor(plan: DigitiserPlan, startedAt: number) {
    this.plan = plan
    this.#startedAt = startedAt
    const noise = (axis: string): NoiseSource => ({
      seed: plan.seed,
      stream: streamOf(`${plan.device} ${axis}`),
    })
    this.#noises = [noise('ns'), noise('ew'), noise('ud')]
  }

  attach(outlet: Outlet): void {
    this.#outlets.push(outlet)
  }

  /** Number of the sample that is taken at a simulated time, or next after it. */
  sampleAt(timeMs: number): number {
    return Math.ceil((timeMs * this.plan.rate) / 1_000)
  }

  /** What shakes it from now on; what is over is forgotten. */
  shake(shaking: Shaking): void {
    this.#shakings = [
      ...this.#shakings.filter(({ first, axes }) => first + axes[0].length > this.#next),
      shaking,
    ]
  }

  /** Time that went by without a sample, ms. */
  skip(ms: number): void {
    this.#startedAt += ms
  }

  suffer(troubles: readonly Trouble[]): void {
    this.#troubles = troubles
  }

  /** Digitises up to a simulated time, ms, which is not before that of the last call. */
  advance(timeMs: number): void {
    const first = this.#next
    const end = this.sampleAt(timeMs)
    if (end <= first) return
    this.#next = end
    const block = this.#digitise(first, end - first)
    this.#sequence += 1
    if (this.#has('gap') !== undefined) return
    for (const outlet of this.#outlets) outlet.take(block)
  }

  #has(kind: Trouble['kind']): Trouble | undefined {
    return this.#troubles.find((trouble) => trouble.kind === kind)
  }

  #digitise(first: number, length: number): Block {
    const { channels, rate } = this.plan
    const axes = this.#acceleration(first, length)
    let isClipped = false
    const counted = ({ axis, sign }: Channel) =>
      Int32Array.from(axes[axis], (gal) => {
        const counts = this.#counts(sign * gal)
        isClipped ||= counts.isClipped
        return counts.value
      })
    const counts = [counted(channels[0]), counted(channels[1]), counted(channels[2])] as const
    const isUnset = this.#has('no-clock') !== undefined
    const offset = this.#has('clock')?.offsetMs ?? 0
    return {
      sequence: this.#sequence,
      timeMs: isUnset ? undefined : this.#startedAt + offset + (first * 1_000) / rate,
      isSynchronised: !isUnset && this.#has('free-clock') === undefined,
      isClipped,
      isDamaged: this.#has('damaged') !== undefined,
      channels: counts,
    }
  }

  #counts(gal: number): { value: number; isClipped: boolean } {
    const { scale, fullScale } = this.plan
    const isClipped = Math.abs(gal) >= fullScale
    return { value: Math.round(scale * Math.max(-fullScale, Math.min(fullScale, gal))), isClipped }
  }

  /** Gal of each axis. */
  #acceleration(first: number, length: number): Axes {
    const { rate, machineryGal } = this.plan
    const gain = this.#has('clipping') === undefined ? 1 : WRONG_GAIN
    const dead = new Set(
      this.#troubles.flatMap(({ kind, axis }) => (kind === 'dead-channel' ? [AXES.indexOf(axis)] : [])),
    )
    const measured = (axis: 0 | 1 | 2) => {
      const noise = this.#noises[axis]
      const offset = offsetOf(noise)
      return Float64Array.from({ length }, (_, at) => {
        const index = first + at
        let gal = offset + machineryGal * machineryAt(noise, index, rate)
        for (const shaking of this.#shakings) gal += shaking.axes[axis][index - shaking.first] ?? 0
        const shown = dead.has(axis) ? (this.#held.get(axis) ?? gal) : gal
        this.#held.set(axis, shown)
        return gain * shown
      })
    }
    return [measured(0), measured(1), measured(2)]
  }
}

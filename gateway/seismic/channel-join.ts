import type { BlockFlags, SampleBlock, SampleLoss } from './sample-block.ts'

/** Samples of one channel without a gap. */
export interface ChannelRun {
  /** When the first was taken, epoch ms; a fraction counts. */
  readonly time: number
  readonly rate: number
  readonly samples: ArrayLike<number>
  readonly flags: BlockFlags
}

interface Queued extends ChannelRun {
  /** How many of its samples are gone already. */
  taken: number
}

interface Channel {
  readonly queue: Queued[]
  /** Behind the newest sample that was had, epoch ms. */
  end: number
}

/** A channel that says nothing while the others have this much is not waited for, ms. */
const PATIENCE_MS = 30_000
/** A clock that goes back further was set, ms. */
const STEP_MS = 60_000

/**
 * Three channels that come each for itself, joined by time to samples of three axes. Where one has nothing there is a
 * gap for all. Channels of one digitiser are sampled together: times that differ by less than half a sample are one.
 */
export class ChannelJoin {
  readonly #rate: number
  readonly #onLoss: (kind: SampleLoss, count: number) => void
  #channels: readonly [Channel, Channel, Channel] = threeChannels()

  constructor(rate: number, onLoss: (kind: SampleLoss, count: number) => void) {
    this.#rate = rate
    this.#onLoss = onLoss
  }

  /** The next run of channel 0, 1 or 2. */
  add(index: 0 | 1 | 2, run: ChannelRun): SampleBlock[] {
    if (run.rate !== this.#rate) {
      this.#onLoss('rate', 1)
      return []
    }
    if (run.time < this.#channels[index].end - STEP_MS) {
      this.#onLoss('clock-step', 1)
      this.#channels = threeChannels()
    }
    const channel = this.#channels[index]
    const repeated = Math.max(0, this.#samplesIn(channel.end - run.time))
    if (repeated > 0) this.#onLoss('repeated', 1)
    if (repeated >= run.samples.length) return []
    channel.queue.push({ ...run, taken: repeated })
    channel.end = run.time + this.#ms(run.samples.length)
    const blocks = this.#join()
    this.#giveUpWaiting()
    return blocks
  }

  #join(): SampleBlock[] {
    const blocks: SampleBlock[] = []
    for (;;) {
      const [a, b, c] = this.#channels.map(({ queue }) => queue[0])
      if (a === undefined || b === undefined || c === undefined) return blocks
      const heads = [a, b, c] as const
      const start = Math.max(...heads.map((head) => this.#startOf(head)))
      for (const head of heads) this.#dropBefore(head, start)
      const length = Math.min(...heads.map(({ samples, taken }) => samples.length - taken))
      if (length > 0) blocks.push(this.#blockOf(heads, length))
      for (const { queue } of this.#channels) {
        const [head] = queue
        if (head !== undefined && head.taken >= head.samples.length) queue.shift()
      }
    }
  }

  #blockOf(heads: readonly [Queued, Queued, Queued], length: number): SampleBlock {
    const time = this.#startOf(heads[0])
    const [a = [], b = [], c = []] = heads.map(({ samples, taken }) =>
      Array.prototype.slice.call(samples, taken, taken + length),
    )
    for (const head of heads) head.taken += length
    const flags = {
      isTimed: heads.every((head) => head.flags.isTimed),
      isClipped: heads.some((head) => head.flags.isClipped),
      isTest: heads.some((head) => head.flags.isTest),
    }
    return { time, rate: this.#rate, channels: [a, b, c], flags }
  }

  /** Channels come in the order of their time: what another has passed by never comes. */
  #dropBefore(head: Queued, start: number): void {
    const behind = Math.min(this.#samplesIn(start - this.#startOf(head)), head.samples.length - head.taken)
    if (behind <= 0) return
    head.taken += behind
    this.#onLoss('unmatched', behind)
  }

  #giveUpWaiting(): void {
    const latest = Math.max(...this.#channels.map(({ end }) => end))
    for (const { queue } of this.#channels) {
      for (const head of queue) {
        this.#dropBefore(head, latest - PATIENCE_MS)
        if (head.taken < head.samples.length) break
      }
      while (queue[0] !== undefined && queue[0].taken >= queue[0].samples.length) queue.shift()
    }
  }

  #startOf({ time, taken }: Queued): number {
    return time + this.#ms(taken)
  }

  #ms(samples: number): number {
    return (samples * 1_000) / this.#rate
  }

  #samplesIn(ms: number): number {
    return Math.round((ms * this.#rate) / 1_000)
  }
}

function threeChannels(): [Channel, Channel, Channel] {
  const fresh = (): Channel => ({ queue: [], end: Number.NEGATIVE_INFINITY })
  return [fresh(), fresh(), fresh()]
}

import type { BlockFlags, SampleBlock, SampleLoss } from './sample-block.ts'

/** Samples of one channel without a gap. */
export interface ChannelRun {
  /** When the first was taken, epoch ms; a fraction counts. */
  readonly time: number
  readonly rate: number
  readonly samples: ArrayLike<number>
  readonly flags: BlockFlags
  /** Of the packet that it came in. */
  readonly sequence: number
}

/** Samples of three axes, dated. */
export type JoinedBlock = SampleBlock & { readonly time: number }

interface Queued extends ChannelRun {
  /** How many of its samples are gone already. */
  taken: number
}

interface Channel {
  readonly queue: Queued[]
  /** Behind the newest sample that was had, epoch ms. */
  end: number
  /** Since when nothing but what was had before has come, monotonic ms. */
  behindSince: number | undefined
}

/** A channel that says nothing while the others have this much is not waited for, ms. */
const PATIENCE_MS = 30_000
/** A channel that sends nothing but old samples for so long is not sent what was had: its clock was set back. ms. */
const HOLD_MS = 30_000

/**
 * Three channels that come each for itself, joined by time to samples of three axes. Where one has nothing there is a
 * gap for all. Channels of one digitiser are sampled together: times that differ by less than half a sample are one.
 */
export class ChannelJoin {
  readonly #rate: number
  readonly #onLoss: (kind: SampleLoss, count: number) => void
  #channels: readonly [Channel, Channel, Channel] = threeChannels()
  #end: number | undefined

  constructor(rate: number, onLoss: (kind: SampleLoss, count: number) => void) {
    this.#rate = rate
    this.#onLoss = onLoss
  }

  /** Behind the newest sample of three axes, epoch ms. */
  get end(): number | undefined {
    return this.#end
  }

  /** Sequences of the packets of which samples wait: the oldest of each channel. */
  get waiting(): number[] {
    return this.#channels.flatMap(({ queue }) => queue[0]?.sequence ?? [])
  }

  /** Samples before were had by a process before, epoch ms. */
  goOnFrom(end: number): void {
    this.#end = end
    this.#channels = threeChannels(end)
  }

  /** The next run of channel 0, 1 or 2, at a monotonic time. */
  add(index: 0 | 1 | 2, run: ChannelRun, now: number): JoinedBlock[] {
    if (run.rate !== this.#rate) {
      this.#onLoss('rate', 1)
      return []
    }
    let channel = this.#channels[index]
    let repeated = this.#repeatedOf(channel, run)
    if (repeated >= run.samples.length) {
      channel.behindSince ??= now
      if (now - channel.behindSince < HOLD_MS) {
        this.#onLoss('repeated', 1)
        return []
      }
      this.#channels = threeChannels()
      channel = this.#channels[index]
      repeated = 0
    }
    channel.behindSince = undefined
    if (repeated > 0) this.#onLoss('repeated', 1)
    channel.queue.push({ ...run, taken: repeated })
    channel.end = run.time + this.#ms(run.samples.length)
    const blocks = this.#join()
    this.#giveUpWaiting()
    return blocks
  }

  #repeatedOf({ end }: Channel, { time }: ChannelRun): number {
    return Math.max(0, this.#samplesIn(end - time))
  }

  #join(): JoinedBlock[] {
    const blocks: JoinedBlock[] = []
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

  #blockOf(heads: readonly [Queued, Queued, Queued], length: number): JoinedBlock {
    const time = this.#startOf(heads[0])
    const [a = [], b = [], c = []] = heads.map(({ samples, taken }) =>
      Array.prototype.slice.call(samples, taken, taken + length),
    )
    for (const head of heads) head.taken += length
    this.#end = this.#startOf(heads[0])
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

function threeChannels(end = Number.NEGATIVE_INFINITY): [Channel, Channel, Channel] {
  const fresh = (): Channel => ({ queue: [], end, behindSince: undefined })
  return [fresh(), fresh(), fresh()]
}

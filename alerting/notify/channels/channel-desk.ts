import { CodedError } from '../../../contracts/errors.ts'
import type { Delivery, Receipt } from '../../../contracts/notify/message.ts'
import type { Channel } from '../../../contracts/notify/plan.ts'
import type { Outlet } from './outlet.ts'

export interface FacilityChannels {
  readonly facility: string
  readonly channels: readonly Channel[]
}

interface Placed {
  readonly channel: Channel
  readonly outlet: Promise<Outlet>
}

/** Makes what a channel sends by. What it needs is loaded then, and not before. */
export type MakeOutlet = (channel: Channel) => Promise<Outlet>

const REPLACED = new CodedError('CHANNEL_FAILED', 'the channel was changed meanwhile')
/** So long what has begun may end by itself at a close, ms. */
const GRACE_MS = 3_000

/** The channels of all facilities, each with connections of its own. */
export class ChannelDesk {
  readonly #make: MakeOutlet
  /** Key: facility; then the id of the channel. */
  readonly #facilities = new Map<string, Map<string, Placed>>()
  readonly #sending = new Set<Promise<unknown>>()

  constructor(make: MakeOutlet) {
    this.#make = make
  }

  /** One that stays as it is keeps its connections. */
  configure({ facility, channels }: FacilityChannels): void {
    const before = this.#facilities.get(facility) ?? new Map<string, Placed>()
    const after = new Map<string, Placed>()
    for (const channel of channels) {
      const old = before.get(channel.id)
      const isSame = old !== undefined && JSON.stringify(old.channel) === JSON.stringify(channel)
      after.set(channel.id, isSame ? old : this.#place(channel))
    }
    this.#facilities.set(facility, after)
    for (const [id, placed] of before)
      if (after.get(id) !== placed)
        void placed.outlet.then(
          (outlet) => outlet.end(REPLACED),
          () => undefined,
        )
  }

  /** @throws CodedError CHANNEL_* or RECEIVER_UNREACHED */
  async send(delivery: Delivery): Promise<Receipt> {
    const outlet = await this.#outlet(delivery.facility, delivery.channel)
    return this.#kept(outlet.send(delivery))
  }

  /** @throws CodedError CHANNEL_* */
  async probe(facility: string, channel: string): Promise<void> {
    const outlet = await this.#outlet(facility, channel)
    await this.#kept(outlet.probe())
  }

  /** What waits fails at once with THREAD_ENDED; what has begun has some seconds to end. */
  async stop(): Promise<void> {
    const error = new CodedError('THREAD_ENDED', 'the channels are being closed')
    const placed = [...this.#facilities.values()].flatMap((channels) => [...channels.values()])
    const settled = await Promise.allSettled(placed.map(({ outlet }) => outlet))
    const outlets = settled.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
    for (const outlet of outlets) outlet.end(error)
    const timer = setTimeout(() => {
      for (const outlet of outlets) outlet.abort(error)
    }, GRACE_MS)
    await Promise.allSettled(this.#sending)
    clearTimeout(timer)
  }

  #place(channel: Channel): Placed {
    const outlet = this.#make(channel)
    // Whoever uses it is told; nobody has to.
    outlet.catch(() => undefined)
    return { channel, outlet }
  }

  async #outlet(facility: string, channel: string): Promise<Outlet> {
    const placed = this.#facilities.get(facility)?.get(channel)
    if (placed === undefined) throw new CodedError('CHANNEL_UNKNOWN', `${facility} has no channel ${channel}`)
    return placed.outlet
  }

  async #kept<T>(work: Promise<T>): Promise<T> {
    this.#sending.add(work)
    try {
      return await work
    } finally {
      this.#sending.delete(work)
    }
  }
}

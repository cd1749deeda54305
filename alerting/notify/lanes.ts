import type { Facility } from '../../contracts/facility.ts'
import type { Channel } from '../../contracts/notify/plan.ts'
import { ChannelLane, type ChannelLaneOptions } from './channel-lane.ts'
import type { Sender } from './channels/sender.ts'
import type { Notice } from './notice.ts'

/** A channel that nobody has used for so long is tried without a message, so that it fails before it is needed, ms. */
const QUIET_MS = 600_000

interface LanesOptions extends Pick<ChannelLaneOptions, 'muted' | 'record' | 'onUnreached' | 'now'> {
  sender: Pick<Sender, 'configure' | 'probe'>
  send: (
    facility: string,
    channel: Channel,
    notices: readonly Notice[],
    attempt: number,
  ) => ReturnType<Sender['send']>
  onState: (facility: string, channel: string, lane: ChannelLane) => void
  onTrouble: (facility: string, error: unknown) => void
}

/** The lanes of all channels of all facilities, as the facility files say now. */
export class Lanes {
  readonly #options: LanesOptions
  /** Key: facility; then channel. */
  readonly #lanes = new Map<string, Map<string, ChannelLane>>()
  /** What each facility was configured with. */
  readonly #plans = new Map<string, Facility['notify']>()

  constructor(options: LanesOptions) {
    this.#options = options
  }

  get(facility: string, channel: string): ChannelLane | undefined {
    return this.#lanes.get(facility)?.get(channel)
  }

  *all(): Generator<ChannelLane> {
    for (const lanes of this.#lanes.values()) yield* lanes.values()
  }

  /**
   * Takes what the facility file says now. What waited for a channel that is no more is given back; undefined: the
   * file says what it said before.
   */
  follow(facility: Facility): Notice[] | undefined {
    const { id, notify } = facility
    if (this.#plans.get(id) === notify) return undefined
    const wasUsed = this.#plans.get(id) !== undefined && this.#lanes.get(id)?.size !== 0
    this.#plans.set(id, notify)
    if (notify.channels.size > 0 || wasUsed)
      this.#options.sender
        .configure(id, [...notify.channels.values()])
        .catch((error: unknown) => this.#options.onTrouble(id, error))
    const before = this.#lanes.get(id) ?? new Map<string, ChannelLane>()
    const after = new Map<string, ChannelLane>()
    for (const [name, channel] of notify.channels) {
      const known = before.get(name)
      // What is known of it, and of what waits for it, stays.
      after.set(name, known ?? this.#lane(id, channel))
    }
    this.#lanes.set(id, after)
    return [...before].filter(([name]) => !after.has(name)).flatMap(([, lane]) => lane.drain())
  }

  pump(): void {
    for (const lane of this.all()) lane.pump()
  }

  /** Tries the channels that nobody uses. */
  async probe(): Promise<void> {
    const { sender } = this.#options
    const probes = [...this.#lanes].flatMap(([facility, lanes]) =>
      [...lanes].map(([name, lane]) => lane.probe(() => sender.probe(facility, name), QUIET_MS)),
    )
    await Promise.all(probes)
  }

  clockStepped(step: number): void {
    for (const lane of this.all()) lane.clockStepped(step)
  }

  #lane(facility: string, first: Channel): ChannelLane {
    const { muted, record, onUnreached, now, send, onState } = this.#options
    const channel = () => this.#plans.get(facility)?.channels.get(first.id) ?? first
    const lane: ChannelLane = new ChannelLane({
      channel,
      send: (notices, attempt) => send(facility, channel(), notices, attempt),
      muted,
      record,
      onUnreached,
      onState: () => onState(facility, first.id, lane),
      now,
    })
    return lane
  }
}

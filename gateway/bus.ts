import type { Clock } from '../contracts/clock.ts'
import type { Bus as BusConfig, Device } from '../contracts/facility.ts'
import type { Logger } from '../contracts/logger.ts'
import type { GatewayHealth } from '../contracts/wire.ts'
import { pause } from './back-off.ts'
import { DevicePoll } from './device-poll.ts'
import type { Driver, ReadOutcome } from './drivers/driver.ts'
import { Line } from './line.ts'
import { type Block, planDevice } from './plan.ts'

/** Who takes what a bus reads. Called synchronously, so that the time of the call is the sample time. */
export interface BusSink {
  /** The moment a reply arrived, or a read was known to have failed. */
  onBlock(device: Device, block: Block, outcome: ReadOutcome): void
  /** Every block of the poll is told. `answered` when the device itself said anything in it. */
  onPollEnd(device: Device, answered: boolean): void
}

interface BusOptions {
  bus: BusConfig
  driver: Driver
  sink: BusSink
  clock: Clock
  random: () => number
  logger: Logger
}

/**
 * The scan loop of one bus. One request is in flight at a time, and devices whose polls are under way take
 * turns request by request: a device that answers nothing costs the others one timeout per turn, not one
 * per block it has.
 */
export class Bus {
  readonly #options: BusOptions
  readonly #line: Line
  readonly #polls: readonly DevicePoll[]
  readonly #stopping = new AbortController()
  #running: Promise<void> = Promise.resolve()
  #turn = 0
  #seenReconnects = 0

  constructor(options: BusOptions) {
    this.#options = options
    const { driver, random, logger } = options
    this.#line = new Line({ driver, random, logger })
    this.#polls = options.bus.devices.map((device) => new DevicePoll(device, planDevice(device).blocks))
  }

  start(): void {
    this.#line.start()
    this.#running = this.#scan()
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    await Promise.all([this.#line.stop(), this.#running])
  }

  health(): GatewayHealth['buses'][string] {
    return { connected: this.#line.isUp, reconnects: this.#line.reconnects }
  }

  /** Key: device id. */
  deviceHealth(): GatewayHealth['devices'] {
    return Object.fromEntries(this.#polls.map((poll) => [poll.device.id, poll.counters]))
  }

  async #scan(): Promise<void> {
    const { clock } = this.#options
    const { signal } = this.#stopping
    await this.#line.settled()
    const start = clock.monotonic()
    for (const [index, poll] of this.#polls.entries()) {
      poll.schedule(start, { index, count: this.#polls.length })
    }
    while (!signal.aborted) {
      const poll = this.#nextPoll()
      const block = poll?.takeBlock()
      if (poll !== undefined && block !== undefined) await this.#read(poll, block)
      else await pause(Math.max(1, this.#earliestDue() - clock.monotonic()), signal)
      await this.#line.settled()
    }
  }

  /** Polls under way take turns, the one after the last asked first. */
  #nextPoll(): DevicePoll | undefined {
    const now = this.#options.clock.monotonic()
    this.#forgiveAfterReconnect()
    for (const poll of this.#polls) poll.tick(now)
    for (let step = 1; step <= this.#polls.length; step++) {
      const index = (this.#turn + step) % this.#polls.length
      const poll = this.#polls[index]
      if (poll?.isUnderWay === true) {
        this.#turn = index
        return poll
      }
    }
    return undefined
  }

  async #read(poll: DevicePoll, block: Block): Promise<void> {
    const { clock, sink } = this.#options
    const { device } = poll
    const { table, address, count } = block
    const asked = clock.monotonic()
    const outcome = await this.#line.read({ unitId: device.unitId, table, address, count })
    // What a stopped bus still hears is not told: the reading would have no batch to go with.
    if (this.#stopping.signal.aborted) return
    sink.onBlock(device, block, outcome)
    const progress = poll.record(outcome, clock.monotonic() - asked)
    if (!progress.ended) return
    for (const unasked of progress.unasked) sink.onBlock(device, unasked, outcome)
    sink.onPollEnd(device, progress.answered)
  }

  #forgiveAfterReconnect(): void {
    const { reconnects } = this.#line
    if (reconnects === this.#seenReconnects) return
    this.#seenReconnects = reconnects
    for (const poll of this.#polls) poll.forgive()
  }

  #earliestDue(): number {
    // An hour when there is nothing to read, since timers cannot wait for ever.
    return Math.min(this.#options.clock.monotonic() + 3_600_000, ...this.#polls.map((poll) => poll.due))
  }
}

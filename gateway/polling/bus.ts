import type { Clock } from '../../contracts/clock.ts'
import type { Bus as BusConfig, Device } from '../../contracts/facility.ts'
import type { Logger } from '../../contracts/logger.ts'
import type { BusHealth, GatewayHealth } from '../../contracts/wire.ts'
import { type Driver, failureName, isAnswer, type ReadOutcome } from '../drivers/driver.ts'
import { pause } from './back-off.ts'
import { BusyTime } from './busy-time.ts'
import { DevicePoll, type PollReport } from './device-poll.ts'
import type { DiscardTally } from './discard-tally.ts'
import { Line } from './line.ts'
import { LineShare } from './line-share.ts'
import { type Block, planDevice, requestOf } from './plan.ts'

/** Who takes what a bus reads. Called synchronously, so that the time of the call is the sample time. */
export interface BusSink {
  /** The moment a reply arrived, or a read was known to have failed. */
  onBlock(device: Device, block: Block, outcome: ReadOutcome): void
  /** Every block of the poll is told. `answered` when the device itself said anything in it. */
  onPollEnd(device: Device, answered: boolean): void
  /** The device cannot be reached any more, and all of its sensors with it. Once per loss. */
  onLost(device: Device): void
}

interface BusOptions {
  readonly bus: BusConfig
  readonly driver: Driver
  /** What the driver counts into. */
  readonly discards: DiscardTally
  readonly sink: BusSink
  readonly clock: Clock
  /** Numbers in [0, 1), for jitter. */
  readonly random: () => number
  readonly logger: Logger
  /** Which bus of how many of the gateway it is: their polls are spread, too. Alone by default. */
  readonly place?: { readonly index: number; readonly count: number }
}

/** The scan loop of one bus: asks whose turn it is, one request at a time, and tells what became of it. */
export class Bus {
  readonly #options: BusOptions
  readonly #line: Line
  readonly #polls: readonly DevicePoll[]
  readonly #share: LineShare
  readonly #busy: BusyTime
  readonly #stopping = new AbortController()
  #running: Promise<void> = Promise.resolve()
  #seenRecoveries = 0
  /** Key: device id. What its last request came to, when that was no answer. */
  readonly #failures = new Map<string, string>()
  /** Ids of the devices that were told to be lost in the log. */
  readonly #lost = new Set<string>()
  /** Key: device id. What it refuses, as it was last told in the log. */
  readonly #refused = new Map<string, string>()

  constructor(options: BusOptions) {
    const { bus, driver, clock, random, logger } = options
    this.#options = options
    const units = new Set(bus.devices.map(({ unitId }) => unitId)).size
    this.#line = new Line({ driver, clock, random, logger, units, onDown: () => this.#loseAll() })
    this.#polls = bus.devices.map((device) => new DevicePoll(device, planDevice(device).blocks))
    const { hasNumberedReplies } = driver
    const polls = this.#polls.filter((poll) => poll.isRead)
    this.#share = new LineShare({ polls, bus, hasNumberedReplies })
    this.#busy = new BusyTime(clock.monotonic())
  }

  start(): void {
    this.#line.start()
    this.#running = this.#scan()
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    await Promise.all([this.#line.stop(), this.#running])
  }

  /** `utilisation` is that of the last 10 s that are over. */
  health(): BusHealth {
    const utilisation = this.#busy.share(this.#options.clock.monotonic())
    return {
      connected: this.#line.isUp,
      reconnects: this.#line.reconnects,
      ...(utilisation === undefined ? {} : { utilisation }),
      discarded: this.#options.discards.snapshot(),
    }
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
    const { place = { index: 0, count: 1 } } = this.#options
    for (const [index, poll] of this.#polls.entries()) {
      poll.schedule(start, { index: index + place.index / place.count, count: this.#polls.length })
    }
    while (!signal.aborted) {
      const poll = this.#next()
      const block = poll?.take()
      if (poll !== undefined && block !== undefined) await this.#read(poll, block)
      else {
        const now = clock.monotonic()
        await pause(Math.max(1, this.#share.wakeAt(now) - now), signal)
      }
      await this.#line.settled()
    }
  }

  #next(): DevicePoll | undefined {
    const now = this.#options.clock.monotonic()
    this.#forgiveAfterRecovery()
    for (const poll of this.#polls) this.#tell(poll, poll.tick(now))
    if (!this.#line.isDown) return this.#share.choose(now)
    for (const poll of this.#polls) {
      if (poll.readyAt !== undefined) this.#tell(poll, poll.abandon())
    }
    return undefined
  }

  async #read(poll: DevicePoll, block: Block): Promise<void> {
    const { clock } = this.#options
    const askedAt = clock.monotonic()
    this.#busy.start(askedAt)
    const outcome = await this.#line.read(requestOf(poll.device, block))
    const now = clock.monotonic()
    this.#busy.end(now)
    // What a stopped bus still hears is not told: the reading would have no batch to go with.
    if (this.#stopping.signal.aborted) return
    if (!outcome.ok) this.#failures.set(poll.device.id, failureName(outcome.failed))
    // The line went down under the request.
    if (this.#line.isDown && !isAnswer(outcome)) return this.#tell(poll, poll.abandon())
    const mayWaste = this.#share.canAfford(now - askedAt, now)
    const isUnsure = this.#share.isUnsure(poll, block)
    const report = poll.record(block, outcome, { askedAt, now, mayWaste, isUnsure })
    this.#share.settle(poll, block, outcome, { askedAt, now })
    this.#tell(poll, report)
  }

  #tell(poll: DevicePoll, { isLost, told, ended }: PollReport): void {
    const { sink } = this.#options
    const { device } = poll
    if (isLost) {
      sink.onLost(device)
      this.#logLoss(device)
    }
    for (const { block, outcome } of told) sink.onBlock(device, block, outcome)
    if (ended === undefined) return
    sink.onPollEnd(device, ended === 'answered')
    if (ended === 'answered' && this.#lost.delete(device.id))
      this.#options.logger.info({ device: device.id }, `${device.id} answers again`)
    this.#logRefusals(poll)
  }

  /** Of a line that is down the line itself tells. */
  #logLoss({ id }: Device): void {
    if (this.#line.isDown || this.#lost.has(id)) return
    this.#lost.add(id)
    const { logger, discards } = this.#options
    const foreign = discards.snapshot()['foreign-unit'] ?? 0
    const hint =
      foreign === 0 ? '' : `; frames of other units were heard (${foreign}): workarounds.replyUnit?`
    logger.warn(
      { code: 'DEVICE_UNREACHABLE', device: id },
      `${id} is lost: ${this.#failures.get(id) ?? 'timeout'}${hint}`,
    )
  }

  #loseAll(): void {
    for (const poll of this.#polls) this.#tell(poll, poll.lineDown())
  }

  #logRefusals({ device, refused }: DevicePoll): void {
    const text = refused.join(', ')
    if (text === (this.#refused.get(device.id) ?? '')) return
    this.#refused.set(device.id, text)
    const { logger } = this.#options
    if (text === '') logger.info({ device: device.id }, `${device.id} answers for all its registers again`)
    else
      logger.warn(
        { device: device.id, refused },
        `${device.id} does not answer for ${text}; the rest is read`,
      )
  }

  #forgiveAfterRecovery(): void {
    const { recoveries } = this.#line
    if (recoveries === this.#seenRecoveries) return
    this.#seenRecoveries = recoveries
    for (const poll of this.#polls) poll.forgive()
  }
}

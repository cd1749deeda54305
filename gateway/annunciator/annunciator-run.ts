import type { Annunciator } from '../../contracts/annunciator.ts'
import { type Clock, SteadyClock } from '../../contracts/clock.ts'
import type { Facility } from '../../contracts/facility.ts'
import type { Logger } from '../../contracts/logger.ts'
import { Topics } from '../../contracts/topics.ts'
import { VERSION } from '../../contracts/version.ts'
import {
  ANNUNCIATOR_STATE_INTERVAL_MS,
  type AnnunciatorState,
  type SafeReason,
} from '../../contracts/wire.ts'
import type { BrokerAddress, BrokerMessage } from '../delivery/broker-link.ts'
import type { Driver, WritingLink } from '../drivers/driver.ts'
import { AnnunciatorLink } from './annunciator-link.ts'
import { Lookout } from './lookout.ts'
import { OutputBoard } from './output-board.ts'
import { OutputLine } from './output-line.ts'
import { OutputLoop } from './output-loop.ts'

interface AnnunciatorRunOptions {
  facility: Pick<Facility, 'id' | 'mqtt'>
  /** Confirmed. */
  annunciator: Annunciator
  driver: Driver<WritingLink>
  clock: Clock
  random: () => number
  randomId: () => string
  logger: Logger
}

/** One annunciator at work: hears server and alarms, drives the outputs, and says how it does. */
export class AnnunciatorRun {
  readonly #options: AnnunciatorRunOptions
  readonly #steady: SteadyClock
  readonly #topic: string
  readonly #lookout: Lookout
  readonly #board: OutputBoard
  readonly #loop: OutputLoop
  readonly #link: AnnunciatorLink
  readonly #since: number
  #safe: SafeReason | undefined
  #timer: NodeJS.Timeout | undefined

  constructor(options: AnnunciatorRunOptions) {
    const { facility, annunciator, driver, clock, logger } = options
    const topics = new Topics(facility.mqtt.prefix, facility.id)
    const now = () => clock.monotonic()
    this.#options = options
    this.#steady = new SteadyClock(clock)
    this.#since = this.#steady.now()
    this.#topic = topics.annunciator(annunciator.id)
    this.#lookout = new Lookout({ facility: facility.id, topics })
    this.#safe = this.#lookout.safe(now())
    this.#board = new OutputBoard(annunciator.outputs, { logger, onChange: () => this.#publish() })
    this.#loop = new OutputLoop({
      annunciator,
      line: new OutputLine({ driver, latenessMs: annunciator.bus.latenessMs, clock }),
      board: this.#board,
      wish: (output, at) => this.#lookout.wish(output, at),
      changesAt: (at) => this.#lookout.trust.changesAt(at),
      clock,
    })
    this.#link = new AnnunciatorLink({
      ...options,
      subscriptions: this.#lookout.subscriptions,
      will: (session) => this.#message({ state: 'offline', session }),
      onMessage: (message) => this.#changed(() => this.#lookout.hear(message, now())),
      onConnected: () => this.#changed(() => this.#lookout.connected()),
      onListening: () => this.#publish(),
      onLost: () => this.#changed(() => this.#lookout.disconnected()),
    })
  }

  /** Returns at once: the outputs are safe until the server is heard. */
  start(address: () => BrokerAddress): void {
    this.#loop.start()
    this.#link.start(address)
    let told = this.#options.clock.monotonic()
    this.#timer = setInterval(() => {
      this.#look()
      const now = this.#options.clock.monotonic()
      if (now - told < ANNUNCIATOR_STATE_INTERVAL_MS) return
      told = now
      this.#publish()
    }, ANNUNCIATOR_STATE_INTERVAL_MS / 10)
  }

  /** Makes every output safe and says goodbye. False when an output could not be made safe within 3 s. */
  async stop(): Promise<boolean> {
    clearInterval(this.#timer)
    this.#changed(() => this.#lookout.trust.stop())
    const isSafe = await this.#loop.stop()
    const { session } = this.#link
    await this.#link.stop([this.#message(this.state()), this.#message({ state: 'offline', session })])
    return isSafe
  }

  /** What it tells of itself. */
  state(): Extract<AnnunciatorState, { state: 'online' }> {
    return {
      state: 'online',
      session: this.#link.session,
      version: VERSION,
      since: this.#since,
      time: this.#steady.now(),
      safe: this.#lookout.safe(this.#options.clock.monotonic()) ?? null,
      failing: this.#board.isFailing,
      refused: this.#lookout.refused,
      outputs: this.#board.health(),
    }
  }

  /** What is wrong, output by output. */
  troubles(): string[] {
    return this.#board.troubles()
  }

  #changed(change: () => void): void {
    change()
    this.#look()
    this.#loop.wake()
  }

  #look(): void {
    const safe = this.#lookout.safe(this.#options.clock.monotonic())
    if (safe === this.#safe) return
    this.#safe = safe
    const { logger } = this.#options
    if (safe === undefined) logger.info({}, 'the server is heard: the outputs show its alarms')
    else logger.warn({ reason: safe }, 'every output goes to its safe state')
    this.#publish()
  }

  #publish(): void {
    this.#link.publish(this.#message(this.state()))
  }

  #message(state: AnnunciatorState): BrokerMessage {
    return { topic: this.#topic, payload: Buffer.from(JSON.stringify(state)), retain: true }
  }
}

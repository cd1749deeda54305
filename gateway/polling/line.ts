import type { Clock } from '../../contracts/clock.ts'
import type { Logger } from '../../contracts/logger.ts'
import {
  type ConnectOutcome,
  type Driver,
  type Link,
  NOT_CONNECTED,
  type ReadOutcome,
  type ReadRequest,
} from '../drivers/driver.ts'
import { backOffDelays, pause } from './back-off.ts'
import { LinkTrust } from './link-trust.ts'

/** An attempt to connect that takes longer counts as failed for those who wait, and goes on. */
const CONNECT_PATIENCE_MS = 3_000

type LineState =
  /** Starting, or replacing a link that worked: polls wait for the outcome of one attempt. */
  | 'connecting'
  | 'up'
  /** An attempt failed: polls fail at once while further attempts go on behind. */
  | 'down'

interface LineOptions {
  readonly driver: Driver
  readonly clock: Pick<Clock, 'monotonic'>
  /** Numbers in [0, 1), for jitter. */
  readonly random: () => number
  readonly logger: Logger
  /** How many units can be asked on it; 1 unless told. */
  readonly units?: number
  /** Told at once when the line goes down, and not when a link is replaced in one attempt. */
  readonly onDown?: () => void
}

/**
 * Keeps one link to a bus open: replaces it when it is lost, with back-off, and when it answers nothing
 * but garbage or silence. One device that is dead is no reason.
 */
export class Line {
  readonly #options: LineOptions
  readonly #stopping = new AbortController()
  readonly #trust: LinkTrust
  #state: LineState = 'connecting'
  #link: Link | undefined
  #running: Promise<void> = Promise.resolve()
  #waiting: (() => void)[] = []
  #connects = 0
  #recoveries = 0
  #wasGivenUp = false

  constructor(options: LineOptions) {
    this.#options = options
    this.#trust = new LinkTrust(options.units)
  }

  get isUp(): boolean {
    return this.#state === 'up'
  }

  /** True while no link can be had; not while one that was lost is replaced in one attempt. */
  get isDown(): boolean {
    return this.#state === 'down'
  }

  /** Times there was a link again after none could be had, or after one that led nowhere was given up. */
  get recoveries(): number {
    return this.#recoveries
  }

  /** Times the link was replaced. */
  get reconnects(): number {
    return Math.max(0, this.#connects - 1)
  }

  start(): void {
    this.#running = this.#keepOpen()
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    this.#link?.close()
    await this.#running
  }

  /** Resolves when it is known whether there is a link; at once unless the line is `connecting`. */
  settled(): Promise<void> {
    if (this.#state !== 'connecting') return Promise.resolve()
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  /**
   * Never concurrently. Without a link it fails at once as `not-connected`. A request whose link was lost
   * under it is asked once more on the next: some devices close the connection after every answer.
   */
  async read(request: ReadRequest): Promise<ReadOutcome> {
    await this.settled()
    const link = this.#link
    if (link === undefined) return NOT_CONNECTED
    const outcome = await this.#ask(link, request)
    if (!isLost(outcome)) return outcome
    await this.settled()
    return this.#link === undefined ? outcome : this.#ask(this.#link, request)
  }

  async #ask(link: Link, request: ReadRequest): Promise<ReadOutcome> {
    const { clock } = this.#options
    const askedAt = clock.monotonic()
    this.#trust.asked(request)
    const outcome = await link.read(request)
    if (outcome.ok || outcome.failed.kind === 'exception') {
      this.#trust.answered(request)
      return outcome
    }
    if (isLost(outcome)) this.#replace(link)
    else if (this.#trust.unanswered(request, { askedAt, now: clock.monotonic() })) {
      this.#wasGivenUp = true
      this.#replace(link)
    }
    return outcome
  }

  /** At once, so that the next request waits for the new link instead of failing on the old one. */
  #replace(link: Link): void {
    if (this.#link !== link) return
    this.#state = 'connecting'
    this.#link = undefined
    link.close()
  }

  async #keepOpen(): Promise<void> {
    const { driver, random } = this.#options
    const { signal } = this.#stopping
    let delays = backOffDelays(random)
    while (!signal.aborted) {
      const outcome = await this.#connect(driver, signal)
      if (outcome.ok) {
        await this.#use(outcome.link, signal)
        this.#trust.linkLost()
        if (this.#trust.barrenLinks === 0) delays = backOffDelays(random)
        // What was given up had been tried for long enough already.
        if (this.#wasGivenUp || !this.#trust.isDeadEnd) continue
      }
      this.#fall(outcome.ok ? 'the connection was closed before anything was answered' : outcome.detail)
      await pause(delays.next().value, signal)
    }
    this.#become('down')
  }

  async #connect(driver: Driver, signal: AbortSignal): Promise<ConnectOutcome> {
    const impatience = setTimeout(
      () => this.#fall(`no connection within ${CONNECT_PATIENCE_MS} ms`),
      CONNECT_PATIENCE_MS,
    )
    try {
      return await driver.connect(signal)
    } finally {
      clearTimeout(impatience)
    }
  }

  /** Holds the link until it is closed from either side. */
  async #use(link: Link, signal: AbortSignal): Promise<void> {
    if (signal.aborted) link.close()
    this.#link = link
    this.#trust.linkOpened()
    this.#connects += 1
    if (this.#state === 'down' || this.#wasGivenUp) this.#recoveries += 1
    this.#wasGivenUp = false
    if (this.#state === 'down') this.#options.logger.info({}, 'the bus is reachable again')
    this.#become('up')
    await link.closed
    this.#replace(link)
  }

  /** Told once per change, not once per attempt. */
  #fall(detail: string): void {
    const isNews = this.#state !== 'down' && !this.#stopping.signal.aborted
    this.#become('down')
    if (!isNews) return
    this.#options.logger.warn({ code: 'DEVICE_UNREACHABLE' }, `the bus cannot be reached: ${detail}`)
    this.#options.onDown?.()
  }

  #become(state: LineState): void {
    this.#state = state
    const waiting = this.#waiting
    this.#waiting = []
    for (const resolve of waiting) resolve()
  }
}

function isLost(outcome: ReadOutcome): boolean {
  return !outcome.ok && outcome.failed.kind === 'not-connected'
}

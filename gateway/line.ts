import type { Logger } from '../contracts/logger.ts'
import { backOffDelays, pause } from './back-off.ts'
import {
  type Driver,
  type Link,
  NOT_CONNECTED,
  type ReadOutcome,
  type ReadRequest,
} from './drivers/driver.ts'

/** Requests in a row without one intelligible frame, after which the stream is taken to be out of step. */
const STRIKES = 3
/** Links in a row that were lost before anything was answered, after which there is a pause. */
const UNANSWERED_LINKS = 2

type LineState =
  /** Starting, or replacing a link that worked: polls wait for the outcome of one attempt. */
  | 'connecting'
  | 'up'
  /** An attempt failed: polls fail at once while further attempts go on behind. */
  | 'down'

/**
 * Keeps one link to a bus open: replaces it when it is lost, with back-off, and when it answers nothing
 * but garbage or silence, since bytes out of step never get into step again by themselves.
 */
export class Line {
  readonly #options: { driver: Driver; random: () => number; logger: Logger }
  readonly #stopping = new AbortController()
  #state: LineState = 'connecting'
  #link: Link | undefined
  #running: Promise<void> = Promise.resolve()
  #waiting: (() => void)[] = []
  #connects = 0
  #strikes = 0
  /** Links in a row that never answered, with the one in use until it does. */
  #unanswered = 0

  constructor(options: { driver: Driver; random: () => number; logger: Logger }) {
    this.#options = options
  }

  get isUp(): boolean {
    return this.#state === 'up'
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
    const link = this.#link
    if (link === undefined) return NOT_CONNECTED
    const outcome = await this.#ask(link, request)
    if (!isLost(outcome)) return outcome
    await this.settled()
    return this.#link === undefined ? outcome : this.#ask(this.#link, request)
  }

  async #ask(link: Link, request: ReadRequest): Promise<ReadOutcome> {
    const outcome = await link.read(request)
    if (outcome.ok || outcome.failed.kind === 'exception') {
      this.#strikes = 0
      this.#unanswered = 0
      return outcome
    }
    if (!isLost(outcome)) this.#strikes += 1
    if (isLost(outcome) || this.#strikes >= STRIKES) this.#replace(link)
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
      const outcome = await driver.connect(signal)
      if (outcome.ok) {
        await this.#use(outcome.link, signal)
        if (this.#unanswered === 0) delays = backOffDelays(random)
        const wasOutOfStep = this.#strikes >= STRIKES
        if (wasOutOfStep || this.#unanswered < UNANSWERED_LINKS) continue
      }
      this.#fall(outcome.ok ? 'the connection was closed before anything was answered' : outcome.detail)
      await pause(delays.next().value, signal)
    }
    this.#become('down')
  }

  /** Holds the link until it is closed from either side. */
  async #use(link: Link, signal: AbortSignal): Promise<void> {
    if (signal.aborted) link.close()
    this.#link = link
    this.#strikes = 0
    this.#unanswered += 1
    this.#connects += 1
    if (this.#state === 'down') this.#options.logger.info({}, 'the bus is reachable again')
    this.#become('up')
    await link.closed
    this.#replace(link)
  }

  /** Told once per change, not once per attempt. */
  #fall(detail: string): void {
    if (this.#state !== 'down' && !this.#stopping.signal.aborted) {
      this.#options.logger.warn({ code: 'DEVICE_UNREACHABLE' }, `the bus cannot be reached: ${detail}`)
    }
    this.#become('down')
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

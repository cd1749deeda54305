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
  #hasAnswered = false

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

  /** Never concurrently. Without a link it fails at once as `not-connected`. */
  async read(request: ReadRequest): Promise<ReadOutcome> {
    const link = this.#link
    if (link === undefined) return NOT_CONNECTED
    const outcome = await link.read(request)
    if (outcome.ok || outcome.failed.kind === 'exception') {
      this.#strikes = 0
      this.#hasAnswered = true
    } else if (outcome.failed.kind !== 'not-connected') {
      this.#strikes += 1
      if (this.#strikes >= STRIKES) this.#replace(link)
    }
    return outcome
  }

  /** At once, so that the next poll waits for the new link instead of failing on the old one. */
  #replace(link: Link): void {
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
        const wasOutOfStep = this.#strikes >= STRIKES
        if (this.#hasAnswered) delays = backOffDelays(random)
        if (wasOutOfStep || this.#hasAnswered) {
          this.#state = 'connecting'
          continue
        }
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
    this.#hasAnswered = false
    this.#connects += 1
    if (this.#state === 'down') this.#options.logger.info({}, 'the bus is reachable again')
    this.#become('up')
    await link.closed
    this.#link = undefined
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

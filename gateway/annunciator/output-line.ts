import type { Clock } from '../../contracts/clock.ts'
import {
  type Driver,
  NOT_CONNECTED,
  type ReadFailure,
  type ReadOutcome,
  type RegisterRequest,
  type WriteOutcome,
  type WriteRequest,
  type WritingLink,
} from '../drivers/driver.ts'
import { pause } from '../polling/back-off.ts'

/** After so many requests without an answer the link is replaced: it may lead nowhere. */
const MOST_UNANSWERED = 3

interface OutputLineOptions {
  driver: Driver<WritingLink>
  /** How long after a time-out an answer may still come, ms; on lines whose answers bear no number. */
  latenessMs: number
  clock: Pick<Clock, 'monotonic'>
}

type Failed = { readonly ok: false; readonly failed: ReadFailure }

/** The line to a module: a link is made when it is needed, and replaced when it leads nowhere. Never concurrently. */
export class OutputLine {
  readonly #options: OutputLineOptions
  readonly #closing = new AbortController()
  #link: WritingLink | undefined
  #unanswered = 0
  /** Until then a late answer would be taken for the next one, monotonic ms. */
  #quietUntil = Number.NEGATIVE_INFINITY
  #trouble: string | undefined

  constructor(options: OutputLineOptions) {
    this.#options = options
  }

  get isConnected(): boolean {
    return this.#link !== undefined
  }

  /** Why there is no link; undefined while there is one. */
  get trouble(): string | undefined {
    return this.isConnected ? undefined : this.#trouble
  }

  /** Never throws. */
  write(request: WriteRequest): Promise<WriteOutcome> {
    return this.#exchange<WriteOutcome>((link) => link.write(request))
  }

  /** Never throws. */
  read(request: RegisterRequest): Promise<ReadOutcome> {
    return this.#exchange<ReadOutcome>((link) => link.read(request))
  }

  /** For good: what is under way fails at once. */
  close(): void {
    this.#closing.abort()
    this.#link?.close()
    this.#link = undefined
  }

  async #exchange<T extends { readonly ok: true } | Failed>(
    ask: (link: WritingLink) => Promise<T>,
  ): Promise<T | Failed> {
    const { clock } = this.#options
    const { signal } = this.#closing
    const quietMs = this.#quietUntil - clock.monotonic()
    if (quietMs > 0) await pause(quietMs, signal)
    const wasOpen = this.isConnected
    const outcome = await this.#ask(ask)
    // Some modules hang up after every answer, or when nothing is asked for a while.
    return isLost(outcome) && wasOpen && !signal.aborted ? this.#ask(ask) : outcome
  }

  async #ask<T extends { readonly ok: true } | Failed>(
    ask: (link: WritingLink) => Promise<T>,
  ): Promise<T | Failed> {
    const link = this.#link ?? (await this.#connect())
    if (link === undefined) return NOT_CONNECTED
    const outcome = await ask(link)
    if (outcome.ok || outcome.failed.kind === 'exception') this.#unanswered = 0
    else this.#unansweredOn(link, outcome)
    return outcome
  }

  async #connect(): Promise<WritingLink | undefined> {
    const { signal } = this.#closing
    if (signal.aborted) return undefined
    const outcome = await this.#options.driver.connect(signal)
    this.#trouble = outcome.ok ? undefined : outcome.detail
    if (!outcome.ok) return undefined
    const { link } = outcome
    if (signal.aborted) {
      link.close()
      return undefined
    }
    this.#link = link
    this.#unanswered = 0
    void link.closed.then(() => this.#forget(link))
    return link
  }

  #unansweredOn(link: WritingLink, outcome: Failed): void {
    const { driver, latenessMs, clock } = this.#options
    this.#unanswered += 1
    if (!driver.hasNumberedReplies) this.#quietUntil = clock.monotonic() + latenessMs
    if (!isLost(outcome) && this.#unanswered < MOST_UNANSWERED) return
    link.close()
    this.#forget(link)
    // A new link has no old answers.
    if (isLost(outcome)) this.#quietUntil = Number.NEGATIVE_INFINITY
  }

  #forget(link: WritingLink): void {
    if (this.#link === link) this.#link = undefined
  }
}

function isLost(outcome: { readonly ok: true } | Failed): boolean {
  return !outcome.ok && outcome.failed.kind === 'not-connected'
}

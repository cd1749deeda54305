import {
  type Driver,
  type Link,
  NOT_CONNECTED,
  type ReadOutcome,
  type ReadRequest,
} from '../drivers/driver.ts'

/**
 * A bus without a schedule, for the tools that ask one thing after the other. A link that is lost is replaced
 * at once, since some devices hang up on whoever asks for a unit or register that they do not have.
 */
export class DirectLine {
  readonly #driver: Driver
  readonly #signal: AbortSignal
  readonly #close = () => this.close()
  #link: Link | undefined
  #detail = 'nobody has connected yet'

  constructor(driver: Driver, signal: AbortSignal) {
    this.#driver = driver
    this.#signal = signal
  }

  /** Why there is no link, in words. */
  get detail(): string {
    return this.#detail
  }

  get hasNumberedReplies(): boolean {
    return this.#driver.hasNumberedReplies
  }

  /** True when there is a link. Does not throw. */
  async open(): Promise<boolean> {
    const outcome = await this.#driver.connect(this.#signal)
    if (!outcome.ok) {
      this.#detail = outcome.detail
      return false
    }
    this.#link = outcome.link
    this.#signal.addEventListener('abort', this.#close, { once: true })
    // It may have been stopped while it connected; then no abort event comes any more.
    if (this.#signal.aborted) this.close()
    return true
  }

  /**
   * Never concurrently. A request whose link was lost under it is asked once more on the next; without any
   * link it fails at once.
   */
  async read(request: ReadRequest): Promise<ReadOutcome> {
    if (this.#link === undefined) return NOT_CONNECTED
    const outcome = await this.#link.read(request)
    if (outcome.ok || outcome.failed.kind !== 'not-connected' || this.#signal.aborted) return outcome
    await this.reopen()
    return this.#link === undefined ? NOT_CONNECTED : this.#link.read(request)
  }

  /** True when there is a link again. */
  reopen(): Promise<boolean> {
    this.close()
    return this.open()
  }

  /** Any number of times. */
  close(): void {
    this.#signal.removeEventListener('abort', this.#close)
    this.#link?.close()
    this.#link = undefined
  }
}

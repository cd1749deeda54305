import type { Logger } from '../../contracts/logger.ts'

const REOPEN_MS = 250

/** What a switch turns on and off. It is called one step at a time. */
export interface Switched {
  readonly name: string
  readonly logger: Logger
  /** @throws CodedError when it cannot be opened now */
  open(): Promise<void>
  /** May be called when it is not open. */
  close(): Promise<void>
  isOpen(): boolean
}

/** Starts, stops and cuts a line in the order of the calls, and tries again while it cannot be opened. */
export class LineSwitch {
  readonly #line: Switched
  #isStarted = false
  #isStopped = false
  #isCut = false
  #work: Promise<void> = Promise.resolve()
  #retry: NodeJS.Timeout | undefined

  constructor(line: Switched) {
    this.#line = line
  }

  /** @throws CodedError when the line cannot be opened at once */
  async start(): Promise<void> {
    await this.#line.open()
    this.#isStarted = true
    await this.#settle()
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    clearTimeout(this.#retry)
    await this.#work
    await this.#line.close()
  }

  cut(on: boolean): void {
    if (this.#isCut === on) return
    this.#isCut = on
    if (this.#isStarted) this.#resettle()
  }

  /** The line has closed by itself. */
  reopen(): void {
    this.#retry = setTimeout(() => this.#resettle(), REOPEN_MS)
  }

  #resettle(): void {
    clearTimeout(this.#retry)
    this.#work = this.#work.then(() => this.#settle())
  }

  /** Brings the line to what was last asked for. */
  async #settle(): Promise<void> {
    const { name, logger } = this.#line
    if (this.#isCut || this.#isStopped) return this.#line.close()
    if (this.#line.isOpen()) return
    try {
      await this.#line.open()
    } catch (error) {
      logger.warn({ err: error, line: name }, 'cannot open the line again yet')
      this.reopen()
    }
  }
}

import { connect, type Socket } from 'node:net'
import { Conversation, type Manner } from './conversation.ts'
import type { Line } from './line.ts'

/** Pause before a refused or lost connection is dialled again; a 4G modem is no quicker. */
const REDIAL_MS = 1_000
/** A keepalive text goes out this often. */
const KEEPALIVE_MS = 15_000

export interface DialInLineOptions extends Manner {
  /** Where the gateway listens. */
  readonly host: string
  readonly port: number
  readonly name: string
  /** Text that is sent first. */
  readonly registration?: string
  /** Text that is sent now and then. */
  readonly keepalive?: string
  /** Other pauses than a modem's, for tests. */
  readonly redialMs?: number
  readonly keepaliveMs?: number
}

/** A unit that dials the gateway, says who it is, and then answers like any other. */
export class DialInLine implements Line {
  readonly #options: DialInLineOptions
  /** It has no address of its own. */
  readonly address = undefined
  #socket: Socket | undefined
  #redial: NodeJS.Timeout | undefined
  #isStarted = false
  #isStopped = false
  #isCut = false

  constructor(options: DialInLineOptions) {
    this.#options = options
  }

  get name(): string {
    return this.#options.name
  }

  /** Begins to dial; a gateway that is not there yet is dialled again and again. */
  async start(): Promise<void> {
    this.#isStarted = true
    this.#dial()
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    await this.#hangUp()
  }

  cut(on: boolean): void {
    if (this.#isCut === on) return
    this.#isCut = on
    if (!this.#isStarted) return
    if (on) void this.#hangUp()
    else this.#dial()
  }

  #dial(): void {
    clearTimeout(this.#redial)
    if (this.#isStopped || this.#isCut || this.#socket !== undefined) return
    const { host, port, logger, registration, keepalive, keepaliveMs = KEEPALIVE_MS } = this.#options
    const socket = connect({ host, port, noDelay: true })
    this.#socket = socket
    let living: NodeJS.Timeout | undefined
    socket.on('connect', () => {
      if (registration !== undefined) socket.write(registration, 'latin1')
      if (keepalive !== undefined)
        living = setInterval(() => {
          if (socket.writableLength === 0) socket.write(keepalive, 'latin1')
        }, keepaliveMs)
      new Conversation({ input: socket, output: socket }, this.#options).start()
    })
    socket.on('error', (error) => logger.debug({ err: error, line: this.name }, 'dialling failed'))
    socket.on('close', () => {
      clearInterval(living)
      if (this.#socket === socket) this.#socket = undefined
      this.#redialLater()
    })
  }

  #redialLater(): void {
    clearTimeout(this.#redial)
    if (this.#isStopped || this.#isCut) return
    this.#redial = setTimeout(() => this.#dial(), this.#options.redialMs ?? REDIAL_MS)
  }

  async #hangUp(): Promise<void> {
    clearTimeout(this.#redial)
    const socket = this.#socket
    if (socket === undefined || socket.closed) return
    const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
    socket.destroy()
    await closed
  }
}

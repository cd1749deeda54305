import type { Clock } from '../../contracts/clock.ts'
import type { Logger } from '../../contracts/logger.ts'
import type { Channel, Emission, Exchange, Responder } from './line.ts'
import { type Output, PromptOutput } from './output.ts'
import { PacedOutput } from './paced-output.ts'

/** How conversations of a line go. */
export interface Manner {
  readonly clock: Clock
  readonly logger: Logger
  /** A fresh one for every connection. */
  readonly responder: () => Responder
  /** Answers take the time that they would take at this rate; undefined: none. */
  readonly baudRate?: number
}

/** Answers that wait for their delay; more are not given, so that a flood cannot fill the memory. */
const DELAYED_MAX = 1_000

/** One connection: what comes in is answered until either side closes. */
export class Conversation {
  readonly #channel: Channel
  readonly #responder: Responder
  readonly #output: Output
  readonly #logger: Logger
  readonly #delayed = new Set<NodeJS.Timeout>()
  #speaking: NodeJS.Timeout | undefined

  constructor(channel: Channel, { clock, logger, responder, baudRate }: Manner) {
    this.#channel = channel
    this.#responder = responder()
    this.#output =
      baudRate === undefined ? new PromptOutput(channel) : new PacedOutput({ channel, clock, baudRate })
    this.#logger = logger
  }

  /** Called once. */
  start(): void {
    const { input, output } = this.#channel
    input.on('data', (chunk: Uint8Array) => this.#hear(chunk))
    input.on('close', () => this.close())
    const { own } = this.#responder
    if (own === undefined) return
    this.#speaking = setInterval(() => {
      // Nobody reads: old records are of no use to who comes later.
      if (output.writableLength === 0) this.#send([{ requestBytes: 0, emissions: own.speak() }])
    }, own.everyMs)
  }

  /** Nothing is sent afterwards. The channel itself is closed by who opened it. May be called repeatedly. */
  close(): void {
    clearInterval(this.#speaking)
    for (const timer of this.#delayed) clearTimeout(timer)
    this.#delayed.clear()
    this.#output.close()
    this.#responder.end?.()
  }

  #hear(chunk: Uint8Array): void {
    const { exchanges, skipped, isBroken } = this.#responder.hear(chunk)
    this.#send(exchanges)
    if (skipped > 0) this.#logger.debug({ skipped }, 'no request: skipped')
    if (!isBroken) return
    this.#logger.debug({}, 'lengths that cannot be right: connection dropped')
    this.#channel.input.destroy()
  }

  #send(exchanges: readonly Exchange[]): void {
    if (!exchanges.some(({ emissions }) => emissions.some(isDelayed))) {
      this.#output.send(exchanges)
      return
    }
    for (const { requestBytes, emissions } of exchanges) {
      this.#output.send([{ requestBytes, emissions: emissions.filter((emission) => !isDelayed(emission)) }])
      for (const emission of emissions.filter(isDelayed)) this.#delay(emission)
    }
  }

  #delay(emission: Emission): void {
    if (this.#delayed.size >= DELAYED_MAX) return
    const timer = setTimeout(() => {
      this.#delayed.delete(timer)
      this.#output.send([{ requestBytes: 0, emissions: [emission] }])
    }, emission.delayMs)
    this.#delayed.add(timer)
  }
}

function isDelayed({ delayMs }: Emission): boolean {
  return delayMs > 0
}

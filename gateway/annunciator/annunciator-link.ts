import { withoutSecrets } from '../../contracts/broker-credentials.ts'
import { ERRORS } from '../../contracts/errors.ts'
import type { Logger } from '../../contracts/logger.ts'
import { type BrokerAddress, BrokerLink, type BrokerMessage } from '../delivery/broker-link.ts'
import { backOffDelays, pause } from '../polling/back-off.ts'

/** An orderly end takes at most this long, ms. */
const CLOSE_MS = 1_000

interface AnnunciatorLinkOptions {
  subscriptions: readonly string[]
  /** What the broker tells everybody when the connection of this session is lost; nothing without it. */
  will?: (session: string) => BrokerMessage
  randomId: () => string
  random: () => number
  logger: Logger
  onMessage: (message: BrokerMessage) => void
  /** Right before anything is heard on a new connection. */
  onConnected: () => void
  /** Heard everything that was asked for: something may be said. */
  onListening: () => void
  onLost: () => void
}

/** The annunciator's place at the broker: one connection at a time, replaced when it is lost. */
export class AnnunciatorLink {
  readonly #options: AnnunciatorLinkOptions
  readonly #stopping = new AbortController()
  #running: Promise<void> = Promise.resolve()
  #link: BrokerLink | undefined
  #session: string
  #trouble: string | undefined

  constructor(options: AnnunciatorLinkOptions) {
    this.#options = options
    this.#session = options.randomId()
  }

  /** Of this connection. */
  get session(): string {
    return this.#session
  }

  /** `address` is asked for every connection, and throws nothing. */
  start(address: () => BrokerAddress): void {
    this.#running = this.#keepConnected(address)
  }

  publish(message: BrokerMessage): void {
    this.#link?.publish(message)
  }

  /** `farewell` is said before the connection ends. */
  async stop(farewell: readonly BrokerMessage[] = []): Promise<void> {
    const link = this.#link
    this.#stopping.abort()
    for (const message of farewell) link?.publish(message)
    await link?.close(CLOSE_MS)
    await this.#running
  }

  async #keepConnected(addressNow: () => BrokerAddress): Promise<void> {
    const { will, random, randomId, onMessage } = this.#options
    const { signal } = this.#stopping
    let delays = backOffDelays(random)
    while (!signal.aborted) {
      this.#session = randomId()
      const address = addressNow()
      const outcome = await BrokerLink.open({ address, will: will?.(this.#session), onMessage, signal })
      if (outcome.ok) {
        const wasSound = await this.#liveOn(outcome.link)
        if (wasSound) delays = backOffDelays(random)
      } else this.#tell(outcome.code, outcome.detail, address)
      await pause(delays.next().value, signal)
    }
  }

  /** Resolves when the connection has gone: true when it was of use. */
  async #liveOn(link: BrokerLink): Promise<boolean> {
    const { subscriptions, logger, onConnected, onListening, onLost } = this.#options
    this.#link = link
    onConnected()
    const isListening = await link.subscribe([...subscriptions])
    if (isListening) {
      this.#trouble = undefined
      logger.info({}, 'connected to the broker')
      onListening()
      await link.closed
    } else {
      logger.warn({ topics: subscriptions }, 'the broker lets nothing be heard: check its access list')
      await link.close(0)
    }
    this.#link = undefined
    onLost()
    if (isListening && !this.#stopping.signal.aborted) logger.warn({}, 'the connection to the broker is lost')
    return isListening
  }

  /** Once, until something else is wrong. */
  #tell(code: keyof typeof ERRORS & string, detail: string, { url }: BrokerAddress): void {
    if (this.#trouble === code || this.#stopping.signal.aborted) return
    this.#trouble = code
    const { logger } = this.#options
    logger.warn(
      { code, broker: withoutSecrets(url), detail },
      `no connection to the broker: ${ERRORS[code].remedy}`,
    )
  }
}

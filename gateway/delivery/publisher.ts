import { withoutSecrets } from '../../contracts/broker-credentials.ts'
import type { BrokerTrouble } from '../../contracts/broker-trouble.ts'
import type { Clock } from '../../contracts/clock.ts'
import { ERRORS } from '../../contracts/errors.ts'
import type { Logger } from '../../contracts/logger.ts'
import type { GatewayChannel, Topics } from '../../contracts/topics.ts'
import { VERSION } from '../../contracts/version.ts'
import type { Confirm, GatewayHealth, GatewayState } from '../../contracts/wire.ts'
import { BACK_OFF, backOffDelays, pause } from '../polling/back-off.ts'
import { type BrokerAddress, BrokerLink, type BrokerMessage } from './broker-link.ts'
import { parseConfirm, parseObject } from './confirm-payload.ts'
import type { Epoch } from './epoch.ts'
import { type ChangedLimits, parseLimits } from './limits-payload.ts'

/** Who is told what happens on the connection. Called synchronously. */
export interface PublisherEvents {
  /** The gateway is born in this session: live batches may follow. */
  onOnline(): void
  onOffline(): void
  onConfirm(confirm: Confirm): void
  /** Limits that were changed at run time, all of them. */
  onLimits(limits: ChangedLimits): void
  /** The session of the server that is there; undefined when it has gone. */
  onServer(session: string | undefined): void
}

interface PublisherOptions {
  gateway: string
  config: string
  topics: Topics
  epoch: Epoch
  clock: Clock
  random: () => number
  randomId: () => string
  logger: Logger
  events: PublisherEvents
}

/** An orderly end takes at most this long. */
const CLOSE_MS = 1_500

/**
 * The gateway's presence at the broker (DESIGN section 5): keeps one connection with a session of its own,
 * with the will and the birth that go with it, and hands over what it is given while there is one.
 */
export class Publisher {
  readonly #options: PublisherOptions
  readonly #stopping = new AbortController()
  #running: Promise<void> = Promise.resolve()
  #link: BrokerLink | undefined
  #session: string
  #onlineSince: number | undefined
  /** What was logged last, so that a broker that stays away is told of once. */
  #trouble: string | undefined
  #malformed = 0

  constructor(options: PublisherOptions) {
    this.#options = options
    this.#session = options.randomId()
  }

  get session(): string {
    return this.#session
  }

  /** Why there is no connection; undefined while there is one, or nothing has been tried. */
  get trouble(): string | undefined {
    return this.isOnline ? undefined : this.#trouble
  }

  get isOnline(): boolean {
    return this.#onlineSince !== undefined
  }

  /** `address` is asked for every connection, and throws nothing. */
  start(address: () => BrokerAddress): void {
    this.#running = this.#keepConnected(address)
  }

  /** Says goodbye, so that the will is not needed, and ends the connection within 2 s. */
  async stop(): Promise<void> {
    const link = this.#link
    const wasOnline = this.isOnline
    this.#stopping.abort()
    if (link !== undefined && wasOnline) {
      link.publish(this.#stateMessage(this.#offline()))
    }
    await link?.close(CLOSE_MS)
    await this.#running
  }

  /** Hands over a batch; `onTaken` is called once the broker has it. */
  publish(channel: GatewayChannel, payload: Buffer, onTaken?: () => void): void {
    this.#link?.publish({ topic: this.#topic(channel), payload }, onTaken)
  }

  publishHealth(health: GatewayHealth): void {
    this.publish('health', Buffer.from(JSON.stringify(health)))
  }

  /** Replaces a connection that takes nothing any more. */
  reconnect(): void {
    void this.#link?.close(0)
  }

  /** Tells the state again: after a new epoch, or when another voice said offline in our name. */
  birth(): void {
    const { epoch, config } = this.#options
    if (this.#onlineSince === undefined) return
    const since = this.#onlineSince
    const online: GatewayState = {
      state: 'online',
      epoch: epoch.id,
      session: this.#session,
      since,
      version: VERSION,
      config,
    }
    this.#link?.publish(this.#stateMessage(online))
  }

  async #keepConnected(addressNow: () => BrokerAddress): Promise<void> {
    const { random, randomId, clock } = this.#options
    const { signal } = this.#stopping
    let delays = backOffDelays(random)
    while (!signal.aborted) {
      this.#session = randomId()
      const address = addressNow()
      const outcome = await BrokerLink.open({
        address,
        will: this.#stateMessage(this.#offline()),
        onMessage: (message) => this.#onMessage(message),
        signal,
      })
      if (outcome.ok) {
        const since = clock.monotonic()
        await this.#liveOn(outcome.link, signal)
        // Two gateways of one name throw each other out at once: only what held for a while was sound.
        if (clock.monotonic() - since > BACK_OFF.longestMs) delays = backOffDelays(random)
      } else {
        this.#tell(outcome, address)
      }
      await pause(delays.next().value, signal)
    }
  }

  /** Resolves when the connection has gone. */
  async #liveOn(link: BrokerLink, signal: AbortSignal): Promise<void> {
    const { events, epoch, logger } = this.#options
    this.#link = link
    if (signal.aborted) await link.close(CLOSE_MS)
    const isSubscribed = await link.subscribe([this.#topic('confirm'), this.#topic('state')])
    if (isSubscribed && !signal.aborted) {
      // Not needed: where a broker does not grant these, a server that went is noticed by its silence, and
      // that a limit of run time was crossed after maxInterval.
      void link.subscribe([this.#options.topics.server(), this.#topic('limits')])
      this.#onlineSince = epoch.now()
      this.#trouble = undefined
      logger.info({ session: this.#session }, 'connected to the broker')
      this.birth()
      events.onOnline()
    } else if (link.isOpen) {
      this.#tell({ code: 'BROKER_REFUSED', detail: 'the subscription to confirm and state is not granted' })
      await link.close(CLOSE_MS)
    }
    await link.closed
    this.#link = undefined
    const wasOnline = this.isOnline
    this.#onlineSince = undefined
    if (!wasOnline) return
    events.onOffline()
    if (!signal.aborted) logger.warn({ session: this.#session }, 'the connection to the broker was lost')
  }

  #onMessage({ topic, payload, retain }: BrokerMessage): void {
    if (topic === this.#topic('state')) {
      // The will of an older connection may come after our birth and would stand there in its place.
      const isOffline = retain !== true && parseObject(payload)?.state === 'offline'
      if (isOffline && !this.#stopping.signal.aborted) this.birth()
      return
    }
    if (topic === this.#options.topics.server()) {
      const { state, session } = parseObject(payload) ?? {}
      if (state === 'offline') this.#options.events.onServer(undefined)
      else if (typeof session === 'string') this.#options.events.onServer(session)
      return
    }
    if (topic === this.#topic('limits')) {
      const limits = parseLimits(payload)
      if (limits === undefined) this.#ignore('limits')
      else this.#options.events.onLimits(limits)
      return
    }
    const confirm = parseConfirm(payload)
    if (confirm === undefined) this.#ignore('confirm')
    else this.#options.events.onConfirm(confirm)
  }

  #ignore(channel: GatewayChannel): void {
    this.#malformed += 1
    if (this.#malformed > 1) return
    this.#options.logger.warn({ code: 'PAYLOAD_INVALID', channel }, 'a message cannot be read and is ignored')
  }

  #tell(trouble: BrokerTrouble, address?: BrokerAddress): void {
    const { code, detail } = trouble
    if (this.#trouble === code || this.#stopping.signal.aborted) return
    this.#trouble = code
    const fields = { code, ...(address === undefined ? {} : { broker: withoutSecrets(address.url) }), detail }
    this.#options.logger.warn(fields, `the broker does not take us: ${ERRORS[code].remedy}`)
  }

  #topic(channel: GatewayChannel): string {
    return this.#options.topics.gateway(this.#options.gateway, channel)
  }

  #offline(): GatewayState {
    return { state: 'offline', epoch: this.#options.epoch.id, session: this.#session }
  }

  #stateMessage(state: GatewayState): BrokerMessage {
    return { topic: this.#topic('state'), payload: Buffer.from(JSON.stringify(state)), retain: true }
  }
}

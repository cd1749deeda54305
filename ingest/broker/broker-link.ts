import { Socket } from 'node:net'
import { connect, type IClientOptions, type ISubscriptionMap, type MqttClient } from 'mqtt'
import type { BrokerCredentials } from '../../contracts/broker-credentials.ts'
import { type BrokerTrouble, brokerTrouble } from '../../contracts/broker-trouble.ts'
import type { Clock } from '../../contracts/clock.ts'
import { KEEPALIVE_S } from '../../contracts/wire.ts'
import { Breath } from './breath.ts'

export interface OutgoingMessage {
  topic: string
  payload: string
  /** To be kept by the broker. */
  retain: boolean
}

export interface IncomingMessage {
  topic: string
  payload: Buffer
  /** It was kept by the broker, and is older than the subscription. */
  retain: boolean
}

/** All callbacks are called synchronously and must not throw. */
export interface BrokerLinkOptions {
  url: string
  clientId: string
  /** Asked for every connection; throws nothing. */
  credentials: () => BrokerCredentials
  clock: Pick<Clock, 'monotonic'>
  /** A connection that was lost is tried again after this, ms. */
  retryMs: number
  subscriptions: readonly string[]
  /** What comes has time: half of it is left to others. */
  rests?: boolean
  /** Left with the broker on every connect; it tells everybody when the connection is lost. */
  will?: () => OutgoingMessage
  /** Connected, and every subscription granted. */
  onUp: () => void
  onMessage: (message: IncomingMessage) => void
  /** After every try that failed and every connection that was lost. */
  onTrouble: (trouble: BrokerTrouble) => void
}

/** One connection and what the broker has not acknowledged on it. */
interface Session {
  readonly client: MqttClient
  isUp: boolean
  problem: BrokerTrouble
  untaken: number
  /** Called when the broker has taken a message, or never will. */
  wake: () => void
}

const CONNECT_TIMEOUT_MS = 5_000
/** A broker that does not acknowledge so many messages has stopped reading; a new connection starts clean. */
export const MAX_UNTAKEN = 10_000
/** Many messages go out so many at a time. */
const WINDOW = 500
const FAREWELL_MS = 500

/**
 * The server's line to the broker. A connection that is lost is replaced by a new one, never repaired, so
 * that nothing the old one still held comes out late. While there is none, nothing is queued: everything
 * that matters is told again on every connect.
 */
export class BrokerLink {
  readonly #options: BrokerLinkOptions
  #session: Session | undefined
  #subscriptions: readonly string[]
  #retry: NodeJS.Timeout | undefined
  #isStopping = false

  constructor(options: BrokerLinkOptions) {
    this.#options = options
    this.#subscriptions = options.subscriptions
  }

  get isUp(): boolean {
    return this.#session?.isUp ?? false
  }

  /** Returns at once; the broker may come later. */
  start(): void {
    this.#open()
  }

  /** Other topics from now on; of `again` the broker sends once more what it keeps. {@link BrokerLinkOptions.onUp} follows. */
  listenAnew(topics: {
    again: readonly string[]
    added: readonly string[]
    dropped: readonly string[]
  }): void {
    const { again, added, dropped } = topics
    this.#subscriptions = [...this.#subscriptions.filter((topic) => !dropped.includes(topic)), ...added]
    const session = this.#session
    if (session === undefined) return
    // Under way with the topics of before.
    if (!session.isUp && session.client.connected) session.client.end(true)
    if (!session.isUp) return
    void this.#subscribe(session, added, again)
    // Behind it, so that nothing falls between the two.
    if (dropped.length > 0) session.client.unsubscribe([...dropped])
  }

  /** At least once, or not at all when the connection is lost before. */
  publish({ topic, payload, retain }: OutgoingMessage): void {
    const session = this.#session
    if (session === undefined || !session.isUp) return
    session.untaken += 1
    session.client.publish(topic, payload, { qos: 1, retain }, () => {
      session.untaken -= 1
      session.wake()
    })
    if (session.untaken > MAX_UNTAKEN) session.client.end(true)
  }

  /** As fast as the broker takes them; ends early when the connection is lost. Each is asked for when it is sent. */
  async publishAll(messages: Iterable<OutgoingMessage>): Promise<void> {
    const session = this.#session
    for (const message of messages) {
      if (session === undefined || session !== this.#session || !session.isUp) return
      this.publish(message)
      while (session.untaken >= WINDOW && session.isUp) {
        const { promise, resolve } = Promise.withResolvers<void>()
        session.wake = resolve
        await promise
      }
    }
  }

  /** Says farewell if it can, and ends the connection within a second. It is not started again. */
  async stop(farewell?: OutgoingMessage): Promise<void> {
    this.#isStopping = true
    clearTimeout(this.#retry)
    const session = this.#session
    if (session === undefined) return
    const { client } = session
    if (farewell !== undefined) this.publish(farewell)
    const gone = new Promise<void>((resolve) => client.once('close', () => resolve()))
    // An orderly end waits for what is not acknowledged yet, for ever if need be, and cannot be hurried.
    client.end(!client.connected)
    const timer = setTimeout(() => client.stream.destroy(), FAREWELL_MS)
    await gone
    clearTimeout(timer)
  }

  #open(): void {
    const { url } = this.#options
    let client: MqttClient
    try {
      client = connect(url, this.#clientOptions())
    } catch (error) {
      // A URL or a key that the client cannot make sense of.
      this.#lost(brokerTrouble(error))
      return
    }
    const problem = { code: 'BROKER_UNREACHABLE' as const, detail: 'the connection was closed' }
    const session: Session = { client, isUp: false, problem, untaken: 0, wake: () => undefined }
    this.#session = session
    client.on('error', (error) => {
      session.problem = brokerTrouble(error)
    })
    client.on('connect', () => void this.#subscribe(session, this.#subscriptions))
    const breath = new Breath({ clock: this.#options.clock, rests: this.#options.rests ?? false })
    client.on('message', (topic, payload, { retain }) => {
      breath.begin()
      this.#options.onMessage({ topic, payload, retain })
    })
    client.handleMessage = (_packet, done) => breath.end(() => done())
    client.once('close', () => {
      client.end(true)
      session.isUp = false
      session.wake()
      this.#session = undefined
      this.#lost(session.problem)
    })
  }

  async #subscribe(
    session: Session,
    topics: readonly string[],
    again: readonly string[] = [],
  ): Promise<void> {
    const { client } = session
    // Without this a small message waits up to 40 ms for the acknowledgement of the one before.
    if (client.stream instanceof Socket) client.stream.setNoDelay(true)
    const timer = setTimeout(() => {
      session.problem = { code: 'BROKER_UNREACHABLE', detail: 'the subscriptions were not answered' }
      client.end(true)
    }, CONNECT_TIMEOUT_MS)
    try {
      if (topics.length > 0) await client.subscribeAsync([...topics], { qos: 1 })
      if (again.length > 0) await client.subscribeAsync(onceMore(again))
    } catch (error) {
      const { message, packet } = error as Error & { packet?: unknown }
      // With the answer of the broker; without it the connection was lost meanwhile.
      if (packet !== undefined) session.problem = { code: 'BROKER_REFUSED', detail: message }
      // A server that is connected and hears nothing is worse than one that is not connected.
      client.end(true)
      return
    } finally {
      clearTimeout(timer)
    }
    if (session !== this.#session || !client.connected) return
    session.isUp = true
    this.#options.onUp()
  }

  #lost(trouble: BrokerTrouble): void {
    if (this.#isStopping) return
    this.#options.onTrouble(trouble)
    this.#retry = setTimeout(() => this.#open(), this.#options.retryMs)
  }

  #clientOptions(): IClientOptions {
    const { clientId, credentials, will } = this.#options
    return {
      ...credentials(),
      clientId,
      clean: true,
      protocolVersion: 4,
      keepalive: KEEPALIVE_S,
      connectTimeout: CONNECT_TIMEOUT_MS,
      reconnectPeriod: 0,
      ...(will === undefined ? {} : { will: { ...will(), payload: Buffer.from(will().payload), qos: 1 } }),
    }
  }
}

/** The client takes what it has subscribed to for done, unless it is told so. */
function onceMore(topics: readonly string[]): ISubscriptionMap {
  const map: ISubscriptionMap = Object.fromEntries(topics.map((topic) => [topic, { qos: 1 }]))
  return Object.assign(map, { resubscribe: true })
}

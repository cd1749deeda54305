import { Socket } from 'node:net'
import { connect, type IClientOptions, type MqttClient } from 'mqtt'
import type { BrokerCredentials } from '../../contracts/broker-credentials.ts'
import { type BrokerTrouble, brokerTrouble } from '../../contracts/broker-trouble.ts'
import { KEEPALIVE_S } from '../../contracts/wire.ts'

/** How a broker is reached. */
export interface BrokerAddress extends BrokerCredentials {
  readonly url: string
  readonly clientId: string
}

export interface BrokerMessage {
  readonly topic: string
  readonly payload: Buffer
  /** To be kept by the broker; of a received message: it was kept, and is older than the subscription. */
  readonly retain?: boolean
}

export type BrokerOutcome =
  | { readonly ok: true; readonly link: BrokerLink }
  | ({ readonly ok: false } & BrokerTrouble)

/** How long a broker may take to accept a connection, and then a subscription. */
const PATIENCE_MS = 5_000

/**
 * One MQTT connection: it is opened once and replaced when it is lost, never repaired. So nothing that
 * the client still held can come out later, before the birth of the next session.
 */
export class BrokerLink {
  readonly closed: Promise<void>
  readonly #client: MqttClient
  readonly #patienceMs: number

  private constructor(client: MqttClient, patienceMs: number) {
    this.#client = client
    this.#patienceMs = patienceMs
    this.closed = new Promise((resolve) => client.once('close', resolve))
  }

  /** Never throws: a broker that is away or refuses is an outcome. */
  static open(options: {
    address: BrokerAddress
    /** Of one that has nothing to leave: none. */
    will?: BrokerMessage | undefined
    onMessage: (message: BrokerMessage) => void
    signal: AbortSignal
    patienceMs?: number
    keepaliveS?: number
  }): Promise<BrokerOutcome> {
    const { address, will, onMessage, signal, patienceMs = PATIENCE_MS, keepaliveS = KEEPALIVE_S } = options
    let client: MqttClient
    try {
      client = connect(address.url, {
        ...clientOptions(address, will),
        connectTimeout: patienceMs,
        keepalive: keepaliveS,
      })
    } catch (error) {
      // A URL that the client cannot make sense of is told like a broker that is not there.
      return Promise.resolve({ ok: false, ...brokerTrouble(error) })
    }
    return new Promise((resolve) => {
      let trouble: BrokerTrouble = {
        code: 'BROKER_UNREACHABLE',
        detail: `no answer within ${patienceMs} ms`,
      }
      const onAbort = () => client.end(true)
      signal.addEventListener('abort', onAbort)
      const settle = (outcome: BrokerOutcome) => {
        signal.removeEventListener('abort', onAbort)
        resolve(outcome)
      }
      // The listener stays: an error after the connect is followed by `close`, which is acted upon.
      client.on('error', (error) => {
        trouble = brokerTrouble(error)
      })
      client.once('close', () => {
        client.end(true)
        settle({ ok: false, ...trouble })
      })
      client.once('connect', () => {
        // Without this a small message waits up to 40 ms for the acknowledgement of the one before.
        if (client.stream instanceof Socket) client.stream.setNoDelay(true)
        client.on('message', (topic, payload, { retain }) => onMessage({ topic, payload, retain }))
        settle({ ok: true, link: new BrokerLink(client, patienceMs) })
      })
    })
  }

  get isOpen(): boolean {
    return this.#client.connected
  }

  /** Subscribes at QoS 1. False when the broker does not grant it in time, or the connection is lost. */
  async subscribe(topics: string[]): Promise<boolean> {
    const { promise: isGranted, resolve } = Promise.withResolvers<boolean>()
    this.#client.subscribe(topics, { qos: 1 }, (error, granted) => {
      resolve(error === null && (granted ?? []).every((grant) => grant.qos !== 128))
    })
    const timer = setTimeout(() => resolve(false), this.#patienceMs)
    const answer = await Promise.race([isGranted, this.closed.then(() => false)])
    clearTimeout(timer)
    return answer
  }

  /** QoS 1. `onTaken` is called when the broker has it; not at all when the connection is lost before. */
  publish(message: BrokerMessage, onTaken?: () => void): void {
    if (!this.isOpen) return
    const { topic, payload, retain = false } = message
    this.#client.publish(topic, payload, { qos: 1, retain }, (error) => {
      if (error === undefined || error === null) onTaken?.()
    })
  }

  /** Ends the connection: in an orderly way within `graceMs`, else by force. */
  async close(graceMs: number): Promise<void> {
    const isEnded = new Promise<void>((resolve) => {
      this.#client.end(false, {}, () => resolve())
    })
    // A second `end` would do nothing: the first still waits for what the broker has not acknowledged.
    const timer = setTimeout(() => this.#client.stream.destroy(), graceMs)
    await Promise.race([isEnded, this.closed])
    clearTimeout(timer)
  }
}

function clientOptions(address: BrokerAddress, will: BrokerMessage | undefined): IClientOptions {
  const { clientId, username, password, ca, cert, key } = address
  return {
    clientId,
    clean: true,
    protocolVersion: 4,
    reconnectPeriod: 0,
    ...(will === undefined
      ? {}
      : { will: { topic: will.topic, payload: will.payload, qos: 1, retain: true } }),
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
  }
}

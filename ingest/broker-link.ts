import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { connect, type IClientOptions, type MqttClient } from 'mqtt'
import { CodedError } from '../contracts/errors.ts'
import type { Facility } from '../contracts/facility.ts'
import type { Logger } from '../contracts/logger.ts'
import { KEEPALIVE_S } from '../contracts/wire.ts'

export interface BrokerLinkOptions {
  url: string
  clientId: string
  subscriptions: readonly string[]
  client: IClientOptions
  onConnect: () => void
  onMessage: (message: { topic: string; payload: Buffer; retain: boolean }) => void
  logger: Logger
}

/** One connection of the server to the broker. It reconnects by itself and never queues while it is down. */
export class BrokerLink {
  readonly #options: BrokerLinkOptions
  #client: MqttClient | undefined
  #reported = ''
  #isStopping = false

  constructor(options: BrokerLinkOptions) {
    this.#options = options
  }

  get isConnected(): boolean {
    return this.#client?.connected ?? false
  }

  start(): void {
    const { url, clientId, subscriptions, logger } = this.#options
    const client = connect(url, {
      ...this.#options.client,
      clientId,
      clean: true,
      protocolVersion: 4,
      keepalive: KEEPALIVE_S,
      reconnectPeriod: 1_000,
      connectTimeout: 5_000,
      queueQoSZero: false,
      resubscribe: false,
    })
    this.#client = client
    client.on('connect', () => {
      this.#reported = ''
      client
        .subscribeAsync([...subscriptions], { qos: 1 })
        .then(() => this.#options.onConnect())
        .catch((error: unknown) => logger.warn({ error: String(error) }, 'cannot subscribe'))
    })
    client.on('message', (topic, payload, packet) =>
      this.#options.onMessage({ topic, payload, retain: packet.retain }),
    )
    client.on('error', (error) => this.#report(error))
    client.on('close', () => this.#report(new Error('connection closed')))
  }

  /** At least once; dropped when not connected, since everything that matters is told again on connect. */
  publish(topic: string, payload: string, retain: boolean): void {
    if (!this.isConnected) return
    this.#client?.publish(topic, payload, { qos: 1, retain }, (error) => {
      if (error) this.#options.logger.debug({ topic, error: error.message }, 'not published')
    })
  }

  async stop(farewell?: { topic: string; payload: string }): Promise<void> {
    const client = this.#client
    if (client === undefined) return
    this.#isStopping = true
    if (client.connected && farewell !== undefined) {
      const sent = client.publishAsync(farewell.topic, farewell.payload, { qos: 1, retain: true })
      await Promise.race([sent, delay(500)]).catch((error: unknown) =>
        this.#options.logger.debug({ error: String(error) }, 'no farewell'),
      )
    }
    await client.endAsync(true)
  }

  /** Once per change, not once per try. */
  #report(error: Error): void {
    if (this.#isStopping) return
    const code = /not authorized|bad user|identifier rejected/i.test(error.message)
      ? 'BROKER_REFUSED'
      : 'BROKER_UNREACHABLE'
    if (this.#reported === code) return
    this.#reported = code
    const coded = new CodedError(code, `${this.#options.url}: ${error.message}`)
    this.#options.logger.warn({ code, remedy: coded.remedy }, coded.detail)
  }
}

/** User, password and certificates of a facility's `mqtt` section. @throws CodedError CONFIG_UNREADABLE */
export function brokerCredentials(facility: Facility, password: string | undefined): IClientOptions {
  const { username, passwordFile, ca, cert, key } = facility.mqtt
  const read = (path: string) => {
    const full = resolve(dirname(facility.file), path)
    try {
      return readFileSync(full, 'utf8')
    } catch (error) {
      throw new CodedError('CONFIG_UNREADABLE', `${full}: ${(error as Error).message}`, { cause: error })
    }
  }
  const secret = passwordFile === undefined ? password : read(passwordFile).trim()
  return {
    ...(username === undefined ? {} : { username }),
    ...(secret === undefined ? {} : { password: secret }),
    ...(ca === undefined ? {} : { ca: read(ca) }),
    ...(cert === undefined ? {} : { cert: read(cert) }),
    ...(key === undefined ? {} : { key: read(key) }),
  }
}

function delay(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms).unref())
}

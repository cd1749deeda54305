import type { IClientOptions } from 'mqtt'
import type { AlarmView } from '../contracts/api.ts'
import type { Facility } from '../contracts/facility.ts'
import type { Logger } from '../contracts/logger.ts'
import { Topics } from '../contracts/topics.ts'
import { VERSION } from '../contracts/version.ts'
import { type Confirm, KEEPALIVE_S, SERVER_STATE_INTERVAL_MS, type ServerState } from '../contracts/wire.ts'
import { BrokerLink } from './broker-link.ts'
import type { DeadLetters } from './dead-letters.ts'
import type { Intake } from './intake.ts'

export interface FacilityLinkOptions {
  facility: Facility
  url: string
  /** User, password, certificates. */
  credentials: IClientOptions
  /** Random, of this start of the server. */
  session: string
  intake: () => Pick<Intake, 'batch' | 'state' | 'health'>
  /** Every alarm of the facility as it is now. */
  alarms: () => Iterable<AlarmView>
  deadLetters: DeadLetters
  now: () => number
  logger: Logger
}

/**
 * The server's two connections for one facility: one for what is live, one for the backlog, so that a
 * flood of history never delays an alarm.
 */
export class FacilityLink {
  readonly #options: FacilityLinkOptions
  readonly #topics: Topics
  readonly #live: BrokerLink
  readonly #backlog: BrokerLink
  #timer: NodeJS.Timeout | undefined

  constructor(options: FacilityLinkOptions) {
    const { facility, url, credentials, session, logger } = options
    this.#options = options
    this.#topics = new Topics(facility.mqtt.prefix, facility.id)
    const topics = this.#topics
    const will = { topic: topics.server(), payload: this.#state('offline'), qos: 1 as const, retain: true }
    this.#live = new BrokerLink({
      url,
      clientId: `${facility.id}.server.${session}`,
      subscriptions: [
        topics.everyGateway('readings'),
        topics.everyGateway('state'),
        topics.everyGateway('health'),
        topics.everyAlarm(),
      ],
      client: { ...credentials, keepalive: KEEPALIVE_S, will },
      onConnect: () => this.#introduce(),
      onMessage: (message) => this.#receive(message),
      logger,
    })
    this.#backlog = new BrokerLink({
      url,
      clientId: `${facility.id}.server-backlog.${session}`,
      subscriptions: [topics.everyGateway('backlog')],
      client: credentials,
      onConnect: () => undefined,
      onMessage: (message) => this.#receive(message),
      logger,
    })
  }

  get isConnected(): boolean {
    return this.#live.isConnected && this.#backlog.isConnected
  }

  start(): void {
    this.#live.start()
    this.#backlog.start()
    this.#timer = setInterval(
      () => this.#live.publish(this.#topics.server(), this.#state('online'), true),
      SERVER_STATE_INTERVAL_MS,
    )
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
    const farewell = { topic: this.#topics.server(), payload: this.#state('offline') }
    await Promise.all([this.#live.stop(farewell), this.#backlog.stop()])
  }

  confirm(gateway: string, confirm: Confirm): void {
    this.#live.publish(this.#topics.gateway(gateway, 'confirm'), JSON.stringify(confirm), false)
  }

  alarm(view: AlarmView): void {
    this.#live.publish(this.#topics.alarm(view.id), JSON.stringify(view), true)
  }

  /** After every connect: the broker may have forgotten everything. */
  #introduce(): void {
    this.#live.publish(this.#topics.server(), this.#state('online'), true)
    for (const view of this.#options.alarms()) this.alarm(view)
    this.#options.logger.info({ facility: this.#options.facility.id }, 'connected to the broker')
  }

  #state(state: ServerState['state']): string {
    const { session, now } = this.#options
    return JSON.stringify({ state, session, version: VERSION, time: now() } satisfies ServerState)
  }

  #receive(message: { topic: string; payload: Buffer; retain: boolean }): void {
    const topic = this.#topics.parse(message.topic)
    if (topic?.kind === 'alarm') this.#clearRemoved(topic.alarm, message)
    else if (topic?.kind === 'gateway') this.#dispatch(topic.gateway, topic.channel, message)
    else this.#refuse(message)
  }

  #dispatch(gateway: string, channel: string, message: { topic: string; payload: Buffer }): void {
    const intake = this.#options.intake()
    switch (channel) {
      case 'readings':
        void intake.batch(gateway, 'live', message)
        break
      case 'backlog':
        void intake.batch(gateway, 'backlog', message)
        break
      case 'state':
        // An empty retained message only clears the topic.
        if (message.payload.length > 0) intake.state(gateway, message)
        break
      case 'health':
        intake.health(gateway, message)
        break
      default:
        this.#refuse(message)
    }
  }

  /** A retained alarm that the facility file no longer has must not stand there for ever. */
  #clearRemoved(
    alarm: string,
    { topic, payload, retain }: { topic: string; payload: Buffer; retain: boolean },
  ): void {
    if (!retain || payload.length === 0) return
    for (const view of this.#options.alarms()) if (view.id === alarm) return
    this.#live.publish(topic, '', true)
  }

  #refuse({ topic, payload }: { topic: string; payload: Buffer }): void {
    const detail = topic.slice(0, 200)
    const time = this.#options.now()
    this.#options.deadLetters.add({ time, topic: detail, payload, code: 'TOPIC_UNKNOWN', detail, count: 1 })
  }
}

import type { AlarmView } from '../../contracts/api.ts'
import { type BrokerCredentials, withoutSecrets } from '../../contracts/broker-credentials.ts'
import type { BrokerTrouble } from '../../contracts/broker-trouble.ts'
import type { Clock } from '../../contracts/clock.ts'
import { ERRORS } from '../../contracts/errors.ts'
import type { Facility } from '../../contracts/facility.ts'
import type { Logger } from '../../contracts/logger.ts'
import { type GatewayChannel, Topics } from '../../contracts/topics.ts'
import { VERSION } from '../../contracts/version.ts'
import {
  type Confirm,
  type GatewayLimits,
  type JournalHead,
  SERVER_STATE_INTERVAL_MS,
  type ServerState,
} from '../../contracts/wire.ts'
import type { Annunciators } from '../intake/annunciators.ts'
import type { ForeignIntake } from '../intake/foreign-intake.ts'
import type { Intake } from '../intake/intake.ts'
import type { DeadLetters } from '../rejects/dead-letters.ts'
import type { WaveformIntake } from '../waveforms/waveform-intake.ts'
import { BrokerLink, type IncomingMessage, type OutgoingMessage } from './broker-link.ts'

export interface Pace {
  /** The server says so often that it lives, ms. */
  stateIntervalMs: number
  /** A connection that was lost is tried again after this, ms. */
  retryMs: number
}

/** As text. */
const NO_LIMITS = '{}'

const PACE: Pace = { stateIntervalMs: SERVER_STATE_INTERVAL_MS, retryMs: 1_000 }

export interface FacilityLinkOptions {
  facility: Facility
  url: string
  credentials: () => BrokerCredentials
  /** Random, of this start of the server. */
  session: string
  intake: () => Pick<Intake, 'batch' | 'state' | 'health'>
  foreign: () => Pick<ForeignIntake, 'message'>
  annunciators?: () => Pick<Annunciators, 'message'>
  waveforms?: () => Pick<WaveformIntake, 'message'>
  /** Topics of devices that publish themselves, and of annunciators. */
  foreignTopics: readonly string[]
  /** There are seismic stations: their events are listened to. Without any an access list may not have them. */
  hasStations?: boolean
  /** Every alarm of the facility as it is now. */
  alarms: () => Iterable<AlarmView>
  /** Limits of a gateway's sensors that are not those of the file. */
  limits: (gateway: string) => GatewayLimits['limits']
  /** There is an alarm of this id. */
  isAlarm: (id: string) => boolean
  deadLetters: DeadLetters
  clock: Pick<Clock, 'monotonic'>
  now: () => number
  /** Tests cannot wait as long as plants can. */
  pace?: Pace
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
  #journalHead: JournalHead | undefined
  /** Limits as they were published last, as text. Key: gateway id. */
  readonly #limits = new Map<string, string>()
  /** Of the settings of alarms, as they were published last. Key: alarm id. */
  readonly #revisions = new Map<string, number>()
  #foreignTopics: readonly string[]
  #hasStations: boolean
  #timer: NodeJS.Timeout | undefined
  /** What was warned of last, so that a broker that stays away is told of once for both connections. */
  #told: BrokerTrouble['code'] | undefined

  constructor(options: FacilityLinkOptions) {
    const { facility, url, credentials, session, pace = PACE } = options
    const topics = new Topics(facility.mqtt.prefix, facility.id)
    const shared = {
      url,
      credentials,
      clock: options.clock,
      retryMs: pace.retryMs,
      onMessage: (message: IncomingMessage) => this.#receive(message),
      onTrouble: (trouble: BrokerTrouble) => this.#warn(trouble),
    }
    this.#options = options
    this.#foreignTopics = options.foreignTopics
    this.#hasStations = options.hasStations ?? false
    this.#topics = topics
    this.#live = new BrokerLink({
      ...shared,
      clientId: `${facility.id}.server.${session}`,
      subscriptions: [
        topics.everyGateway('readings'),
        topics.everyGateway('state'),
        topics.everyGateway('health'),
        topics.everyAlarm(),
        ...options.foreignTopics,
      ],
      will: () => this.#state('offline'),
      onUp: () => this.#introduce(),
    })
    this.#backlog = new BrokerLink({
      ...shared,
      clientId: `${facility.id}.server-backlog.${session}`,
      // Events are large, and as old as they are by then: they wait for no reading, and no reading for them.
      subscriptions: [
        topics.everyGateway('backlog'),
        ...(this.#hasStations ? [topics.everyGateway('waveforms')] : []),
      ],
      rests: true,
      onUp: () => this.#up(),
    })
  }

  /** Both connections stand and hear what they are to hear. */
  get isConnected(): boolean {
    return this.#live.isUp && this.#backlog.isUp
  }

  start(): void {
    this.#live.start()
    this.#backlog.start()
    const { stateIntervalMs } = this.#options.pace ?? PACE
    this.#timer = setInterval(() => this.#live.publish(this.#state('online')), stateIntervalMs)
  }

  /**
   * The facility has other alarms, gateways and foreign devices. Births, which the broker keeps, come again: they say
   * whether a gateway has the same file. `gone` are alarms that are no more.
   */
  follow(foreignTopics: readonly string[], gone: readonly string[], hasStations = false): void {
    const before = this.#foreignTopics
    this.#foreignTopics = foreignTopics
    for (const id of gone) this.#forget(this.#topics.alarm(id))
    this.#live.listenAnew({
      again: [this.#topics.everyGateway('state')],
      added: foreignTopics.filter((topic) => !before.includes(topic)),
      dropped: before.filter((topic) => !foreignTopics.includes(topic)),
    })
    if (hasStations === this.#hasStations) return
    this.#hasStations = hasStations
    const events = [this.#topics.everyGateway('waveforms')]
    this.#backlog.listenAnew({
      again: [],
      added: hasStations ? events : [],
      dropped: hasStations ? [] : events,
    })
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
    await Promise.all([this.#live.stop(this.#state('offline')), this.#backlog.stop()])
  }

  /** Lost when the connection is: the gateway then sends the batch again and is told again. */
  confirm(gateway: string, confirm: Confirm): void {
    const topic = this.#topics.gateway(gateway, 'confirm')
    this.#live.publish({ topic, payload: JSON.stringify(confirm), retain: false })
  }

  /** One that is no longer in the facility file is told, and not kept by the broker. */
  alarm(view: AlarmView): void {
    const message = this.#alarmMessage(view)
    const isThere = this.#options.isAlarm(view.id)
    this.#live.publish({ ...message, retain: isThere })
    if (!isThere) this.#forget(message.topic)
    if ((this.#revisions.get(view.id) ?? 0) === view.revision) return
    this.#revisions.set(view.id, view.revision)
    this.#publishLimits()
  }

  /** Gateways are told which limits they are to watch beside those of their file. */
  #publishLimits(): void {
    const { facility, limits, now } = this.#options
    for (const { id } of facility.gateways) {
      const changed = limits(id)
      const text = JSON.stringify(changed)
      if (this.#limits.get(id) === text) continue
      this.#limits.set(id, text)
      const payload: GatewayLimits = { limits: changed, time: now() }
      const topic = this.#topics.gateway(id, 'limits')
      this.#live.publish({ topic, payload: JSON.stringify(payload), retain: true })
    }
  }

  /** A gateway that is born may have subscribed just when its limits were published, and heard neither. */
  #repeatLimits(gateway: string): void {
    if ((this.#limits.get(gateway) ?? NO_LIMITS) === NO_LIMITS) return
    this.#limits.delete(gateway)
    this.#publishLimits()
  }

  /** How far the journal goes by now; told again to a broker that comes later. */
  journal(head: JournalHead): void {
    this.#journalHead = head
    const payload = JSON.stringify(head)
    this.#live.publish({ topic: this.#topics.journal(), payload, retain: true })
  }

  /** After every connect: the broker may have forgotten everything. */
  #introduce(): void {
    this.#up()
    this.#limits.clear()
    this.#publishLimits()
    if (this.#journalHead !== undefined) this.journal(this.#journalHead)
    const alarms = Iterator.from(this.#options.alarms()).map((view) => this.#alarmMessage(view))
    this.#live
      .publishAll(alarms)
      .catch((error: unknown) => this.#options.logger.error({ error: String(error) }, 'alarms not told'))
  }

  #up(): void {
    if (!this.isConnected) return
    // Gateways take it for the sign to send what waits: by now it is heard on both connections.
    this.#live.publish(this.#state('online'))
    this.#told = undefined
    this.#options.logger.info({ facility: this.#options.facility.id }, 'connected to the broker')
  }

  #warn({ code, detail }: BrokerTrouble): void {
    if (this.#told === code) return
    this.#told = code
    const { facility, url, logger } = this.#options
    const fields = { facility: facility.id, code, broker: withoutSecrets(url), detail }
    logger.warn(fields, `no connection to the broker: ${ERRORS[code].remedy}`)
  }

  #state(state: ServerState['state']): OutgoingMessage {
    const { session, now } = this.#options
    const payload: ServerState = { state, session, version: VERSION, time: now() }
    return { topic: this.#topics.server(), payload: JSON.stringify(payload), retain: true }
  }

  #alarmMessage(view: AlarmView): OutgoingMessage {
    return { topic: this.#topics.alarm(view.id), payload: JSON.stringify(view), retain: true }
  }

  /** No message may take the server down, whatever it holds. */
  #receive(message: IncomingMessage): void {
    try {
      const topic = this.#topics.parse(message.topic)
      if (topic?.kind === 'alarm') this.#clearRemoved(topic.alarm, message)
      else if (topic?.kind === 'gateway') this.#dispatch(topic.gateway, topic.channel, message)
      else if (topic?.kind === 'annunciator') this.#annunciator(topic.annunciator, message)
      // Devices may publish anywhere.
      else if (!this.#options.foreign().message(message.topic, message)) this.#refuse(message)
    } catch (error) {
      const fields = { topic: message.topic.slice(0, 200), code: 'INTERNAL', error: String(error) }
      this.#options.logger.error(fields, 'a message was not taken')
    }
  }

  #dispatch(gateway: string, channel: GatewayChannel, message: IncomingMessage): void {
    const intake = this.#options.intake()
    switch (channel) {
      case 'readings':
        // What the broker kept for us is history, and nobody's sign of life.
        void intake.batch(gateway, message.retain ? 'backlog' : 'live', message)
        break
      case 'backlog':
        void intake.batch(gateway, 'backlog', message)
        break
      case 'state':
        // An empty retained message only clears the topic.
        if (message.payload.length > 0) intake.state(gateway, message)
        this.#repeatLimits(gateway)
        break
      case 'health':
        intake.health(gateway, message)
        break
      case 'waveforms':
        if (this.#options.waveforms === undefined) this.#refuse(message)
        else void this.#options.waveforms().message(gateway, message)
        break
      case 'confirm':
      case 'limits':
        this.#refuse(message)
    }
  }

  #annunciator(annunciator: string, message: IncomingMessage): void {
    const isTheirs = this.#options.annunciators?.().message(annunciator, message) ?? false
    if (!isTheirs && !this.#options.foreign().message(message.topic, message)) this.#refuse(message)
  }

  /** A retained alarm that the facility file no longer has must not stand there for ever. */
  #clearRemoved(alarm: string, { topic, payload, retain }: IncomingMessage): void {
    if (!retain || payload.length === 0 || this.#options.isAlarm(alarm)) return
    this.#forget(topic)
  }

  #forget(topic: string): void {
    this.#live.publish({ topic, payload: '', retain: true })
  }

  #refuse({ topic, payload }: IncomingMessage): void {
    const time = this.#options.now()
    const letter = { time, topic, payload, code: 'TOPIC_UNKNOWN' as const, detail: topic, count: 1 }
    this.#options.deadLetters.add(letter)
  }
}

import type { GatewayView } from '../../contracts/api.ts'
import type { Clock, SteadyClock } from '../../contracts/clock.ts'
import type { BatchName } from '../../contracts/evidence-batch.ts'
import type { Facility, Gateway } from '../../contracts/facility.ts'
import type { Logger } from '../../contracts/logger.ts'
import type { Confirm } from '../../contracts/wire.ts'
import type { DeadLetters } from '../rejects/dead-letters.ts'
import type { LetterKind } from '../rejects/letter.ts'
import type { AlarmPort } from './alarm-port.ts'
import { isObject, type Refused } from './batch-decode.ts'
import { DeliveryMarks, type KeptMarks } from './delivery-marks.ts'
import { gatewayView } from './gateway-view.ts'
import { GatewayWatch, type Moment } from './gateway-watch.ts'
import { decodeHealth, decodeState } from './presence-decode.ts'

/** A message of a gateway, as it came. */
export interface Message {
  topic: string
  payload: Buffer
}

export interface GatewaysOptions {
  facility: Facility
  alarms: AlarmPort
  clock: Clock
  steady: Pick<SteadyClock, 'now'>
  deadLetters: DeadLetters
  confirm: (gateway: string, confirm: Confirm) => void
  onGateway: (view: GatewayView) => void
  logger: Logger
}

/** How often a gateway's view is told while only its counters change, ms. */
const VIEW_INTERVAL_MS = 5_000

/** The gateways of one facility: who is there, what they say of themselves, and what they are told. */
export class Gateways {
  readonly #options: GatewaysOptions
  #facility: Facility
  /** Key: gateway id. */
  readonly #watches = new Map<string, GatewayWatch>()
  /** When its view was last told, monotonic ms. Key: gateway id. */
  readonly #shown = new Map<string, number>()

  /** `kept` are the marks of the last run, key: gateway id. @throws CodedError DATA_DAMAGED */
  constructor(options: GatewaysOptions, kept: Readonly<Record<string, KeptMarks>> = {}) {
    this.#options = options
    this.#facility = options.facility
    for (const gateway of options.facility.gateways) this.#watch(gateway, kept[gateway.id])
  }

  /** The facility as its file says now; gateways that stay are watched as before. */
  follow(facility: Facility): void {
    this.#facility = facility
    const { monotonic } = this.moment()
    const ids = new Set(facility.gateways.map(({ id }) => id))
    for (const id of this.#watches.keys()) if (!ids.has(id)) this.#watches.delete(id)
    for (const gateway of facility.gateways) {
      const watch = this.#watches.get(gateway.id)
      if (watch === undefined) this.#watch(gateway, undefined).listen(monotonic)
      else watch.follow(gateway)
    }
  }

  /** Key: gateway id. */
  get watches(): ReadonlyMap<string, GatewayWatch> {
    return this.#watches
  }

  views(): GatewayView[] {
    return [...this.#watches.values()].map((watch) => gatewayView(this.#facility, watch))
  }

  moment(): Moment {
    return { monotonic: this.#options.clock.monotonic(), now: this.#options.steady.now() }
  }

  /** The gateway a message comes from; undefined, and counted, when the facility has none of that name. */
  sender(gateway: string, { topic, payload }: Message): GatewayWatch | undefined {
    const watch = this.#watches.get(gateway)
    if (watch !== undefined) return watch
    const time = this.#options.steady.now()
    const letter = { time, topic, payload, code: 'GATEWAY_UNKNOWN' as const, detail: gateway, count: 1 }
    this.#options.deadLetters.add(letter)
    return undefined
  }

  /** A retained birth or will. */
  state(gateway: string, message: Message): void {
    const watch = this.sender(gateway, message)
    if (watch === undefined) return
    const { alarms, logger, steady } = this.#options
    const news = decodeState(message.payload)
    if (news === undefined) {
      this.refuse(watch, message, { code: 'PAYLOAD_INVALID', detail: 'state' })
    } else if (news.state === 'online') {
      const configMatches = news.config === this.#facility.digest
      watch.birth({ ...news, configMatches })
      this.#tell(() => alarms.gatewayCondition(gateway, { configDiffers: !configMatches }))
    } else if (watch.goodbye(news.session, steady.now())) {
      // It says so itself, and the alarm of its link tells people.
      logger.info({ gateway }, 'gateway went offline')
      this.#tell(() => alarms.gatewayLost(gateway))
    }
    this.show(watch, true)
  }

  health(gateway: string, message: Message): void {
    const watch = this.sender(gateway, message)
    if (watch === undefined) return
    const health = decodeHealth(message.payload)
    if (health === undefined) this.refuse(watch, message, { code: 'PAYLOAD_INVALID', detail: 'health' })
    else {
      watch.health = health
      const waits = waitsFirst(health)
      if (waits !== undefined) this.#tell(() => this.#options.alarms.finishLate(gateway, waits ?? undefined))
    }
    this.show(watch, true)
  }

  /** The broker is listened to from now on: however long the start took, nobody was silent meanwhile. */
  listen(): void {
    const { monotonic } = this.moment()
    for (const watch of this.#watches.values()) watch.listen(monotonic)
  }

  /** Looks for gateways that fell silent; called a few times a second. */
  sweep(): void {
    const at = this.moment()
    for (const [gateway, watch] of this.#watches) {
      if (!watch.sweep(at)) continue
      this.#options.logger.warn({ gateway }, 'gateway is lost')
      this.#tell(() => this.#options.alarms.gatewayLost(gateway))
      this.show(watch, true)
    }
  }

  clockStepped(step: number): void {
    for (const watch of this.#watches.values()) watch.clockStepped(step)
  }

  /** Counts what is not taken, and keeps it for a person to look at. */
  refuse(
    watch: GatewayWatch,
    of: Message & { kind?: LetterKind },
    { code, detail }: Refused,
    count = 1,
  ): void {
    watch.counters.rejected += count
    const time = this.#options.steady.now()
    const { deadLetters } = this.#options
    deadLetters.add({
      ...of,
      time,
      facility: this.#facility.id,
      gateway: watch.gateway.id,
      code,
      detail,
      count,
    })
  }

  #watch(gateway: Gateway, kept: KeptMarks | undefined): GatewayWatch {
    const watch = new GatewayWatch({ gateway, marks: DeliveryMarks.restore(kept), ...this.moment() })
    this.#watches.set(gateway.id, watch)
    return watch
  }

  /** Tells people how a gateway is; now and then only, unless there is news. */
  show(watch: GatewayWatch, isNews: boolean): void {
    const now = this.#options.clock.monotonic()
    const shown = this.#shown.get(watch.gateway.id) ?? Number.NEGATIVE_INFINITY
    if (!isNews && now - shown < VIEW_INTERVAL_MS) return
    this.#shown.set(watch.gateway.id, now)
    this.#options.onGateway(gatewayView(this.#facility, watch))
  }

  /** For what no message waits for: a journal that fails is told by the alarms themselves. */
  #tell(work: () => Promise<void>): void {
    Promise.try(work).catch((error: unknown) =>
      this.#options.logger.debug({ error: String(error) }, 'not journalled yet'),
    )
  }
}

/** The oldest batch in the outbox of a gateway, by its own health: null for none, undefined when it does not say. */
function waitsFirst({ outbox }: { outbox?: unknown }): BatchName | null | undefined {
  if (!isObject(outbox)) return undefined
  const { first } = outbox
  if (first === null) return null
  if (!isObject(first) || typeof first.epoch !== 'string' || typeof first.seq !== 'number') return undefined
  return { epoch: first.epoch, seq: first.seq }
}

import type { GatewayView } from '../contracts/api.ts'
import type { Clock, SteadyClock } from '../contracts/clock.ts'
import type { Facility, Gateway } from '../contracts/facility.ts'
import { formatIso } from '../contracts/iso-time.ts'
import type { Logger } from '../contracts/logger.ts'
import type { Reading } from '../contracts/reading.ts'
import type { Confirm, Refusal } from '../contracts/wire.ts'
import { type DecodedBatch, decodeBatch, decodeReading, parseObject, type Refused } from './batch-decode.ts'
import type { DeadLetters } from './dead-letters.ts'
import { DeliveryMarks } from './delivery-marks.ts'
import { GatewayWatch, type LiveNews, MAX_SKEW_MS } from './gateway-watch.ts'
import type { StoreQueue } from './store-queue.ts'

/** What evaluation is asked for; each promise settles when its transitions stand in the journal. */
export interface AlarmPort {
  evaluate(batch: {
    gateway: string
    offset: number
    stepped: boolean
    readings: readonly Reading[]
    polled?: Readonly<Record<string, number>>
    isLive: boolean
  }): Promise<void>
  gatewayLost(gateway: string): Promise<void>
  gatewayHeard(gateway: string): Promise<void>
  /** The gateway's clock (s off) and whether its facility file differs. */
  gatewayCondition(gateway: string, condition: { skewS?: number; configDiffers?: boolean }): Promise<void>
}

export interface IntakeOptions {
  facility: Facility
  /** Key: gateway id. */
  marks: ReadonlyMap<string, DeliveryMarks>
  alarms: AlarmPort
  store: Pick<StoreQueue, 'write'>
  clock: Clock
  steady: SteadyClock
  deadLetters: DeadLetters
  confirm: (gateway: string, confirm: Confirm) => void
  onReading: (reading: Reading) => void
  onGateway: (view: GatewayView) => void
  logger: Logger
}

/** Backlog batches that all gateways together may have under way. */
const CREDIT_BUDGET = 64
const MAX_CREDIT = 8
/** How often a gateway's view is told while only its counters change, ms. */
const VIEW_INTERVAL_MS = 5_000

/**
 * Everything that arrives from the gateways of one facility: decode, check, evaluate, store, confirm. A
 * reading is evaluated in the turn it arrives in, before it is stored; it is confirmed when it is durable
 * and its transitions stand in the journal.
 */
export class Intake {
  readonly #options: IntakeOptions
  /** Key: gateway id. */
  readonly #watches = new Map<string, GatewayWatch>()
  /** The newest current reading. Key: sensor id. */
  readonly #latest = new Map<string, Reading>()
  /** Batches that are evaluated and not durable yet: a resend of them is no news. Key: epoch, a space, seq. */
  readonly #underWay = new Set<string>()
  /** Key: gateway id. */
  readonly #shown = new Map<string, number>()

  constructor(options: IntakeOptions) {
    this.#options = options
    const at = { monotonic: options.clock.monotonic(), now: options.steady.now() }
    for (const gateway of options.facility.gateways) {
      const marks = options.marks.get(gateway.id) ?? new DeliveryMarks()
      this.#watches.set(gateway.id, new GatewayWatch({ gateway, marks, ...at }))
    }
  }

  latest(sensor: string): Reading | undefined {
    return this.#latest.get(sensor)
  }

  /** Key: gateway id. */
  get watches(): ReadonlyMap<string, GatewayWatch> {
    return this.#watches
  }

  /** A batch on the live or the backlog topic. Never throws: what is wrong is counted and told. */
  async batch(
    gateway: string,
    lane: 'live' | 'backlog',
    message: { topic: string; payload: Buffer },
  ): Promise<void> {
    const watch = this.#watchOf(gateway, message)
    if (watch === undefined) return
    const decoded = decodeBatch(message.payload)
    if (decoded.batch === undefined) {
      this.#refuse(watch, message, decoded.refused, 1)
      // A batch that can be named is done with; one that cannot is set aside by its gateway.
      if (decoded.identity !== undefined) {
        const { epoch, seq } = decoded.identity
        this.#confirm(watch, epoch, [], [{ seq, count: 1, code: decoded.refused.code }])
      }
      return
    }
    await this.#take(watch, lane, decoded.batch, message)
  }

  /** A retained birth or will. */
  state(gateway: string, message: { topic: string; payload: Buffer }): void {
    const watch = this.#watchOf(gateway, message)
    if (watch === undefined) return
    const state = parseObject(message.payload)
    const { session, version, config } = state ?? {}
    if (
      typeof session !== 'string' ||
      session.length > 64 ||
      (state?.state !== 'online' && state?.state !== 'offline')
    ) {
      this.#refuse(watch, message, { code: 'PAYLOAD_INVALID', detail: 'state' }, 1)
      return
    }
    if (state.state === 'online') {
      const configMatches = config === this.#options.facility.digest
      watch.birth({ session, version: String(version ?? '').slice(0, 40), configMatches })
      this.#background(this.#options.alarms.gatewayCondition(gateway, { configDiffers: !configMatches }))
    } else if (watch.goodbye(session, this.#options.steady.now())) {
      this.#options.logger.warn({ gateway }, 'gateway went offline')
      this.#background(this.#options.alarms.gatewayLost(gateway))
    }
    this.#show(watch, true)
  }

  health(gateway: string, message: { topic: string; payload: Buffer }): void {
    const watch = this.#watchOf(gateway, message)
    if (watch === undefined) return
    const health = message.payload.length > MAX_HEALTH_BYTES ? undefined : parseObject(message.payload)
    if (health === undefined) this.#refuse(watch, message, { code: 'PAYLOAD_INVALID', detail: 'health' }, 1)
    else watch.health = health
    this.#show(watch, true)
  }

  /** Looks for gateways that fell silent; called a few times a second. */
  sweep(): void {
    const at = this.#times()
    for (const [gateway, watch] of this.#watches) {
      if (!watch.sweep(at)) continue
      this.#options.logger.warn({ gateway }, 'gateway is lost')
      this.#background(this.#options.alarms.gatewayLost(gateway))
      this.#show(watch, true)
    }
  }

  clockStepped(step: number): void {
    for (const watch of this.#watches.values()) watch.clockStepped(step)
  }

  views(): GatewayView[] {
    return [...this.#watches.values()].map((watch) => this.#view(watch))
  }

  async #take(
    watch: GatewayWatch,
    lane: 'live' | 'backlog',
    batch: DecodedBatch,
    message: Message,
  ): Promise<void> {
    const { epoch, seq } = batch
    const gateway = watch.gateway.id
    const news = lane === 'live' ? watch.live(batch, this.#times()) : undefined
    watch.marks.meet(epoch, lane)
    const key = `${gateway} ${epoch} ${seq}`
    if (watch.marks.isApplied(epoch, seq)) {
      watch.counters.duplicates += 1
      this.#confirm(watch, epoch, [seq], [])
      return
    }
    if (this.#underWay.has(key)) return
    this.#underWay.add(key)
    try {
      const { current, late, refusals } = this.#check(watch, batch, message, news)
      const evaluated = this.#evaluate(watch, batch, current, news)
      this.#count(watch, batch, { current: current.length, late: late.length })
      await Promise.all([
        ...evaluated,
        this.#options.store.write(this.#options.facility.id, [...current, ...late]),
      ])
      watch.marks.apply(epoch, seq)
      this.#confirm(watch, epoch, [seq], refusals)
    } catch (error) {
      // Not confirmed, so the gateway keeps it and sends it again.
      this.#options.logger.warn({ gateway, epoch, seq, error: String(error) }, 'batch not confirmed')
    } finally {
      this.#underWay.delete(key)
    }
    this.#show(watch, news?.isBack === true)
  }

  /** One bad reading does not take down the rest of its batch. */
  #check(watch: GatewayWatch, batch: DecodedBatch, message: Message, news: LiveNews | undefined) {
    const current: Reading[] = []
    const late: Reading[] = []
    const refused = new Map<Refused['code'], number>()
    for (const [position, item] of batch.readings.entries()) {
      const reading = this.#checkReading(watch, item, batch.sent)
      if ('code' in reading) {
        refused.set(reading.code, (refused.get(reading.code) ?? 0) + 1)
        this.#refuse(watch, message, reading, 1)
        continue
      }
      const isCurrent = watch.marks.pass(reading.sensor, batch.epoch, { seq: batch.seq, position })
      const dated = this.#date(reading, news?.offset ?? watch.offset)
      if (isCurrent) current.push(dated)
      else late.push(dated)
    }
    const refusals: Refusal[] = [...refused].map(([code, count]) => ({ seq: batch.seq, count, code }))
    return { current, late, refusals }
  }

  #checkReading(watch: GatewayWatch, item: unknown, sent: number): Reading | Refused {
    const reading = decodeReading(item, sent)
    if ('code' in reading) return reading
    const sensor = this.#options.facility.sensors.get(reading.sensor)
    if (sensor === undefined) return { code: 'SENSOR_UNKNOWN', detail: reading.sensor }
    if (sensor.gateway !== watch.gateway.id) {
      return { code: 'SENSOR_FOREIGN', detail: `${reading.sensor} belongs to ${sensor.gateway}` }
    }
    return reading
  }

  /** With a clock more than a minute off, arrival is the better date; the doubt stays with the reading. */
  #date(reading: Reading, offset: number | null): Reading {
    if (offset === null || Math.abs(offset) <= MAX_SKEW_MS) return reading
    const time = reading.time + offset
    return reading.quality === 'good'
      ? { ...reading, time, quality: 'uncertain', reason: 'clock' }
      : { ...reading, time }
  }

  #evaluate(
    watch: GatewayWatch,
    batch: DecodedBatch,
    current: Reading[],
    news: LiveNews | undefined,
  ): Promise<void>[] {
    const { alarms, onReading } = this.#options
    const gateway = watch.gateway.id
    const offset = news?.offset ?? watch.offset ?? 0
    // Readings that were dated anew are in the server's own time already.
    const isDatedAnew = Math.abs(offset) > MAX_SKEW_MS
    const polled = news?.isPolledEvidence === true ? this.#ownPolls(watch.gateway, batch.polled) : undefined
    const done = [
      alarms.evaluate({
        gateway,
        offset: isDatedAnew ? 0 : offset,
        stepped: news?.stepped ?? false,
        readings: current,
        isLive: news !== undefined,
        ...(polled === undefined || isDatedAnew ? {} : { polled }),
      }),
    ]
    if (news !== undefined) done.push(alarms.gatewayCondition(gateway, { skewS: Math.abs(offset) / 1_000 }))
    if (news?.isBack === true) {
      this.#options.logger.info({ gateway }, 'gateway is online')
      done.push(alarms.gatewayHeard(gateway))
    }
    for (const reading of current) {
      this.#latest.set(reading.sensor, reading)
      onReading(reading)
    }
    return done
  }

  /** A gateway speaks for its own devices only. */
  #ownPolls(gateway: Gateway, polled: Record<string, number>): Record<string, number> {
    const own = gateway.buses.flatMap((bus) => bus.devices.map((device) => device.id))
    return Object.fromEntries(
      own.filter((id) => Object.hasOwn(polled, id)).map((id) => [id, polled[id] ?? 0]),
    )
  }

  #count(watch: GatewayWatch, batch: DecodedBatch, readings: { current: number; late: number }): void {
    const { counters } = watch
    counters.batches += 1
    counters.readings += readings.current + readings.late
    counters.late += readings.late
    for (const gap of batch.gaps) {
      counters.lost += gap.count
      this.#options.logger.warn({ gateway: watch.gateway.id, gap }, 'the gateway dropped readings')
    }
  }

  #confirm(watch: GatewayWatch, epoch: string, seqs: readonly number[], refused: Refusal[]): void {
    const online = [...this.#watches.values()].filter((other) => other.state === 'online').length
    this.#options.confirm(watch.gateway.id, {
      epoch,
      seqs: seqs.map((seq) => [seq, seq]),
      ...(refused.length === 0 ? {} : { refused }),
      credit: Math.max(1, Math.min(MAX_CREDIT, Math.floor(CREDIT_BUDGET / Math.max(1, online)))),
      ...(watch.needsSnapshot ? { snapshot: true } : {}),
      time: this.#options.steady.now(),
    })
  }

  #watchOf(gateway: string, { topic, payload }: Message): GatewayWatch | undefined {
    const watch = this.#watches.get(gateway)
    if (watch === undefined) {
      const time = this.#options.steady.now()
      this.#options.deadLetters.add({
        time,
        topic,
        payload,
        code: 'GATEWAY_UNKNOWN',
        detail: gateway.slice(0, 64),
        count: 1,
      })
    }
    return watch
  }

  #refuse(watch: GatewayWatch, { topic, payload }: Message, { code, detail }: Refused, count: number): void {
    watch.counters.rejected += count
    this.#options.deadLetters.add({ time: this.#options.steady.now(), topic, payload, code, detail, count })
  }

  /** For what no message waits for: a failure has been told by the alarm service itself. */
  #background(done: Promise<void>): void {
    done.catch((error: unknown) => this.#options.logger.debug({ error: String(error) }, 'not journalled yet'))
  }

  #show(watch: GatewayWatch, isNews: boolean): void {
    const now = this.#options.clock.monotonic()
    const shown = this.#shown.get(watch.gateway.id) ?? Number.NEGATIVE_INFINITY
    if (!isNews && now - shown < VIEW_INTERVAL_MS) return
    this.#shown.set(watch.gateway.id, now)
    this.#options.onGateway(this.#view(watch))
  }

  #view(watch: GatewayWatch): GatewayView {
    const { id, timezone } = this.#options.facility
    return {
      facility: id,
      id: watch.gateway.id,
      name: watch.gateway.name,
      state: watch.state,
      since: formatIso(watch.since, timezone),
      lastHeard: watch.lastHeard === null ? null : formatIso(watch.lastHeard, timezone),
      version: watch.version,
      configMatches: watch.configMatches,
      skewMs: watch.offset,
      counters: { ...watch.counters, missing: watch.missing },
      health: watch.health,
    }
  }

  #times(): { monotonic: number; now: number } {
    return { monotonic: this.#options.clock.monotonic(), now: this.#options.steady.now() }
  }
}

type Message = { topic: string; payload: Buffer }

const MAX_HEALTH_BYTES = 64 * 1024

import type { GatewayView } from '../../contracts/api.ts'
import { CodedError } from '../../contracts/errors.ts'
import type { Gateway } from '../../contracts/facility.ts'
import type { Reading } from '../../contracts/reading.ts'
import type { Gap, Refusal } from '../../contracts/wire.ts'
import type { DeadLetter } from '../rejects/dead-letters.ts'
import type { StoreQueue } from '../store/store-queue.ts'
import { type CheckedBatch, checkBatch } from './batch-check.ts'
import { type BatchIdentity, type DecodedBatch, decodeBatch } from './batch-decode.ts'
import type { Dating } from './dating.ts'
import type { Lane } from './delivery-marks.ts'
import type { GatewayWatch, LiveNews } from './gateway-watch.ts'
import { Gateways, type GatewaysOptions, type Message } from './gateways.ts'

export interface IntakeOptions extends GatewaysOptions {
  store: Pick<StoreQueue, 'write'>
  /** Every reading that is the newest of its sensor, in the turn it arrives in. */
  onReading: (reading: Reading) => void
}

/** A batch on its way to the disk. Of its payload it holds no more than is shown of what was refused. */
interface Taken extends BatchIdentity {
  watch: GatewayWatch
  checked: Omit<CheckedBatch, 'refused'>
  letters: readonly (Pick<DeadLetter, 'code' | 'count' | 'detail'> & Message)[]
  gaps: readonly Gap[]
  isBack: boolean
}

/** Batches that wait for disk or journal; beyond, what is live is evaluated and its gateway resends it. */
export const MAX_UNDER_WAY = 4_096

/**
 * Everything that arrives from the gateways of one facility: decode, check, evaluate, store, confirm. A
 * reading is evaluated in the turn it arrives in, before it is stored; it is confirmed when it is durable
 * and its transitions stand in the journal.
 */
export class Intake {
  readonly #options: IntakeOptions
  readonly #gateways: Gateways
  /** The newest current reading. Key: sensor id. */
  readonly #latest = new Map<string, Reading>()
  /** Batches that are evaluated and not durable yet: a resend of them is no news. Key: gateway, epoch, seq. */
  readonly #underWay = new Set<string>()
  /** Batches that could not be confirmed since the last one that could. Key: gateway id. */
  readonly #unconfirmed = new Map<string, number>()

  constructor(options: IntakeOptions) {
    this.#options = options
    this.#gateways = new Gateways(options)
  }

  latest(sensor: string): Reading | undefined {
    return this.#latest.get(sensor)
  }

  /** Key: gateway id. */
  get watches(): ReadonlyMap<string, GatewayWatch> {
    return this.#gateways.watches
  }

  views(): GatewayView[] {
    return this.#gateways.views()
  }

  /** A retained birth or will. */
  state(gateway: string, message: Message): void {
    this.#gateways.state(gateway, message)
  }

  health(gateway: string, message: Message): void {
    this.#gateways.health(gateway, message)
  }

  /** Looks for gateways that fell silent; called a few times a second. */
  sweep(): void {
    this.#gateways.sweep()
  }

  /** The server's own wall clock was stepped by so many ms. */
  clockStepped(step: number): void {
    this.#gateways.clockStepped(step)
  }

  /**
   * A batch on the live or the backlog topic. Evaluation is over when the call returns; the promise never
   * rejects and resolves when the batch is done with: what is wrong is counted and told.
   */
  async batch(gateway: string, lane: Lane, message: Message): Promise<void> {
    try {
      await this.#receive(gateway, lane, message)
    } catch (error) {
      this.#options.logger.error({ gateway, ...cause(error) }, 'a batch was not taken')
    }
  }

  async #receive(gateway: string, lane: Lane, message: Message): Promise<void> {
    const watch = this.#gateways.sender(gateway, message)
    if (watch === undefined) return
    const decoded = decodeBatch(message.payload)
    const identity = decoded.batch ?? decoded.identity
    if (identity !== undefined && watch.marks.isApplied(identity.epoch, identity.seq)) {
      watch.counters.duplicates += 1
      this.#gateways.confirm(watch, identity)
      return
    }
    if (decoded.batch !== undefined) return this.#take(watch, lane, decoded.batch, message)
    this.#gateways.refuse(watch, message, decoded.refused)
    // A batch that can be named is done with; one that cannot is set aside by its gateway.
    if (identity === undefined) return
    watch.marks.meet(identity.epoch, lane)
    watch.marks.apply(identity.epoch, identity.seq)
    this.#gateways.confirm(watch, identity, [{ seq: identity.seq, count: 1, code: decoded.refused.code }])
  }

  async #take(watch: GatewayWatch, lane: Lane, batch: DecodedBatch, message: Message): Promise<void> {
    const { epoch, seq, gaps } = batch
    const key = `${watch.gateway.id} ${epoch} ${seq}`
    const isFull = this.#underWay.size >= MAX_UNDER_WAY
    if (this.#underWay.has(key) || (isFull && lane === 'backlog')) return
    const at = this.#gateways.moment()
    const news = lane === 'live' ? watch.live(batch, at) : undefined
    watch.marks.meet(epoch, lane)
    const { facility, store } = this.#options
    const dating = news?.dating ?? watch.backlogDating(batch, at.now)
    const { refused, ...checked } = checkBatch(batch, { facility, watch, dating })
    const journalled = this.#evaluate(watch, batch, checked.current, news)
    if (isFull) return journalled
    const durable = store.write(facility.id, [...checked.current, ...checked.late])
    const letters = [...refused].map(([code, first]) => ({ ...beginning(message), code, ...first }))
    const taken = { watch, epoch, seq, gaps, checked, letters, isBack: news?.isBack === true }
    this.#underWay.add(key)
    return this.#finish(taken, { journalled, durable }).finally(() => this.#underWay.delete(key))
  }

  /** Evaluates in this turn; the promise settles when the journal has it all. */
  #evaluate(
    watch: GatewayWatch,
    batch: DecodedBatch,
    current: readonly Reading[],
    news: LiveNews | undefined,
  ): Promise<void> {
    const { alarms, onReading, logger } = this.#options
    const gateway = watch.gateway.id
    const done = [
      alarms.evaluate({
        gateway,
        offset: watch.offset,
        stepped: news?.stepped ?? false,
        readings: current,
        isLive: news !== undefined,
        ...(news?.isPolledEvidence === true ? { polled: ownPolls(watch.gateway, batch, news.dating) } : {}),
      }),
    ]
    if (news !== undefined) {
      done.push(alarms.gatewayCondition(gateway, { skewS: Math.abs(watch.skew ?? 0) / 1_000 }))
    }
    if (news?.isBack === true) {
      logger.info({ gateway }, 'gateway is online')
      done.push(alarms.gatewayHeard(gateway))
    }
    for (const reading of current) {
      this.#latest.set(reading.sensor, reading)
      onReading(reading)
    }
    return Promise.all(done).then(() => undefined)
  }

  /** Not confirmed unless both succeed, so that the gateway keeps the batch and sends it again. */
  async #finish(taken: Taken, work: { journalled: Promise<void>; durable: Promise<void> }): Promise<void> {
    const { watch, epoch, seq, checked, letters } = taken
    const settled = work.journalled.then(() => {
      for (const { sensor, position } of checked.accepted) {
        watch.marks.settle(sensor, epoch, { seq, position })
      }
    })
    const outcomes = await Promise.allSettled([settled, work.durable])
    const failed = outcomes.find((outcome) => outcome.status === 'rejected')
    if (failed !== undefined) this.#putOff(taken, failed.reason)
    else {
      watch.marks.apply(epoch, seq)
      this.#count(taken)
      this.#gateways.confirm(
        watch,
        taken,
        letters.map(({ code, count }): Refusal => ({ seq, count, code })),
      )
    }
    this.#gateways.show(watch, taken.isBack)
  }

  /** Told once, not with every batch of an outage. */
  #putOff({ watch, epoch, seq }: Taken, reason: unknown): void {
    const gateway = watch.gateway.id
    const before = this.#unconfirmed.get(gateway) ?? 0
    this.#unconfirmed.set(gateway, before + 1)
    if (before > 0) return
    this.#options.logger.warn({ gateway, epoch, seq, ...cause(reason) }, 'batches are not confirmed')
  }

  #count({ watch, checked, gaps, letters }: Taken): void {
    const { logger } = this.#options
    const { counters } = watch
    const gateway = watch.gateway.id
    counters.batches += 1
    counters.readings += checked.accepted.length
    counters.late += checked.late.length
    for (const letter of letters) this.#gateways.refuse(watch, letter, letter, letter.count)
    if (gaps.length > 0) {
      counters.lost += gaps.reduce((sum, gap) => sum + gap.count, 0)
      logger.warn({ gateway, gaps }, 'the gateway dropped readings')
    }
    const batches = this.#unconfirmed.get(gateway)
    if (batches === undefined) return
    this.#unconfirmed.delete(gateway)
    logger.info({ gateway, batches }, 'batches are confirmed again')
  }
}

/** A gateway speaks for its own devices only. */
function ownPolls(gateway: Gateway, { polled }: DecodedBatch, { shift }: Dating): Record<string, number> {
  const own = gateway.buses.flatMap((bus) => bus.devices.map((device) => device.id))
  return Object.fromEntries(
    own.flatMap((id) => (Object.hasOwn(polled, id) ? [[id, Number(polled[id]) + shift] as const] : [])),
  )
}

/** Of a message that waits for the disk, so that its payload need not. */
function beginning({ topic, payload }: Message): Message {
  return { topic: topic.slice(0, 200), payload: Buffer.from(payload.subarray(0, 200)) }
}

function cause(error: unknown): { code: string; error: string } {
  return { code: error instanceof CodedError ? error.code : 'INTERNAL', error: String(error) }
}

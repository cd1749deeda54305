import type { GatewayView } from '../../contracts/api.ts'
import { CodedError, type ErrorCode } from '../../contracts/errors.ts'
import type { Facility, Gateway } from '../../contracts/facility.ts'
import type { Gap, Refusal } from '../../contracts/wire.ts'
import type { BatchRecord } from '../log/log-record.ts'
import type { ServerLog } from '../log/server-log.ts'
import { type CheckedBatch, checkBatch, type RefusedReadings } from './batch-check.ts'
import { type BatchIdentity, type DecodedBatch, decodeBatch } from './batch-decode.ts'
import { Confirmations } from './confirmations.ts'
import type { Credit } from './credit.ts'
import type { KeptMarks, Lane } from './delivery-marks.ts'
import type { GatewayWatch, LiveNews } from './gateway-watch.ts'
import { Gateways, type GatewaysOptions, type Message } from './gateways.ts'
import type { LedgerTally } from './ledger-tally.ts'
import type { RecordTaker, TakenRecord } from './record-taker.ts'
import { Unsynced } from './unsynced.ts'

export interface IntakeOptions extends GatewaysOptions {
  log: Pick<ServerLog, 'refusal'>
  taker: RecordTaker
  credit: Credit
  ledger: LedgerTally
  /** Runs a job once the present turn is over. */
  defer: (job: () => void) => void
}

/** A batch that is evaluated, on its way to the disk. */
interface Taken extends BatchIdentity {
  watch: GatewayWatch
  taken: TakenRecord
  refusals: readonly Refusal[]
  isBack: boolean
}

/** What was refused of a batch, and where it stood. */
interface Refusing {
  checked: CheckedBatch
  message: Message
}

/** What a start needs of one facility's intake: plain data. Key: gateway id. */
export type IntakeSnapshot = Readonly<Record<string, KeptMarks>>

/**
 * Everything that arrives from the gateways of one facility: decode, check, append to the log, evaluate, and
 * confirm. A reading is evaluated in the turn it arrives in, before it is on any disk; it is confirmed when
 * it is durable in the log and its transitions stand in the journal.
 */
export class Intake {
  readonly #options: IntakeOptions
  #facility: Facility
  readonly #gateways: Gateways
  readonly #confirmations: Confirmations
  /** Batches that are appended and not durable yet. Key: gateway, epoch, seq, with spaces between. */
  readonly #underWay = new Map<string, Taken>()
  /** What was refused of batches that are durable and not in the journal yet. Key: as above. */
  readonly #refusals = new Map<string, readonly Refusal[]>()
  readonly #unsynced = new Unsynced()
  /** Batches that could not be confirmed since the last one that could. Key: gateway id. */
  readonly #unconfirmed = new Map<string, number>()
  /** They share the credit with others no more. */
  readonly leave: () => void

  constructor(options: IntakeOptions, snapshot?: IntakeSnapshot) {
    this.#options = options
    this.#facility = options.facility
    this.#gateways = new Gateways(options, snapshot)
    this.#confirmations = new Confirmations({
      send: options.confirm,
      credit: (watch) => options.credit.of(watch),
      moment: () => this.#gateways.moment(),
      defer: options.defer,
    })
    this.leave = options.credit.join(() => this.#gateways.watches.values())
  }

  /** Key: gateway id. */
  get watches(): ReadonlyMap<string, GatewayWatch> {
    return this.#gateways.watches
  }

  views(): GatewayView[] {
    return this.#gateways.views()
  }

  /** The facility as its file says now: of what comes from now on. */
  follow(facility: Facility): void {
    this.#facility = facility
    this.#gateways.follow(facility)
  }

  /** A retained birth or will. */
  state(gateway: string, message: Message): void {
    this.#gateways.state(gateway, message)
  }

  health(gateway: string, message: Message): void {
    this.#gateways.health(gateway, message)
  }

  /** The broker is listened to from now on. */
  listen(): void {
    this.#gateways.listen()
  }

  /** Looks for gateways that fell silent; called a few times a second. */
  sweep(): void {
    this.#gateways.sweep()
  }

  /** The server's own wall clock was stepped by so many ms. */
  clockStepped(step: number): void {
    this.#gateways.clockStepped(step)
  }

  /** What a start needs, as it is after the last record of the log; good once that record is durable. */
  snapshot(): IntakeSnapshot {
    const underWay = [...this.#underWay.values()]
    const gateways = [...this.#gateways.watches].map(([id, { marks }]) => [
      id,
      marks.keep(underWay.filter(({ watch }) => watch.gateway.id === id)),
    ])
    return Object.fromEntries(gateways)
  }

  /** What has been evaluated and may not be durable in the log, as text; undefined when there is nothing. */
  unsynced(): string | undefined {
    return this.#unsynced.keep(this.#gateways.watches)
  }

  /** What {@link unsynced} said when the last run kept its alarms; after the replay, which ended with that record. */
  restore(unsynced: string, position: number): void {
    const { watches } = this.#gateways
    this.#unsynced.restore(unsynced, position, { watches, alarms: this.#options.alarms })
  }

  /** A batch that the last run had in its log: the same again, but that nobody is told. */
  replay(record: BatchRecord, position: number): void {
    const watch = this.#gateways.watches.get(record.gateway)
    if (watch === undefined) return
    const { epoch, seq, arrived, readings } = record
    watch.marks.meet(epoch, record.isLive ? 'live' : 'backlog')
    // It may stand there twice, when the disk failed behind the first one.
    if (watch.marks.isLogged(epoch, seq)) return
    if (record.isLive) watch.marks.measure(epoch, record.sent, arrived)
    else watch.marks.guess(epoch, record.sent, arrived)
    for (const { sensor, position: index } of readings) watch.marks.pass(sensor, epoch, seq, index)
    watch.marks.logged(epoch, seq)
    this.#noteGaps(watch, record)
    this.#options.taker.replay(record, position)
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
    if (identity !== undefined && watch.marks.isLogged(identity.epoch, identity.seq))
      return this.#confirmAgain(watch, identity, decoded.batch)
    if (decoded.batch !== undefined) return this.#take(watch, lane, decoded.batch, message)
    this.#gateways.refuse(watch, message, decoded.refused)
    // A batch that can be named is done with; one that cannot is set aside by its gateway.
    if (identity === undefined) return
    watch.marks.meet(identity.epoch, lane)
    watch.marks.apply(identity.epoch, identity.seq)
    this.#confirmations.add(watch, identity, [{ seq: identity.seq, count: 1, code: decoded.refused.code }])
  }

  /** It was taken before: its confirm was lost, or the journal had not caught up. */
  async #confirmAgain(
    watch: GatewayWatch,
    identity: BatchIdentity,
    batch: DecodedBatch | undefined,
  ): Promise<void> {
    const { epoch, seq } = identity
    watch.counters.duplicates += 1
    if (batch !== undefined) {
      const { sent, total, readings } = batch
      const size = readings.length
      this.#options.ledger.add({ ...this.#placeOf(watch), epoch, sent, total, size }, { duplicate: size })
    }
    if (!watch.marks.isApplied(epoch, seq)) {
      await this.#options.alarms.settled()
      watch.marks.apply(epoch, seq)
    }
    this.#confirmations.add(watch, identity, this.#refusals.get(keyOf(watch, identity)))
    this.#refusals.delete(keyOf(watch, identity))
  }

  async #take(watch: GatewayWatch, lane: Lane, batch: DecodedBatch, message: Message): Promise<void> {
    const { epoch, seq } = batch
    const { alarms, log, taker, logger } = this.#options
    const { marks } = watch
    // A resend of what is still on its way to the disk is no news.
    if (this.#underWay.has(keyOf(watch, batch)) || (lane === 'backlog' && log.refusal !== undefined)) return
    const at = this.#gateways.moment()
    const isLive = lane === 'live' && watch.laneOf(epoch, at) === 'live'
    marks.meet(epoch, isLive ? 'live' : 'backlog')
    const news = isLive ? watch.live(batch, at) : undefined
    if (news === undefined) marks.guess(epoch, batch.sent, at.now)
    const { shift } = marks.datings(epoch)
    const checked = checkBatch(batch, { facility: this.#facility, watch })
    const record: BatchRecord = {
      kind: 'batch',
      ...this.#placeOf(watch),
      epoch,
      seq,
      sent: batch.sent,
      shift,
      total: batch.total,
      size: batch.readings.length,
      arrived: at.now,
      isLive: news !== undefined,
      fork:
        news?.afterHole === true
          ? alarms.fork(watch.gateway.id)
          : this.#unsynced.forkOf(watch.gateway.id, batch),
      again: marks.isWeighed(epoch, seq),
      offset: watch.offset,
      stepped: news?.stepped === true,
      polled: news?.isPolledEvidence === true ? ownPolls(watch.gateway, batch, shift) : null,
      gaps: batch.gaps.filter((gap) => marks.isNews(gap)),
      readings: checked.readings,
    }
    if (checked.readings.some(({ late }) => !late)) marks.weigh(epoch, seq)
    this.#unsynced.note(record)
    const taken = taker.take(record, at.monotonic)
    const journalled = this.#tellConditions(watch, news, taken)
    if (taken.appended === undefined) {
      this.#putOff(
        watch,
        batch,
        new CodedError(log.refusal ?? 'LOG_UNWRITABLE', 'batches are evaluated only'),
      )
      journalled.catch((error: unknown) => logger.debug({ error: String(error) }, 'not journalled yet'))
      this.#gateways.show(watch, news?.isBack === true)
      return
    }
    count(watch, record, 1)
    const refusals = this.#refuse(watch, batch, { checked, message })
    this.#tellGaps(watch, this.#noteGaps(watch, record))
    const underWay = { watch, epoch, seq, taken, refusals, isBack: news?.isBack === true }
    this.#underWay.set(keyOf(watch, batch), underWay)
    return this.#finish(underWay, journalled)
  }

  /** What a batch says of its gateway; settles when the journal has that and what the batch caused. */
  #tellConditions(watch: GatewayWatch, news: LiveNews | undefined, taken: TakenRecord): Promise<void> {
    const { alarms, logger } = this.#options
    const gateway = watch.gateway.id
    if (news === undefined) return taken.journalled
    const skewS = Math.abs(watch.skew ?? 0) / 1_000
    const done = [taken.journalled, alarms.gatewayCondition(gateway, { skewS, isCloned: watch.isCloned })]
    if (news.isBack) {
      logger.info({ gateway }, 'gateway is online')
      done.push(alarms.gatewayHeard(gateway))
    }
    return Promise.all(done).then(() => undefined)
  }

  /** Not confirmed unless both succeed, so that the gateway keeps the batch and sends it again. */
  async #finish(underWay: Taken, journalled: Promise<void>): Promise<void> {
    const { watch, epoch, seq, taken, refusals } = underWay
    const [journal, disk] = await Promise.allSettled([journalled, taken.appended?.durable])
    this.#underWay.delete(keyOf(watch, underWay))
    if (disk.status === 'fulfilled') {
      watch.marks.logged(epoch, seq)
      this.#unsynced.synced(watch.gateway.id, underWay)
      if (journal.status === 'rejected' && refusals.length > 0)
        this.#refusals.set(keyOf(watch, underWay), refusals)
    } else {
      this.#options.taker.untake(taken.record)
      count(watch, taken.record, -1)
    }
    const failed = [disk, journal].find((outcome) => outcome.status === 'rejected')
    if (failed !== undefined) this.#putOff(watch, underWay, failed.reason)
    else {
      watch.marks.apply(epoch, seq)
      taken.passed('confirmed')
      this.#confirmations.add(watch, underWay, refusals)
      this.#noteConfirmed(watch)
    }
    this.#gateways.show(watch, underWay.isBack)
  }

  #refuse(watch: GatewayWatch, { epoch, seq }: BatchIdentity, of: Refusing): Refusal[] {
    const { checked, message } = of
    const { unknown, refused } = checked
    if (unknown.length > 0) {
      const place = { ...this.#placeOf(watch), epoch, seq }
      this.#options.deadLetters.quarantine(
        unknown.map(({ position, reading, shift }) => ({ ...reading, ...place, position, shift })),
      )
    }
    return [...refused].map(([code, { count, detail }]: [ErrorCode, RefusedReadings]) => {
      this.#gateways.refuse(watch, { ...message, kind: 'reading' }, { code, detail }, count)
      return { seq, count, code }
    })
  }

  #noteGaps(watch: GatewayWatch, record: BatchRecord): readonly Gap[] {
    const { gaps, arrived: told } = record
    const news = gaps.filter((gap) => watch.marks.drop(gap))
    if (news.length > 0)
      this.#options.taker.noteGaps(news.map((gap) => ({ ...this.#placeOf(watch), ...gap, told })))
    return news
  }

  #tellGaps(watch: GatewayWatch, gaps: readonly Gap[]): void {
    if (gaps.length === 0) return
    for (const { count, reason } of gaps) {
      watch.counters.lost += count
      watch.dropped.set(reason, (watch.dropped.get(reason) ?? 0) + count)
    }
    this.#options.logger.warn(
      { ...this.#placeOf(watch), gaps: gaps.slice(0, 10) },
      'the gateway dropped readings',
    )
  }

  /** Told once, not with every batch of an outage. */
  #putOff(watch: GatewayWatch, { epoch, seq }: BatchIdentity, reason: unknown): void {
    const gateway = watch.gateway.id
    const before = this.#unconfirmed.get(gateway) ?? 0
    this.#unconfirmed.set(gateway, before + 1)
    if (before > 0) return
    this.#options.logger.warn({ gateway, epoch, seq, ...cause(reason) }, 'batches are not confirmed')
  }

  #noteConfirmed(watch: GatewayWatch): void {
    const gateway = watch.gateway.id
    const batches = this.#unconfirmed.get(gateway)
    if (batches === undefined) return
    this.#unconfirmed.delete(gateway)
    this.#options.logger.info({ gateway, batches }, 'batches are confirmed again')
  }

  #placeOf(watch: GatewayWatch): { facility: string; gateway: string } {
    return { facility: this.#options.facility.id, gateway: watch.gateway.id }
  }
}

/** A gateway speaks for its own devices only. */
function ownPolls(gateway: Gateway, { polled }: DecodedBatch, shift: number): Record<string, number> {
  const own: Record<string, number> = {}
  for (const bus of gateway.buses)
    for (const { id } of bus.devices) if (Object.hasOwn(polled, id)) own[id] = Number(polled[id]) + shift
  return own
}

function count({ counters }: GatewayWatch, { readings, again }: BatchRecord, sign: 1 | -1): void {
  counters.batches += sign
  counters.readings += sign * readings.length
  if (!again) counters.late += sign * readings.reduce((sum, { late }) => sum + Number(late), 0)
}

function keyOf(watch: GatewayWatch, { epoch, seq }: BatchIdentity): string {
  return `${watch.gateway.id} ${epoch} ${seq}`
}

function cause(error: unknown): { code: string; error: string } {
  return { code: error instanceof CodedError ? error.code : 'INTERNAL', error: String(error) }
}

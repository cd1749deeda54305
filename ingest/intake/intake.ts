import type { GatewayView } from '../../contracts/api.ts'
import { CodedError, type ErrorCode } from '../../contracts/errors.ts'
import type { Gateway } from '../../contracts/facility.ts'
import type { KeptGap } from '../../contracts/ledger.ts'
import type { Reading } from '../../contracts/reading.ts'
import type { Gap, Refusal } from '../../contracts/wire.ts'
import type { BatchRecord } from '../log/log-record.ts'
import type { Appended, ServerLog } from '../log/server-log.ts'
import type { Lags, Stage } from '../metrics/lag-histogram.ts'
import { type CheckedBatch, checkBatch } from './batch-check.ts'
import { type BatchIdentity, type DecodedBatch, decodeBatch } from './batch-decode.ts'
import { Confirmations } from './confirmations.ts'
import type { Credit } from './credit.ts'
import type { Dating } from './dating.ts'
import type { KeptMarks, Lane } from './delivery-marks.ts'
import { evidenceOf } from './evidence-of.ts'
import type { GatewayWatch, LiveNews } from './gateway-watch.ts'
import { Gateways, type GatewaysOptions, type Message } from './gateways.ts'
import type { LedgerTally } from './ledger-tally.ts'

export interface IntakeOptions extends GatewaysOptions {
  log: Pick<ServerLog, 'append' | 'last' | 'refusal'>
  credit: Credit
  ledger: LedgerTally
  lags: Lags
  /** Current readings, in the turn they arrive in. */
  onReadings: (readings: readonly Reading[]) => void
  /** Runs a job once the present turn is over. */
  defer: (job: () => void) => void
}

/** A batch that is evaluated, on its way to the disk. */
interface Taken extends BatchIdentity {
  watch: GatewayWatch
  record: BatchRecord
  refusals: readonly Refusal[]
  isBack: boolean
  /** Tells how long its readings took to a station on their way. */
  passed: (stage: Stage) => void
}

/** What a start needs of one facility's intake: plain data. */
export interface IntakeSnapshot {
  /** Key: gateway id. */
  gateways: Record<string, KeptMarks>
  latest: Reading[]
}

/**
 * Everything that arrives from the gateways of one facility: decode, check, append to the log, evaluate, and
 * confirm. A reading is evaluated in the turn it arrives in, before it is on any disk; it is confirmed when
 * it is durable in the log and its transitions stand in the journal.
 */
export class Intake {
  readonly #options: IntakeOptions
  readonly #gateways: Gateways
  readonly #confirmations: Confirmations
  /** The newest current reading. Key: sensor id. */
  readonly #latest = new Map<string, Reading>()
  /** Batches that are appended and not durable yet. Key: gateway, epoch, seq, with spaces between. */
  readonly #underWay = new Map<string, Taken>()
  /** What was refused of batches that are durable and not in the journal yet. Key: as above. */
  readonly #refusals = new Map<string, readonly Refusal[]>()
  /** What gateways said they dropped since the last checkpoint. */
  #gaps: KeptGap[] = []
  /** Batches that could not be confirmed since the last one that could. Key: gateway id. */
  readonly #unconfirmed = new Map<string, number>()

  constructor(options: IntakeOptions, snapshot?: IntakeSnapshot) {
    this.#options = options
    this.#gateways = new Gateways(options, snapshot?.gateways)
    this.#confirmations = new Confirmations({
      send: options.confirm,
      credit: (watch) => options.credit.of(watch),
      moment: () => this.#gateways.moment(),
      defer: options.defer,
    })
    for (const reading of snapshot?.latest ?? []) this.#latest.set(reading.sensor, reading)
    options.credit.join(() => this.#gateways.watches.values())
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
   * What a start needs, as it is after the last record of the log, and what was counted since the last time;
   * good once that record is durable. Serialise it at once: it is not a copy.
   */
  snapshot(): { state: IntakeSnapshot; gaps: KeptGap[] } {
    const underWay = [...this.#underWay.values()]
    const gateways = [...this.#gateways.watches].map(([id, { marks }]) => [
      id,
      marks.keep(underWay.filter(({ watch }) => watch.gateway.id === id)),
    ])
    const gaps = this.#gaps
    this.#gaps = []
    return { state: { gateways: Object.fromEntries(gateways), latest: [...this.#latest.values()] }, gaps }
  }

  /** A checkpoint with these could not be kept. */
  putBack(gaps: readonly KeptGap[]): void {
    this.#gaps = [...gaps, ...this.#gaps]
  }

  /** A batch that the last run had in its log: the same again, but that nobody is told. */
  replay(record: BatchRecord, position: number): void {
    const watch = this.#gateways.watches.get(record.gateway)
    if (watch === undefined) return
    const { epoch, seq, arrived, readings } = record
    watch.marks.meet(epoch, record.isLive ? 'live' : 'backlog')
    // It may stand there twice, when the disk failed behind the first one.
    if (watch.marks.isTaken(epoch, seq)) return
    if (record.isLive) watch.marks.measure(epoch, arrived - record.sent, arrived)
    for (const { sensor, position: index } of readings)
      watch.marks.pass(sensor, epoch, { seq, position: index })
    watch.marks.take(epoch, seq)
    watch.marks.logged(epoch, seq)
    this.#count(record, 1)
    const evidence = evidenceOf(record)
    this.#options.alarms.replay(evidence, { now: arrived, position })
    for (const reading of evidence.readings) this.#latest.set(reading.sensor, reading)
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
    const { alarms, facility, log, logger } = this.#options
    const { marks } = watch
    // A resend of what is still on its way to the disk is no news.
    if (this.#underWay.has(keyOf(watch, batch)) || (lane === 'backlog' && log.refusal !== undefined)) return
    const at = this.#gateways.moment()
    const isLive = lane === 'live' && watch.laneOf(epoch, at) === 'live'
    marks.meet(epoch, isLive ? 'live' : 'backlog')
    const news = isLive ? watch.live(batch, at) : undefined
    const dating = news?.dating ?? watch.backlogDating(batch, at.now)
    const checked = checkBatch(batch, { facility, watch, dating })
    const record: BatchRecord = {
      kind: 'batch',
      ...this.#placeOf(watch),
      epoch,
      seq,
      sent: batch.sent,
      total: batch.total,
      size: batch.readings.length,
      arrived: at.now,
      isLive: news !== undefined,
      fork: news?.afterHole === true ? alarms.fork(watch.gateway.id) : null,
      again: marks.isTaken(epoch, seq),
      offset: watch.offset,
      stepped: news?.stepped === true,
      polled: news?.isPolledEvidence === true ? ownPolls(watch.gateway, batch, dating) : null,
      readings: checked.readings,
    }
    const passed = this.#timed(record, at.monotonic)
    passed('received')
    const appended = log.append(record)
    marks.take(epoch, seq)
    const journalled = this.#evaluate(watch, record, news)
    passed('evaluated')
    if (appended === undefined) {
      this.#putOff(
        watch,
        batch,
        new CodedError(log.refusal ?? 'LOG_UNWRITABLE', 'batches are evaluated only'),
      )
      journalled.catch((error: unknown) => logger.debug({ error: String(error) }, 'not journalled yet'))
      this.#gateways.show(watch, news?.isBack === true)
      return
    }
    this.#count(record, 1)
    const refusals = this.#refuse(watch, batch, checked, message)
    this.#noteGaps(watch, batch.gaps, at.now)
    const taken = { watch, epoch, seq, record, refusals, isBack: news?.isBack === true, passed }
    this.#underWay.set(keyOf(watch, batch), taken)
    return this.#finish(taken, journalled, appended)
  }

  /** Evaluates in this turn; the promise settles when the journal has it all. */
  #evaluate(watch: GatewayWatch, record: BatchRecord, news: LiveNews | undefined): Promise<void> {
    const { alarms, log, onReadings, logger } = this.#options
    const gateway = watch.gateway.id
    const evidence = evidenceOf(record)
    const done = [alarms.evaluate(evidence, log.last)]
    if (news !== undefined) {
      const skewS = Math.abs(watch.skew ?? 0) / 1_000
      done.push(alarms.gatewayCondition(gateway, { skewS, isCloned: watch.isCloned }))
    }
    if (news?.isBack === true) {
      logger.info({ gateway }, 'gateway is online')
      done.push(alarms.gatewayHeard(gateway))
    }
    for (const reading of evidence.readings) this.#latest.set(reading.sensor, reading)
    onReadings(evidence.readings)
    return Promise.all(done).then(() => undefined)
  }

  /** Not confirmed unless both succeed, so that the gateway keeps the batch and sends it again. */
  async #finish(taken: Taken, journalled: Promise<void>, { durable }: Appended): Promise<void> {
    const { watch, epoch, seq, record, refusals } = taken
    const [journal, disk] = await Promise.allSettled([journalled, durable])
    this.#underWay.delete(keyOf(watch, taken))
    if (disk.status === 'fulfilled') {
      watch.marks.logged(epoch, seq)
      if (journal.status === 'rejected' && refusals.length > 0)
        this.#refusals.set(keyOf(watch, taken), refusals)
    } else this.#count(record, -1)
    const failed = [disk, journal].find((outcome) => outcome.status === 'rejected')
    if (failed !== undefined) this.#putOff(watch, taken, failed.reason)
    else {
      watch.marks.apply(epoch, seq)
      taken.passed('confirmed')
      this.#confirmations.add(watch, taken, refusals)
      this.#noteConfirmed(watch)
    }
    this.#gateways.show(watch, taken.isBack)
  }

  /** Counted from the oldest reading of the batch, by the clock that dated it. */
  #timed({ isLive, arrived, offset, readings }: BatchRecord, since: number): (stage: Stage) => void {
    const { clock, lags } = this.#options
    const oldest = readings.reduce((least, { time }) => Math.min(least, time), arrived - offset)
    const before = arrived - offset - oldest
    const times = readings.length
    return (stage) => lags.add(stage, { isLive, ms: before + clock.monotonic() - since, times })
  }

  #refuse(
    watch: GatewayWatch,
    { seq }: BatchIdentity,
    { refused }: CheckedBatch,
    message: Message,
  ): Refusal[] {
    return [...refused].map(([code, { count, detail }]: [ErrorCode, { count: number; detail: string }]) => {
      this.#gateways.refuse(watch, message, { code, detail }, count)
      return { seq, count, code }
    })
  }

  /** Told again it is the same loss, so it is counted once. */
  #noteGaps(watch: GatewayWatch, gaps: readonly Gap[], told: number): void {
    const news = gaps.filter((gap) => watch.marks.drop(gap))
    if (news.length === 0) return
    const place = this.#placeOf(watch)
    for (const gap of news) {
      watch.counters.lost += gap.count
      this.#gaps.push({ ...place, ...gap, told })
    }
    this.#options.logger.warn({ ...place, gaps: news.slice(0, 10) }, 'the gateway dropped readings')
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

  #count(record: BatchRecord, sign: 1 | -1): void {
    const { ledger } = this.#options
    const received = record.readings.length
    const late = record.again ? 0 : record.readings.reduce((sum, reading) => sum + Number(reading.late), 0)
    ledger.add(record, { received, late, refused: record.size - received }, sign)
    const counters = this.watches.get(record.gateway)?.counters
    if (counters === undefined) return
    counters.batches += sign
    counters.readings += sign * received
    counters.late += sign * late
  }

  #placeOf(watch: GatewayWatch): { facility: string; gateway: string } {
    return { facility: this.#options.facility.id, gateway: watch.gateway.id }
  }
}

/** A gateway speaks for its own devices only. */
function ownPolls(gateway: Gateway, { polled }: DecodedBatch, { shift }: Dating): Record<string, number> {
  const own: Record<string, number> = {}
  for (const bus of gateway.buses)
    for (const { id } of bus.devices) if (Object.hasOwn(polled, id)) own[id] = Number(polled[id]) + shift
  return own
}

function keyOf(watch: GatewayWatch, { epoch, seq }: BatchIdentity): string {
  return `${watch.gateway.id} ${epoch} ${seq}`
}

function cause(error: unknown): { code: string; error: string } {
  return { code: error instanceof CodedError ? error.code : 'INTERNAL', error: String(error) }
}

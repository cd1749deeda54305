import { SteadyClock } from '../../contracts/clock.ts'
import { CodedError } from '../../contracts/errors.ts'
import type { BatchName, EvidenceBatch } from '../../contracts/evidence-batch.ts'
import type { Facility } from '../../contracts/facility.ts'
import { type Logger, silentLogger } from '../../contracts/logger.ts'
import type { Reading } from '../../contracts/reading.ts'
import type { Batch, Confirm } from '../../contracts/wire.ts'
import type { AlarmPort } from '../../ingest/intake/alarm-port.ts'
import { Credit } from '../../ingest/intake/credit.ts'
import type { Lane } from '../../ingest/intake/delivery-marks.ts'
import { Intake, type IntakeSnapshot } from '../../ingest/intake/intake.ts'
import { LedgerTally } from '../../ingest/intake/ledger-tally.ts'
import { RecordTaker } from '../../ingest/intake/record-taker.ts'
import type { BatchRecord, LogRecord } from '../../ingest/log/log-record.ts'
import { Lags } from '../../ingest/metrics/lags.ts'
import { DeadLetters } from '../../ingest/rejects/dead-letters.ts'
import { SettableClock } from '../gateway/settable-clock.ts'
import { plant } from './plant.ts'

/** What an intake asked its ports for, in order. */
export type Step =
  | { did: 'evaluate'; evidence: EvidenceBatch }
  | { did: 'replay'; evidence: EvidenceBatch; position: number }
  | { did: 'lost' | 'heard'; gateway: string }
  | { did: 'condition'; gateway: string; skewS?: number; configDiffers?: boolean; isCloned?: boolean }
  | { did: 'finish'; gateway: string; first: BatchName | undefined }
  | { did: 'log'; record: BatchRecord }
  | { did: 'confirm'; gateway: string; confirm: Confirm }
  | { did: 'show'; sensor: string }

/** An intake between fake ports that write down what they are asked, in virtual time. */
export class IntakeScene {
  readonly clock = new SettableClock(1_795_219_200_000)
  readonly steady = new SteadyClock(this.clock)
  readonly steps: Step[] = []
  readonly deadLetters = new DeadLetters()
  readonly facility: Facility = plant()
  readonly warnings: string[] = []
  readonly ledger = new LedgerTally()
  readonly lags = new Lags()
  taker: RecordTaker
  intake: Intake
  /** While set, the journal or the log fails, or never answers; a log that is full takes nothing. */
  journal: 'works' | 'fails' | 'hangs' = 'works'
  log: 'works' | 'fails' | 'hangs' | 'full' = 'works'
  /** What is on the disk, by number. */
  readonly records = new Map<number, BatchRecord>()
  #last = 0
  #checkpoint: { position: number; body: string } | undefined
  #deferred: (() => void)[] = []

  constructor() {
    const { taker, intake } = this.#start()
    this.taker = taker
    this.intake = intake
  }

  /** Keeps what a start needs, as it is now. */
  checkpoint(): void {
    const body = JSON.stringify({ gateways: this.intake.snapshot(), ...this.taker.snapshot() })
    this.#checkpoint = { position: this.#last, body }
  }

  /**
   * The server starts again from its last checkpoint, what is durable in the log behind it, and what the last
   * commit of its journal kept beside the alarms.
   */
  restart(): void {
    const unsynced = this.intake.unsynced()
    const { position, body } = this.#checkpoint ?? { position: 0, body: undefined }
    const { taker, intake } = this.#start(body === undefined ? undefined : JSON.parse(body))
    this.taker = taker
    this.intake = intake
    for (const [number, record] of this.records) if (number > position) this.intake.replay(record, number)
    if (unsynced !== undefined && this.journal === 'works') this.intake.restore(unsynced, this.#last)
  }

  get now(): number {
    return this.steady.now()
  }

  /** A batch as bytes; what is not given is that of an empty one sent now. */
  batch(given: Partial<Batch> = {}): Buffer {
    return Buffer.from(JSON.stringify({ epoch: 'e1', seq: 1, sent: this.now, readings: [], ...given }))
  }

  async send(payload: Buffer, lane: Lane = 'live', gateway = 'gw-1'): Promise<void> {
    const channel = lane === 'live' ? 'readings' : 'backlog'
    await this.intake.batch(gateway, lane, {
      topic: `davylamp/v1/plant/gateways/${gateway}/${channel}`,
      payload,
    })
    this.endTurn()
  }

  /** What was put off until the turn is over happens. */
  endTurn(): void {
    for (const job of this.#deferred.splice(0)) job()
  }

  /** Makes a batch and sends it live. */
  live(given: Partial<Batch> = {}, gateway = 'gw-1'): Promise<void> {
    return this.send(this.batch(given), 'live', gateway)
  }

  state(message: object, gateway = 'gw-1'): void {
    this.intake.state(gateway, { topic: 'state', payload: Buffer.from(JSON.stringify(message)) })
  }

  of<D extends Step['did']>(did: D): Extract<Step, { did: D }>[] {
    return this.steps.filter((step): step is Extract<Step, { did: D }> => step.did === did)
  }

  /** What has been confirmed, newest last. */
  get confirms(): Confirm[] {
    return this.of('confirm').map(({ confirm }) => confirm)
  }

  get evaluated(): EvidenceBatch[] {
    return this.of('evaluate').map(({ evidence }) => evidence)
  }

  /** Readings that were given to the log, as readings. */
  get logged(): Reading[] {
    return this.of('log').flatMap(({ record }) =>
      record.readings.map(({ position: _, late: _l, fold: _f, ...reading }) => reading),
    )
  }

  /** Key: code. */
  get refused(): Record<string, number> {
    return Object.fromEntries(this.deadLetters.counts)
  }

  #start(snapshot?: { gateways: IntakeSnapshot; latest: Reading[] }): { taker: RecordTaker; intake: Intake } {
    const note = (step: Step) => this.steps.push(step)
    const journalled = () => this.#outcome(this.journal, 'JOURNAL_UNWRITABLE')
    const logger: Logger = { ...silentLogger, warn: (_fields, message) => this.warnings.push(message) }
    const scene = this
    const log = {
      get last() {
        return scene.#last
      },
      get refusal() {
        return scene.log === 'full' ? ('LOG_FULL' as const) : undefined
      },
      append: (record: LogRecord) => this.#append(record as BatchRecord),
    }
    const alarms: AlarmPort = {
      evaluate: (evidence) => {
        note({ did: 'evaluate', evidence })
        return journalled()
      },
      replay: (evidence, { position }) => note({ did: 'replay', evidence, position }),
      fork: () => ({}),
      settled: journalled,
      gatewayLost: (gateway) => {
        note({ did: 'lost', gateway })
        return journalled()
      },
      gatewayHeard: (gateway) => {
        note({ did: 'heard', gateway })
        return journalled()
      },
      gatewayCondition: (gateway, condition) => {
        note({ did: 'condition', gateway, ...condition })
        return journalled()
      },
      finishLate: (gateway, first) => {
        note({ did: 'finish', gateway, first })
        return journalled()
      },
    }
    const { clock, ledger, lags, facility, steady, deadLetters } = this
    const onReadings = (readings: readonly Reading[]) => {
      for (const { sensor } of readings) note({ did: 'show', sensor })
    }
    const taker = new RecordTaker({ log, alarms, ledger, lags, clock, onReadings })
    taker.restore(snapshot?.latest ?? [])
    const intake = new Intake(
      {
        facility,
        log,
        taker,
        credit: new Credit({ clock, isTight: () => this.log === 'full' }),
        ledger,
        alarms,
        clock,
        steady,
        deadLetters,
        confirm: (gateway, confirm) => note({ did: 'confirm', gateway, confirm }),
        onGateway: () => undefined,
        defer: (job) => this.#deferred.push(job),
        logger,
      },
      snapshot?.gateways,
    )
    return { taker, intake }
  }

  #append(record: BatchRecord) {
    if (this.log === 'full') return undefined
    this.steps.push({ did: 'log', record })
    this.#last += 1
    if (this.log === 'works') this.records.set(this.#last, record)
    return { number: this.#last, durable: this.#outcome(this.log, 'LOG_UNWRITABLE') }
  }

  #outcome(mood: 'works' | 'fails' | 'hangs', code: 'JOURNAL_UNWRITABLE' | 'LOG_UNWRITABLE'): Promise<void> {
    if (mood === 'hangs') return new Promise(() => undefined)
    return mood === 'fails' ? Promise.reject(new CodedError(code, 'as told')) : Promise.resolve()
  }
}

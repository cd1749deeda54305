import { DERIVED_GATEWAY } from '../contracts/analytics/derived.ts'
import type { AlarmView, GatewayView } from '../contracts/api.ts'
import type { BrokerCredentials } from '../contracts/broker-credentials.ts'
import type { Clock, SteadyClock } from '../contracts/clock.ts'
import type { AlarmConfig, Facility } from '../contracts/facility.ts'
import { FOREIGN_GATEWAY } from '../contracts/foreign-device.ts'
import { INHIBIT_GATEWAY } from '../contracts/inhibit-gateway.ts'
import type { KeptGap } from '../contracts/ledger.ts'
import type { Logger } from '../contracts/logger.ts'
import type { Reading } from '../contracts/reading.ts'
import type { TestSpan } from '../contracts/test-words.ts'
import type { WaveformView } from '../contracts/waveform-api.ts'
import type { GatewayLimits } from '../contracts/wire.ts'
import { FacilityLink } from './broker/facility-link.ts'
import { ForeignDevices } from './foreign/foreign-devices.ts'
import type { AlarmPort } from './intake/alarm-port.ts'
import { Annunciators } from './intake/annunciators.ts'
import type { Credit } from './intake/credit.ts'
import { DerivedIntake, type DerivedIntakeOptions, type DerivedSnapshot } from './intake/derived-intake.ts'
import { ForeignIntake } from './intake/foreign-intake.ts'
import { type InhibitionPort, Inhibitor, type InhibitorSnapshot } from './intake/inhibitor.ts'
import { Intake, type IntakeSnapshot } from './intake/intake.ts'
import { LedgerTally } from './intake/ledger-tally.ts'
import { RecordTaker } from './intake/record-taker.ts'
import type { BatchRecord } from './log/log-record.ts'
import type { ServerLog } from './log/server-log.ts'
import type { Lags } from './metrics/lags.ts'
import type { DeadLetters } from './rejects/dead-letters.ts'
import { FilledCoverage } from './status/filled-coverage.ts'
import { hasStations } from './waveforms/seismic-stations.ts'
import { WaveformIntake } from './waveforms/waveform-intake.ts'
import type { WaveformShelf } from './waveforms/waveform-shelf.ts'

/** What a start needs of it: plain data. */
export interface FacilitySnapshot {
  gateways: IntakeSnapshot
  latest: Reading[]
  derived?: DerivedSnapshot
  inhibitor?: InhibitorSnapshot
}

export interface FacilityIntakeOptions {
  facility: Facility
  alarms: AlarmPort & {
    views(): Iterable<AlarmView>
    config(alarm: string): AlarmConfig | undefined
    settings: { limits(gateway: string): GatewayLimits['limits'] }
    tests: {
      isTested(sensor: string): boolean
      spans(sensor: string, since: number): Promise<readonly TestSpan[]>
    }
    report(sensor: string, value: number): Promise<void>
  }
  /** Who looks after the detectors. */
  detectors: {
    inhibitions: InhibitionPort
    isOverdue(sensor: string): boolean
    /** What falls due by the clock. Never rejects. */
    look(): Promise<void>
  }
  log: Pick<ServerLog, 'append' | 'last' | 'refusal'>
  lags: Lags
  credit: Credit
  deadLetters: DeadLetters
  broker: { url: string; credentials: () => BrokerCredentials }
  /** What is in the store: late inputs of derived sensors are computed anew from it. */
  history: DerivedIntakeOptions['history']
  /** Random, of this start of the server. */
  session: string
  clock: Clock
  steady: Pick<SteadyClock, 'now'>
  onReadings: (readings: readonly Reading[]) => void
  onGateway: (view: GatewayView) => void
  /** The events of its seismic stations. */
  waveforms: WaveformShelf
  onWaveform: (view: WaveformView) => void
  logger: Logger
  snapshot?: FacilitySnapshot
}

/** Detectors are looked at so often, ms. */
const LOOK_MS = 500

/** Everything between the broker and the log that belongs to one facility. */
export class FacilityIntake {
  readonly ledger = new LedgerTally()
  readonly taker: RecordTaker
  readonly intake: Intake
  readonly link: FacilityLink
  readonly foreign: ForeignIntake
  readonly annunciators: Annunciators
  readonly derived: DerivedIntake
  readonly waveforms: WaveformIntake
  /** How complete points of derived sensors are that were computed anew, until they are told. */
  readonly filled = new FilledCoverage()
  readonly #inhibitor: Inhibitor
  readonly #detectors: FacilityIntakeOptions['detectors']
  readonly #devices: ForeignDevices
  #timer: NodeJS.Timeout | undefined
  #facility: Facility

  /** @throws CodedError DATA_DAMAGED when the snapshot is none */
  constructor(options: FacilityIntakeOptions) {
    const { facility, alarms, detectors, session, broker, deadLetters, steady, logger, snapshot } = options
    this.#facility = facility
    const shared = { ...options, ledger: this.ledger }
    this.taker = new RecordTaker({
      ...shared,
      screen: (record) => this.#inhibitor.screen(record),
      onTaken: (record) => this.derived.taken(record),
      onReplayed: (record) => {
        this.#inhibitor.replayed(record)
        this.derived.replayed(record)
      },
    })
    this.#detectors = detectors
    this.#inhibitor = new Inhibitor(
      {
        ...options,
        facility: () => this.#facility,
        inhibitions: detectors.inhibitions,
        taker: this.taker,
      },
      snapshot?.inhibitor,
    )
    this.derived = new DerivedIntake(
      {
        ...options,
        taker: this.taker,
        logged: () => options.log.last,
        live: { limitOf: (alarm) => alarms.config(alarm) },
        onFilled: ({ id }, filled) => this.filled.note(id, filled),
        care: (sensor) => ({
          isOverdue: () => detectors.isOverdue(sensor),
          isTested: () => alarms.tests.isTested(sensor),
        }),
        tests: (sensor, since) => alarms.tests.spans(sensor, since),
      },
      snapshot?.derived,
    )
    this.taker.restore(snapshot?.latest ?? [])
    const devices = new ForeignDevices(facility)
    this.#devices = devices
    this.foreign = new ForeignIntake({ ...options, facility: facility.id, devices, taker: this.taker })
    this.intake = new Intake(
      {
        ...shared,
        taker: this.taker,
        confirm: (gateway, confirm) => this.link.confirm(gateway, confirm),
        defer: setImmediate,
      },
      snapshot?.gateways,
    )
    this.annunciators = new Annunciators({
      ...options,
      report: (sensor, value) => alarms.report(sensor, value),
    })
    this.waveforms = new WaveformIntake({
      ...options,
      shelf: options.waveforms,
      keptMs: facility.server.journal.retentionMs,
      confirm: (gateway, confirm) => this.link.confirm(gateway, confirm),
      defer: setImmediate,
    })
    this.link = new FacilityLink({
      facility,
      ...broker,
      session,
      intake: () => this.intake,
      foreign: () => this.foreign,
      annunciators: () => this.annunciators,
      waveforms: () => this.waveforms,
      foreignTopics: this.#topics,
      hasStations: hasStations(facility),
      alarms: () => alarms.views(),
      limits: (gateway) => alarms.settings.limits(gateway),
      isAlarm: (id) => alarms.config(id) !== undefined,
      deadLetters,
      clock: options.clock,
      now: () => steady.now(),
      logger,
    })
  }

  get facility(): Facility {
    return this.#facility
  }

  /**
   * The facility as its file says now: what comes from now on is taken by it. What is under way goes on, and so does
   * everything that is known of gateways and sensors that stay. `gone` are alarms that are no more.
   */
  follow(facility: Facility, gone: readonly string[]): void {
    this.#facility = facility
    this.#devices.follow(facility)
    this.taker.keepOnly(facility.sensors)
    this.derived.follow(facility)
    this.intake.follow(facility)
    this.annunciators.follow(facility)
    this.waveforms.follow(facility)
    this.link.follow(this.#topics, gone, hasStations(facility))
  }

  /** What the facility file alone decides: topics of foreign devices, and those of annunciators if there are any. */
  get #topics(): string[] {
    return [...this.#devices.subscriptions, ...this.annunciators.subscriptions]
  }

  /** A record that the last run had in its log. */
  replay(record: BatchRecord, position: number): void {
    const isOwn = record.gateway === DERIVED_GATEWAY || record.gateway === INHIBIT_GATEWAY
    if (isOwn) this.taker.replay(record, position)
    else if (record.gateway === FOREIGN_GATEWAY) this.foreign.replay(record, position)
    else this.intake.replay(record, position)
  }

  /** Begins to listen to the broker. Returns at once. */
  start(): void {
    this.intake.listen()
    this.annunciators.start()
    this.derived.start()
    this.link.start()
    this.#look()
    this.#timer = setInterval(() => this.#look(), LOOK_MS)
  }

  /** Nothing is heard any more, and nobody is told anything. */
  async stop(): Promise<void> {
    clearInterval(this.#timer)
    this.intake.leave()
    this.annunciators.stop()
    await Promise.all([this.link.stop(), this.waveforms.stop()])
    await this.derived.stop()
  }

  /** The server's own wall clock was stepped by so many ms. */
  clockStepped(step: number): void {
    this.intake.clockStepped(step)
    this.derived.clockStepped(step)
    this.foreign.clockStepped(this.#facility.sensors.keys())
  }

  /** Something was counted since the last snapshot. */
  get hasCounts(): boolean {
    return !this.ledger.isEmpty || this.taker.hasGaps
  }

  /** Plain data of its own; and what was dropped since the last time. */
  snapshot(): { snapshot: FacilitySnapshot; gaps: KeptGap[] } {
    const { latest, gaps } = this.taker.snapshot()
    const [derived, inhibitor] = [this.derived.snapshot(), this.#inhibitor.snapshot()]
    return { snapshot: { gateways: this.intake.snapshot(), latest, derived, inhibitor }, gaps }
  }

  #look(): void {
    this.#inhibitor.look()
    void this.#detectors.look()
  }
}

import type { AlarmView } from '../contracts/api.ts'
import type { SteadyClock } from '../contracts/clock.ts'
import { CodedError } from '../contracts/errors.ts'
import type { BatchName, EvidenceBatch, Fork } from '../contracts/evidence-batch.ts'
import type { AlarmConfig, Facility } from '../contracts/facility.ts'
import type { Logger } from '../contracts/logger.ts'
import { AlarmEngine } from './alarm-engine.ts'
import { countStates, shownState } from './alarm-record.ts'
import { alarmView, journalItem } from './alarm-view.ts'
import { closing } from './closing.ts'
import type { EngineSnapshot } from './engine-snapshot.ts'
import {
  type AlarmEntry,
  actedFrom,
  type Evaluation,
  occurrenceId,
  RefusedAction,
  type Transition,
} from './evaluation.ts'
import { positionOf } from './field-tests/field-test.ts'
import type { KeptTests } from './field-tests/field-tests.ts'
import { keptTests, TestDesk } from './field-tests/test-desk.ts'
import { conditionReports, type GatewayCondition } from './gateway-condition.ts'
import { JournalQueue, type Told } from './journal/journal-queue.ts'
import type { Commit, KeptRecord, NewEntry, StateStore } from './journal/state-store.ts'
import type { AlarmInput } from './lifecycle.ts'
import type { Revision } from './settings/revision.ts'
import { SettingsDesk } from './settings/settings-desk.ts'
import { type Exchange, succeed } from './succession.ts'
import { systemSensorId } from './system-sensors.ts'

/** Delays end within this much of their time when nothing arrives. */
const TICK_MS = 50

/**
 * The alarms of one facility at work: evaluates, commits transitions and states together, and tells
 * people only then. Evaluation never waits for the disk; the promise of each call settles with its commit.
 */
export class AlarmService {
  #facility: Facility
  /** Where engineers change set points, deadbands, delays and priorities. */
  readonly settings: SettingsDesk
  readonly #states: StateStore
  readonly #clock: SteadyClock
  readonly #tell: (told: Told) => void
  readonly #onRaised: (occurrence: string, time: number) => void
  readonly #logger: Logger
  #engine: AlarmEngine
  readonly #journal: JournalQueue
  /** Bump and proof tests. */
  readonly tests: TestDesk
  #timer: NodeJS.Timeout | undefined
  /** Number of the last record of the server's log that was evaluated. */
  #position: number
  /** What people do waits while the facility file is exchanged. */
  #exchanging: Promise<void> | undefined

  private constructor(options: AlarmServiceOptions, { records, settings, tests }: Kept) {
    this.#facility = options.facility
    this.#states = options.states
    this.#clock = options.clock
    this.#tell = options.tell
    this.#onRaised = options.onRaised ?? (() => undefined)
    this.#logger = options.logger
    const { facility, clock, checkpoint } = options
    this.#position = Math.max(
      checkpoint?.position ?? 0,
      ...tests.running.map(positionOf),
      ...[...records.values()].map(({ position }) => position),
    )
    const snapshot = checkpoint?.snapshot
    this.#engine = new AlarmEngine({
      facility,
      now: snapshot?.now ?? clock.now(),
      records,
      settings,
      tests,
      ...(snapshot === undefined ? {} : { snapshot }),
    })
    this.#journal = new JournalQueue({
      ...options,
      timezone: () => this.#facility.timezone,
      tests: {
        unkept: () => this.#engine.tests.unkept(this.#position),
        kept: (kept) => this.#engine.tests.kept(kept),
      },
      onFailing: (isFailing) => {
        this.#watch(this.report(systemSensorId.journal(), Number(isFailing)))
        if (!isFailing) this.#watch(this.settings.lookAgain())
      },
    })
    this.settings = new SettingsDesk({
      ...options,
      facility: () => this.#facility,
      engine: () => this.#engine,
      journal: this.#journal,
      position: () => this.#position,
      record: (evaluation) => this.#record(evaluation),
      onDiffering: (isDiffering) => this.#watch(this.report(systemSensorId.settings(), Number(isDiffering))),
      revisions: settings,
    })
    this.tests = new TestDesk({
      facility: () => this.#facility,
      tests: () => this.#engine.tests,
      states: options.states,
      now: () => clock.now(),
      advance: () => this.#record(this.#engine.advance(clock.now())),
      record: (evaluation) => this.#record(evaluation),
    })
  }

  /**
   * Starts from the states that the last run kept: nothing annunciates again, nothing is forgotten. What is
   * in the log behind its checkpoint is then given to {@link replay}, and {@link live} begins.
   */
  static async start(options: AlarmServiceOptions): Promise<AlarmService> {
    const { states, facility } = options
    const [records, settings, tests] = await Promise.all([
      states.records(facility.id),
      states.settings(facility.id),
      keptTests(states, facility.id),
    ])
    const service = new AlarmService(options, { records, settings, tests })
    await service.#closeRemoved(records)
    return service
  }

  get facility(): Facility {
    return this.#facility
  }

  /**
   * Makes ready for another version of the facility file: what people do waits from now on, until it is disposed of.
   * @throws CodedError JOURNAL_UNWRITABLE while the journal fails
   */
  async prepare(facility: Facility): Promise<Exchange> {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#exchanging = promise
    const end = () => {
      this.#exchanging = undefined
      resolve()
    }
    try {
      await this.settled()
      const kept = await this.#states.records(facility.id)
      return { take: () => this.#follow(facility, kept), [Symbol.dispose]: end }
    } catch (error) {
      end()
      throw error
    }
  }

  #follow(facility: Facility, kept: ReadonlyMap<string, KeptRecord>): string[] {
    const now = this.#clock.now()
    this.#watch(this.#record(this.#engine.advance(now)))
    const from = this.#facility
    const before = this.#engine
    const settings = this.settings.revisions
    const { engine, evaluation, gone } = succeed(before, { from, to: facility, now, kept, settings })
    this.#watch(this.#close(gone, now))
    this.#facility = facility
    this.#engine = engine
    this.#watch(this.#record(evaluation))
    this.#watch(this.report(systemSensorId.settings(), Number(this.settings.isDiffering)))
    return Array.from(before.entries(), ({ config }) => config.id).filter(
      (id) => engine.entry(id) === undefined,
    )
  }

  #close(gone: readonly AlarmEntry[], now: number): Promise<void> {
    const { id, timezone } = this.#facility
    const closed = gone.map((entry) =>
      closing({ facility: id, alarm: alarmView(this.#facility, entry, true) }, entry.record, {
        now,
        timezone,
      }),
    )
    const position = this.#position
    return this.#journal.add(
      closed.map(({ entry }) => entry),
      new Map(closed.map(({ entry, record }) => [entry.alarm, { record, position }])),
    )
  }

  /** What a batch after a hole is to carry, as things are before it is evaluated. */
  fork(gateway: string): Fork {
    const fallenDue = this.#engine.advance(this.#clock.now())
    if (fallenDue.touched.length > 0) this.#watch(this.#record(fallenDue))
    return this.#engine.fork(gateway)
  }

  /** Number of the last record of the server's log that anything kept here knows of. */
  get position(): number {
    return this.#position
  }

  /** A batch that the last run had in its log. */
  replay(batch: EvidenceBatch, at: { now: number; position: number }): void {
    this.#position = at.position
    this.#watch(this.#record(this.#engine.replay(batch, at)))
  }

  /** From now on time passes. */
  live(): void {
    this.#watch(this.#record(this.#engine.live(this.#clock.now())))
    this.#timer = setInterval(() => this.#tick(), TICK_MS)
    this.#watch(this.report(systemSensorId.journal(), 0))
    this.#watch(this.report(systemSensorId.settings(), Number(this.settings.isDiffering)))
  }

  /** What a start needs beside the records of the alarms, as it is now; good once it is {@link settled}. */
  snapshot(): EngineSnapshot {
    return this.#engine.snapshot()
  }

  /** Resolves when everything up to now stands in the journal. @throws CodedError JOURNAL_UNWRITABLE */
  settled(): Promise<void> {
    return this.#journal.add([], new Map())
  }

  /** An alarm that stood and is no longer in the facility file does not vanish: it is closed with an entry. */
  async #closeRemoved(records: ReadonlyMap<string, KeptRecord>): Promise<void> {
    const { id: facility, timezone } = this.facility
    const now = this.#clock.now()
    const entries: NewEntry[] = []
    const closed = new Map<string, KeptRecord>()
    for (const [alarm, { record }] of records) {
      if (this.#engine.entry(alarm) !== undefined || shownState(record) === 'NORM') continue
      const [last] = await this.#states.journal({ facility, alarm, limit: 1 })
      if (last === undefined) continue
      const { entry, record: blank } = closing(last, record, { now, timezone })
      closed.set(alarm, { record: blank, position: this.#position })
      entries.push(entry)
    }
    if (entries.length === 0) return
    const items = await this.#states.commit({ facility, timezone, recorded: now, entries, records: closed })
    for (const item of items) this.#tell(item)
  }

  /** Ends the ticking and commits what waits. */
  async stop(): Promise<void> {
    clearInterval(this.#timer)
    await this.#journal.stop()
  }

  /**
   * Settles with its commit and all before it. `position` is the number of the last record of the log.
   * @throws CodedError JOURNAL_UNWRITABLE while the journal fails
   */
  evaluate(batch: EvidenceBatch, position: number): Promise<void> {
    this.#position = position
    return this.#record(this.#engine.evaluate(batch, this.#clock.now()))
  }

  /** A reading of one of the system's own sensors. */
  report(sensor: string, value: number): Promise<void> {
    return this.#record(this.#engine.report(sensor, value, this.#clock.now()))
  }

  /** What a look at the wall clock found: by how much it was stepped, ms; 0 when it was not. Call again and again. */
  async clockLooked(stepMs: number): Promise<void> {
    const sensor = systemSensorId.serverClock()
    const stepped = stepMs === 0 ? undefined : this.report(sensor, stepMs / 1_000)
    await Promise.all([stepped, this.report(sensor, 0)])
  }

  gatewayLost(gateway: string): Promise<void> {
    return this.#record(this.#engine.gatewayLost(gateway, this.#clock.now()))
  }

  gatewayHeard(gateway: string): Promise<void> {
    return this.#record(this.#engine.gatewayHeard(gateway, this.#clock.now()))
  }

  /** Nothing of this gateway that is older than `first` will come any more; nothing at all without it. */
  finishLate(gateway: string, first: BatchName | undefined): Promise<void> {
    return this.#record(this.#engine.finishLate(gateway, first, this.#clock.now()))
  }

  /** How far a gateway's clock is off, whether two use its name, and whether its facility file differs from ours. */
  async gatewayCondition(gateway: string, condition: GatewayCondition): Promise<void> {
    await Promise.all(conditionReports(gateway, condition).map(([id, value]) => this.report(id, value)))
  }

  /** What a person does; resolves once it stands in the journal. @throws CodedError when it is refused */
  async act(alarm: string, input: AlarmAct, address?: string): Promise<AlarmView> {
    if (this.#exchanging !== undefined) await this.#exchanging
    const now = this.#clock.now()
    const entry = this.#engine.entry(alarm)
    if (entry === undefined)
      throw new CodedError('ALARM_UNKNOWN', `no alarm "${alarm}" in ${this.facility.id}`)
    try {
      await this.#record(actedFrom(this.#engine.act(alarm, input(now, entry.config), now), address))
    } catch (error) {
      if (error instanceof RefusedAction) this.#watch(this.#record(error.evaluation))
      throw error
    }
    const view = this.view(alarm)
    if (view === undefined) throw new CodedError('ALARM_UNKNOWN', alarm)
    return view
  }

  /** Journal entries that were lost because they waited too long for a journal that failed. */
  get lostEntries(): number {
    return this.#journal.lost
  }

  /** No sign of life for longer than the sensor may be silent. */
  isStale(sensor: string): boolean {
    return this.#engine.isStale(sensor)
  }

  view(alarm: string): AlarmView | undefined {
    const entry = this.#engine.entry(alarm)
    return entry === undefined ? undefined : this.#view(entry)
  }

  /** As it is set now. */
  config(alarm: string): AlarmConfig | undefined {
    return this.#engine.entry(alarm)?.config
  }

  entries(): Iterable<AlarmEntry> {
    return this.#engine.entries()
  }

  *views(): Generator<AlarmView> {
    for (const entry of this.#engine.entries()) yield this.#view(entry)
  }

  /** How many alarms are in each state but NORM. */
  counts(): Map<string, number> {
    return countStates(this.#engine.entries())
  }

  #view(entry: AlarmEntry): AlarmView {
    return alarmView(this.facility, entry, !this.#journal.isUnwritten(entry.config.id))
  }

  #tick(): void {
    const evaluation = this.#engine.advance(this.#clock.now())
    if (evaluation.touched.length > 0) this.#watch(this.#record(evaluation))
  }

  /** The wall clock of the server was stepped: delays in sensor time run on. */
  clockStepped(step: number): void {
    this.#engine.clockStepped(step)
  }

  /** For callers nobody waits for: a failed commit has been told and is tried again by itself. */
  #watch(done: Promise<void>): void {
    done.catch((error: unknown) => this.#logger.debug({ error: String(error) }, 'a commit is put off'))
  }

  #record({ transitions, touched }: Evaluation): Promise<void> {
    const entries = transitions.map((transition) => this.#entry(transition))
    const position = this.#position
    return this.#journal.add(
      entries,
      new Map(touched.map(({ config, record }) => [config.id, { record, position }])),
    )
  }

  #entry(transition: Transition): NewEntry {
    const { config, sensor, record, time, event } = transition
    if (event === 'raised') this.#onRaised(occurrenceId(config.id, record) ?? '', time)
    const item = journalItem(this.facility, transition)
    return { key: `${config.id}#${record.transitions}`, time, alarm: config.id, sensor: sensor.id, item }
  }
}

/** What was made of settings at run time. Key: alarm id. */
type Settings = ReadonlyMap<string, readonly Revision[]>

/** What the last run kept. */
interface Kept {
  /** Key: alarm id. */
  records: ReadonlyMap<string, KeptRecord>
  settings: Settings
  tests: KeptTests
}

/** What a person does to an alarm, at a time of the server. @throws CodedError when its class forbids it */
export type AlarmAct = (now: number, config: AlarmConfig) => AlarmInput

export interface AlarmServiceOptions {
  facility: Facility
  states: StateStore
  /** Where the last run's log is to be replayed from; without one there is nothing to replay. */
  checkpoint?: { position: number; snapshot: EngineSnapshot }
  clock: SteadyClock
  /** What has been evaluated that the server's log may not hold: kept with every commit, see {@link Commit}. */
  unsynced?: () => string | undefined
  /** Called after the commit, in the order of the journal. */
  tell: (told: Told) => void
  /** It was decided just now; `time` is that of the reading, or when its delay ended. */
  onRaised?: (occurrence: string, time: number) => void
  logger: Logger
}

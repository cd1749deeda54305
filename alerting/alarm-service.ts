import type { AlarmView, JournalItem } from '../contracts/api.ts'
import type { SteadyClock } from '../contracts/clock.ts'
import { CodedError } from '../contracts/errors.ts'
import type { Facility } from '../contracts/facility.ts'
import { formatIso } from '../contracts/iso-time.ts'
import type { Logger } from '../contracts/logger.ts'
import { AlarmEngine, type EvidenceBatch } from './alarm-engine.ts'
import { alarmView, closingItem, journalItem, type UnnumberedItem } from './alarm-view.ts'
import { type AlarmEntry, type Evaluation, RefusedAction, type Transition } from './evaluation.ts'
import { type AlarmInput, type AlarmRecord, newAlarm, shownState } from './lifecycle.ts'
import type { NewEntry, StateStore } from './state-store.ts'
import { systemSensorId } from './system-sensors.ts'

/** A journal entry on its way to people; without a number when the journal could not be written in time. */
export type Told = JournalItem | (UnnumberedItem & { seq?: undefined })

/** An alarm is told after this even when the journal cannot commit it (DESIGN section 6), ms. */
export const JOURNAL_DEADLINE_MS = 500
const RETRY_MS = 1_000
/** Delays end within this much of their time when nothing arrives. */
const TICK_MS = 50

interface Waiting {
  entries: NewEntry[]
  records: Map<string, AlarmRecord>
  told: boolean
  settle: { resolve: () => void; reject: (error: Error) => void }[]
}

/**
 * The alarms of one facility at work: evaluates, commits transitions and states together, and tells
 * people only then. Evaluation never waits for the disk; the promise of each call settles with its commit.
 */
export class AlarmService {
  readonly facility: Facility
  readonly #states: StateStore
  readonly #clock: SteadyClock
  readonly #tell: (told: Told) => void
  readonly #logger: Logger
  readonly #engine: AlarmEngine
  #waiting: Waiting = emptyWaiting()
  #inFlight: Promise<void> | undefined
  #failing = false
  #timer: NodeJS.Timeout | undefined
  #retry: NodeJS.Timeout | undefined

  private constructor(options: AlarmServiceOptions, records: ReadonlyMap<string, AlarmRecord>) {
    this.facility = options.facility
    this.#states = options.states
    this.#clock = options.clock
    this.#tell = options.tell
    this.#logger = options.logger
    this.#engine = new AlarmEngine({ facility: options.facility, now: options.clock.now(), records })
  }

  /** Starts from the states that the last run kept: nothing annunciates again, nothing is forgotten. */
  static async start(options: AlarmServiceOptions): Promise<AlarmService> {
    const records = await options.states.records(options.facility.id)
    const service = new AlarmService(options, records)
    await service.#closeRemoved(records)
    service.#timer = setInterval(() => service.#tick(), TICK_MS)
    service.#watch(service.report(systemSensorId.journal(), 0))
    return service
  }

  /** An alarm that stood and is no longer in the facility file does not vanish: it is closed with an entry. */
  async #closeRemoved(records: ReadonlyMap<string, AlarmRecord>): Promise<void> {
    const { id: facility, timezone } = this.facility
    const now = this.#clock.now()
    const entries: NewEntry[] = []
    const closed = new Map<string, AlarmRecord>()
    for (const [alarm, record] of records) {
      if (this.#engine.entry(alarm) !== undefined || shownState(record) === 'NORM') continue
      const [last] = await this.#states.journal({ facility, alarm, limit: 1 })
      if (last === undefined) continue
      const blank = { ...newAlarm(now), occurrence: record.occurrence, transitions: record.transitions + 1 }
      closed.set(alarm, blank)
      entries.push({
        key: `${alarm}#${blank.transitions}`,
        time: now,
        alarm,
        sensor: last.alarm.sensor,
        item: closingItem(last, formatIso(now, timezone)),
      })
    }
    if (entries.length === 0) return
    const items = await this.#states.commit({ facility, timezone, recorded: now, entries, records: closed })
    for (const item of items) this.#tell(item)
  }

  /** Ends the ticking and waits for the commits that are under way. */
  async stop(): Promise<void> {
    clearInterval(this.#timer)
    clearTimeout(this.#retry)
    await this.#inFlight?.catch(() => undefined) // Its callers have been told.
    if (hasContent(this.#waiting)) await this.#commit(this.#take())
  }

  evaluate(batch: EvidenceBatch): Promise<void> {
    return this.#record(this.#engine.evaluate(batch, this.#clock.now()))
  }

  /** A reading of one of the system's own sensors. */
  report(sensor: string, value: number): Promise<void> {
    return this.#record(this.#engine.report(sensor, value, this.#clock.now()))
  }

  gatewayLost(gateway: string): Promise<void> {
    return this.#record(this.#engine.gatewayLost(gateway, this.#clock.now()))
  }

  gatewayHeard(gateway: string): Promise<void> {
    return this.#record(this.#engine.gatewayHeard(gateway, this.#clock.now()))
  }

  /** How far a gateway's clock is off, and whether its facility file differs from ours. */
  async gatewayCondition(
    gateway: string,
    condition: { skewS?: number; configDiffers?: boolean },
  ): Promise<void> {
    const { skewS, configDiffers } = condition
    await Promise.all([
      skewS === undefined ? undefined : this.report(systemSensorId.clock(gateway), skewS),
      configDiffers === undefined
        ? undefined
        : this.report(systemSensorId.config(gateway), Number(configDiffers)),
    ])
  }

  /** What a person does; resolves once it stands in the journal. @throws CodedError when it is refused */
  async act(alarm: string, input: (now: number) => AlarmInput): Promise<AlarmView> {
    const now = this.#clock.now()
    try {
      await this.#record(this.#engine.act(alarm, input(now), now))
    } catch (error) {
      if (error instanceof RefusedAction) await this.#record(error.evaluation)
      throw error
    }
    const view = this.view(alarm)
    if (view === undefined) throw new CodedError('ALARM_UNKNOWN', alarm)
    return view
  }

  /** No sign of life for longer than the sensor may be silent. */
  isStale(sensor: string): boolean {
    return this.#engine.isStale(sensor)
  }

  view(alarm: string): AlarmView | undefined {
    const entry = this.#engine.entry(alarm)
    return entry === undefined ? undefined : this.#view(entry)
  }

  *views(): Generator<AlarmView> {
    for (const entry of this.#engine.entries()) yield this.#view(entry)
  }

  #view(entry: AlarmEntry): AlarmView {
    const isWaiting = this.#failing && this.#waiting.records.has(entry.config.id)
    return alarmView(this.facility, entry, !isWaiting)
  }

  #tick(): void {
    this.#watch(this.#record(this.#engine.advance(this.#clock.now())))
  }

  /** The wall clock of the server was stepped: delays in sensor time run on. */
  clockStepped(step: number): void {
    this.#engine.clockStepped(step)
  }

  /** For callers nobody waits for: a failed commit has been told and is tried again by itself. */
  #watch(done: Promise<void>): void {
    done.catch((error: unknown) => this.#logger.debug({ error: String(error) }, 'a commit is put off'))
  }

  #record(evaluation: Evaluation): Promise<void> {
    if (evaluation.touched.length === 0) return Promise.resolve()
    const fresh = evaluation.transitions.map((transition) => this.#entry(transition))
    const waiting = this.#waiting
    waiting.entries.push(...fresh)
    for (const alarm of evaluation.touched) waiting.records.set(alarm.config.id, alarm.record)
    if (this.#failing) {
      this.#tellUnjournalled(fresh)
      return Promise.reject(new CodedError('JOURNAL_UNWRITABLE', 'the journal is being tried again'))
    }
    return new Promise((resolve, reject) => {
      waiting.settle.push({ resolve, reject })
      this.#flush()
    })
  }

  #entry(transition: Transition): NewEntry {
    const { config, sensor, record, time } = transition
    const item = journalItem(this.facility, transition)
    return { key: `${config.id}#${record.transitions}`, time, alarm: config.id, sensor: sensor.id, item }
  }

  /** One commit at a time; what comes meanwhile waits and goes with the next one. */
  #flush(): void {
    if (this.#inFlight !== undefined || this.#failing || !hasContent(this.#waiting)) return
    this.#commitWaiting()
  }

  #commitWaiting(): void {
    this.#inFlight = this.#commit(this.#take()).finally(() => {
      this.#inFlight = undefined
      this.#flush()
    })
  }

  #take(): Waiting {
    const taken = this.#waiting
    this.#waiting = emptyWaiting()
    return taken
  }

  async #commit(batch: Waiting): Promise<void> {
    const deadline = setTimeout(() => {
      batch.told = true
      this.#tellUnjournalled(batch.entries)
    }, JOURNAL_DEADLINE_MS)
    try {
      const { id, timezone } = this.facility
      const recorded = this.#clock.now()
      const { entries, records } = batch
      const items = await this.#states.commit({ facility: id, timezone, recorded, entries, records })
      for (const item of items) this.#tell(item)
      for (const { resolve } of batch.settle) resolve()
      if (this.#failing) this.#recovered()
    } catch (error) {
      this.#failed(batch, error as Error)
    } finally {
      clearTimeout(deadline)
    }
  }

  /** Told at once, unconfirmed, kept for the next try; and the loudest alarm there is goes up. */
  #failed(batch: Waiting, error: Error): void {
    if (!batch.told) this.#tellUnjournalled(batch.entries)
    for (const { reject } of batch.settle) reject(error)
    const later = this.#waiting
    this.#waiting = {
      entries: [...batch.entries, ...later.entries],
      records: new Map([...batch.records, ...later.records]),
      told: true,
      settle: later.settle,
    }
    if (!this.#failing) {
      this.#failing = true
      this.#logger.error({ error: error.message }, 'the journal cannot be written')
      this.#watch(this.report(systemSensorId.journal(), 1))
    }
    clearTimeout(this.#retry)
    this.#retry = setTimeout(() => this.#commitWaiting(), RETRY_MS)
  }

  #recovered(): void {
    this.#failing = false
    this.#logger.info({}, 'the journal is written again')
    this.#watch(this.report(systemSensorId.journal(), 0))
  }

  #tellUnjournalled(entries: readonly NewEntry[]): void {
    for (const { item } of entries) this.#tell({ ...item, alarm: { ...item.alarm, journalled: false } })
  }
}

export interface AlarmServiceOptions {
  facility: Facility
  states: StateStore
  clock: SteadyClock
  /** Called after the commit, in the order of the journal. */
  tell: (told: Told) => void
  logger: Logger
}

function emptyWaiting(): Waiting {
  return { entries: [], records: new Map(), told: false, settle: [] }
}

function hasContent(waiting: Waiting): boolean {
  return waiting.records.size > 0 || waiting.entries.length > 0
}

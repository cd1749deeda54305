import type { LiveSettings } from '../../contracts/analytics/computation.ts'
import { DERIVED_GATEWAY, type DerivedSensor } from '../../contracts/analytics/derived.ts'
import type { DerivedDetail } from '../../contracts/analytics/derived-api.ts'
import type { SteadyClock } from '../../contracts/clock.ts'
import type { Facility } from '../../contracts/facility.ts'
import type { Logger } from '../../contracts/logger.ts'
import type { Reading } from '../../contracts/reading.ts'
import { BackFill, type BackFillOptions, type BackFillSnapshot, type Filled } from '../derive/back-fill.ts'
import { type Computed, Deriver, type DeriverOptions, type DeriverSnapshot } from '../derive/deriver.ts'
import type { BatchRecord, LoggedReading } from '../log/log-record.ts'
import { LocalRecords } from './local-records.ts'
import type { RecordTaker } from './record-taker.ts'
import { tankOutline } from './tank-outline.ts'

/** What a start needs: plain data. */
export interface DerivedSnapshot {
  readonly deriver: DeriverSnapshot
  readonly backFill: BackFillSnapshot
}

export interface DerivedIntakeOptions {
  facility: Facility
  taker: RecordTaker
  /** Random, of this start of the server: the epoch of what it computes. */
  session: string
  /** Where late inputs are computed anew from. */
  history: BackFillOptions['history']
  /** The number of the last record of the log. */
  logged: () => number
  live: LiveSettings
  care?: DeriverOptions['care']
  /** When sensors were in tests: see BackFillOptions. */
  tests?: NonNullable<BackFillOptions['tests']>
  /** Told of the coverage of points that were computed anew. */
  onFilled?: (sensor: DerivedSensor, filled: readonly Filled[]) => void
  clock: { monotonic(): number }
  steady: Pick<SteadyClock, 'now'>
  logger: Logger
}

/** Points that wait for inputs which do not come are looked for so often, ms. */
const LOOK_MS = 250
/** What came late is computed anew so often, ms. */
const FILL_MS = 5_000
/** Readings of one record. */
const MAX_READINGS = 10_000

/**
 * The derived sensors of a facility on their way through the house: every batch that is taken moves the grid, and what
 * is computed becomes a batch of its own, appended and evaluated like all others.
 */
export class DerivedIntake {
  readonly #options: DerivedIntakeOptions
  readonly #records: LocalRecords
  readonly #backFill: BackFill
  #facility: Facility
  #deriver: Deriver
  /** Computed in the replay, and not found in the log yet. */
  #unlogged: Reading[] = []
  #timers: NodeJS.Timeout[] = []

  constructor(options: DerivedIntakeOptions, snapshot?: DerivedSnapshot) {
    this.#options = options
    this.#facility = options.facility
    this.#records = new LocalRecords({ ...options, facility: options.facility.id, gateway: DERIVED_GATEWAY })
    this.#deriver = this.#deriverOf(snapshot?.deriver)
    this.#backFill = new BackFill(
      {
        facility: () => this.#facility,
        history: options.history,
        logged: options.logged,
        live: (sensor) => this.#deriver.of(sensor),
        settings: options.live,
        emit: (sensor, filled) => this.#fill(sensor, filled),
        ...(options.tests && { tests: options.tests }),
      },
      snapshot?.backFill,
    )
  }

  /** A record was taken: what can be computed now is taken in the same turn. */
  taken(record: BatchRecord): void {
    this.#emit(this.#deriver.take(record))
  }

  /** A record that the last run had in its log, its own among them. In order. */
  replayed(record: BatchRecord): void {
    if (record.gateway !== DERIVED_GATEWAY) {
      this.#unlogged.push(...(this.#deriver.take(record)?.readings ?? []))
      return
    }
    if (record.again) return
    this.#unlogged.push(...(this.#deriver.follow(record)?.readings ?? []))
    const ends = new Map(record.readings.map(({ sensor, time }) => [sensor, time]))
    this.#unlogged = this.#unlogged.filter(({ sensor, time }) => {
      const device = this.#facility.sensors.get(sensor)?.device ?? ''
      return time > Math.max(ends.get(sensor) ?? 0, record.polled?.[device] ?? 0)
    })
  }

  /** Nothing is replayed any more: what the last run computed and could not log is taken now. */
  start(): void {
    const readings = this.#unlogged
    this.#unlogged = []
    if (readings.length > 0) this.#emit({ readings, polled: {} })
    const { steady, logger } = this.#options
    this.#emit(this.#deriver.listen(steady.now()), true)
    this.#timers = [
      setInterval(() => this.#emit(this.#deriver.look(steady.now())), LOOK_MS),
      setInterval(() => {
        this.#backFill
          .run()
          .catch((error: unknown) => logger.debug({ error: String(error) }, 'back-fill is put off'))
      }, FILL_MS),
    ]
  }

  async stop(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer)
    this.#timers = []
    await this.#backFill.settled()
  }

  /** What goes on under the same configuration keeps what it knows. */
  follow(facility: Facility): void {
    const kept = this.#deriver.snapshot()
    this.#facility = facility
    const { steady, taker } = this.#options
    const meanwhile = { now: steady.now(), latest: (sensor: string) => taker.latest(sensor) }
    this.#deriver = this.#deriverOf(kept, meanwhile)
  }

  clockStepped(step: number): void {
    this.#deriver.clockStepped(step)
  }

  /** Undefined for a sensor that is not derived. */
  detail(sensor: string): DerivedDetail | undefined {
    const derivation = this.#deriver.of(sensor)
    if (derivation === undefined) return undefined
    const { compute, inputs, everyMs, latenessMs, windowMs, request } = derivation.sensor
    const tank = request.surroundings.tanks.get(request.file.tank ?? '')
    return {
      compute,
      of: inputs.map(({ id }) => id),
      everyMs,
      latenessMs,
      windowMs: windowMs ?? null,
      coverage: derivation.latest?.coverage ?? null,
      backFilling: this.#backFill.waiting.includes(sensor),
      tank: (tank && tankOutline(tank)) ?? null,
      detail: derivation.describe() ?? {},
    }
  }

  snapshot(): DerivedSnapshot {
    return { deriver: this.#deriver.snapshot(), backFill: this.#backFill.snapshot() }
  }

  #deriverOf(snapshot: DeriverSnapshot | undefined, meanwhile?: DeriverOptions['meanwhile']): Deriver {
    const { live, care } = this.#options
    return new Deriver({
      facility: this.#facility,
      live,
      ...(care === undefined ? {} : { care }),
      onBehind: (behind) => this.#backFill.note(behind),
      onPassed: (passed) => this.#backFill.notePassed(passed),
      snapshot,
      ...(meanwhile === undefined ? {} : { meanwhile }),
    })
  }

  #emit(computed: Computed | undefined, stepped = false): void {
    if (computed === undefined) return
    const { readings, polled } = computed
    const arrived = this.#options.steady.now()
    for (let at = 0; at === 0 || at < readings.length; at += MAX_READINGS) {
      const part = readings.slice(at, at + MAX_READINGS)
      const isLast = at + MAX_READINGS >= readings.length
      const sent = part.reduce((latest, { time }) => Math.max(latest, time), arrived)
      this.#records.take({
        arrived,
        isLive: true,
        sent,
        stepped,
        polled: isLast ? polled : null,
        readings: logged(part, false),
      })
    }
  }

  #fill(sensor: DerivedSensor, filled: readonly Filled[]): void {
    const readings = logged(
      filled.map(({ reading }) => reading),
      true,
    )
    this.#records.take({ arrived: this.#options.steady.now(), isLive: false, again: true, readings })
    this.#options.onFilled?.(sensor, filled)
  }
}

function logged(readings: readonly Reading[], late: boolean): LoggedReading[] {
  return readings.map((reading, position) => ({ ...reading, position, late, fold: 0 }))
}

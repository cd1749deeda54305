import { DERIVED_GATEWAY } from '../../contracts/analytics/derived.ts'
import type { CalibrationView, DueView } from '../../contracts/calibration-api.ts'
import { CALIBRATION_KINDS, type CalibrationKind } from '../../contracts/calibration-words.ts'
import { CodedError } from '../../contracts/errors.ts'
import type { Facility, Sensor } from '../../contracts/facility.ts'
import { formatIso } from '../../contracts/iso-time.ts'
import type { DetectorStore } from '../journal/detector-table.ts'
import type { StateStore } from '../journal/state-store.ts'
import type { Calibration, WatchedTest } from './calibration.ts'
import { type CalibrationOrder, checkCalibration } from './calibration-order.ts'
import { calibrationView, watchedView } from './calibration-view.ts'
import { after, dueAt, dueOf, failedOf, type History } from './due.ts'
import { readWatched } from './watched-tests.ts'

/** Where it is kept since when the file asks for dates of each sensor: what was never done is due from there. */
const SINCE = 'calibration-since'

export interface CalibrationDeskOptions {
  /** As its file says now. */
  facility: () => Pick<Facility, 'id' | 'timezone' | 'sensors'>
  states: Pick<StateStore, 'keep' | 'kept' | 'tests'> & { detectors: DetectorStore }
  /** Epoch ms. */
  now: () => number
}

/** What of the due list is asked for. */
export interface DueQuery {
  sensor?: string
  /** Only what is overdue, or becomes so within this, ms. */
  withinMs?: number
}

const NOTHING: History = {}

/**
 * The calibrations and bump tests of the detectors of one facility: what was done, and what is due. A detector without
 * `calibration` in the file has no dates, but one that failed is overdue whatever the file says.
 */
export class CalibrationDesk {
  readonly #options: CalibrationDeskOptions
  /** Key: sensor id. */
  readonly #histories = new Map<string, History>()
  /** Newest last. Key: sensor id. */
  readonly #watched = new Map<string, WatchedTest[]>()
  /** Key: sensor id; epoch ms. */
  #since: Record<string, number> = {}
  /** It stands in the state database as it is here. */
  #isSinceKept = true
  /** When each becomes overdue, epoch ms. Key: sensor id. */
  #overdueAt = new Map<string, number>()
  /** The file that the dates are of. */
  #sensors: ReadonlyMap<string, Sensor> | undefined
  #newest = 0
  /** Entries come one after the other. */
  #turn: Promise<unknown> = Promise.resolve()

  private constructor(options: CalibrationDeskOptions) {
    this.#options = options
  }

  static async open(options: CalibrationDeskOptions): Promise<CalibrationDesk> {
    const desk = new CalibrationDesk(options)
    const { id } = options.facility()
    const { states } = options
    const [last, since, watched] = await Promise.all([
      states.detectors.lastCalibrations(id),
      states.kept(id, SINCE),
      readWatched(states, options.facility()),
    ])
    desk.#since = since === undefined ? {} : (JSON.parse(since) as Record<string, number>)
    for (const test of watched) desk.#watch(test)
    for (const calibration of last) {
      desk.#note(calibration.sensor, calibration)
      desk.#newest = Math.max(desk.#newest, calibration.number)
    }
    await desk.follow()
    return desk
  }

  /** The file may have asked for dates of others: from now on. @throws CodedError JOURNAL_UNWRITABLE */
  async follow(): Promise<void> {
    const { facility, states, now } = this.#options
    const { id, sensors } = facility()
    if (this.#sensors !== sensors) this.#read(sensors, now())
    if (this.#isSinceKept) return
    await states.keep(id, SINCE, JSON.stringify(this.#since))
    this.#isSinceKept = true
  }

  #read(sensors: ReadonlyMap<string, Sensor>, now: number): void {
    this.#sensors = sensors
    const fresh = [...sensors.values()].filter(
      ({ id: sensor, calibration }) => calibration !== undefined && this.#since[sensor] === undefined,
    )
    for (const sensor of fresh) this.#since[sensor.id] = now
    if (fresh.length > 0) this.#isSinceKept = false
    this.#reckon()
  }

  /** Its calibration or bump test is overdue, or the last one failed. */
  isOverdue(sensor: string): boolean {
    const at = this.#overdueAt.get(sensor)
    return at !== undefined && this.#options.now() > at
  }

  /** How many of the file are. */
  get overdue(): number {
    const now = this.#options.now()
    let count = 0
    for (const at of this.#overdueAt.values()) count += Number(now > at)
    return count
  }

  /** What is due first comes first. @throws CodedError SENSOR_UNKNOWN */
  due({ sensor, withinMs }: DueQuery = {}): DueView[] {
    const { sensors } = this.#options.facility()
    const now = this.#options.now()
    const asked = sensor === undefined ? [...sensors.values()] : [this.#sensor(sensor)]
    return asked
      .flatMap((of) => CALIBRATION_KINDS.flatMap((kind) => this.#dueOf(of, kind, now) ?? []))
      .filter(({ at, view }) => withinMs === undefined || view.state === 'overdue' || at <= now + withinMs)
      .sort((a, b) => Number(b.view.state === 'overdue') - Number(a.view.state === 'overdue') || a.at - b.at)
      .map(({ view }) => view)
  }

  /**
   * Done before `before`, epoch ms; newest first. More than `limit` only of the last moment, of which none is left out.
   * @throws CodedError SENSOR_UNKNOWN
   */
  async of(
    sensor: string,
    { before, limit }: { before?: number; limit: number },
  ): Promise<CalibrationView[]> {
    const { facility, states } = this.#options
    const place = facility()
    this.#sensor(sensor)
    const query = { facility: place.id, sensor, limit, ...(before === undefined ? {} : { before }) }
    const kept = await states.detectors.calibrations(query)
    const watched = (this.#watched.get(sensor) ?? []).filter(
      ({ time }) => time < (before ?? Number.POSITIVE_INFINITY),
    )
    const done = [
      ...kept.map((calibration) => ({ time: calibration.time, view: calibrationView(place, calibration) })),
      ...watched.map((test) => ({ time: test.time, view: watchedView(place, test) })),
    ].sort((a, b) => b.time - a.time)
    const last = done[limit - 1]?.time ?? Number.NEGATIVE_INFINITY
    return done.filter(({ time }) => time >= last).map(({ view }) => view)
  }

  /**
   * There once it stands in the journal. @throws CodedError SENSOR_UNKNOWN, SENSOR_NOT_FIELD, CALIBRATION_TIME,
   * CALIBRATION_NOTE, CALIBRATION_FACTS or JOURNAL_UNWRITABLE
   */
  enter(sensor: string, { address, ...order }: CalibrationOrder): Promise<CalibrationView> {
    const done = this.#turn.then(async () => {
      const { facility, states, now } = this.#options
      const { id, timezone, sensors } = facility()
      if (this.#sensor(sensor).gateway === DERIVED_GATEWAY) throw new CodedError('SENSOR_NOT_FIELD', sensor)
      const recorded = now()
      const calibration = {
        ...order,
        number: this.#newest + 1,
        sensor,
        time: checkCalibration(order, recorded),
        recorded,
      }
      const { number, time, kind, result, by, ...facts } = calibration
      await states.detectors.enter({
        facility: id,
        timezone,
        recorded,
        entries: [
          {
            key: `calibration#${number}`,
            time,
            item: {
              time: formatIso(time, timezone),
              facility: id,
              by,
              ...(address === undefined ? {} : { address }),
              register: {
                subject: 'calibration',
                number,
                event: kind,
                from: null,
                to: result,
                detail: facts,
              },
            },
          },
        ],
        calibrations: [calibration],
      })
      this.#newest = number
      this.#note(sensor, calibration)
      this.#reckon()
      return calibrationView({ id, timezone, sensors }, calibration)
    })
    this.#turn = done.catch(() => undefined)
    return done
  }

  /** A test that the server watched has ended, and its evidence stands in the journal. */
  tested(test: WatchedTest): void {
    this.#watch(test)
    this.#reckon()
  }

  #watch(test: WatchedTest): void {
    const known = this.#watched.get(test.sensor) ?? []
    // Each of the alarms of a sensor tells of it.
    if (known.some(({ number }) => number === test.number)) return
    this.#watched.set(test.sensor, [...known, test])
    this.#note(test.sensor, { kind: 'bump', result: 'pass', time: test.time })
  }

  #note(sensor: string, record: Pick<Calibration, 'kind' | 'result' | 'time'>): void {
    this.#histories.set(sensor, after(this.#histories.get(sensor) ?? NOTHING, record))
  }

  #reckon(): void {
    this.#overdueAt = new Map()
    for (const sensor of (this.#sensors ?? new Map<string, Sensor>()).values()) {
      const history = this.#histories.get(sensor.id)
      if (sensor.calibration === undefined && history === undefined) continue
      let first = Number.POSITIVE_INFINITY
      for (const kind of CALIBRATION_KINDS) {
        const due = dueAt(kind, history ?? NOTHING, this.#terms(sensor, kind)) ?? first
        const hasFailed = failedOf(kind, history ?? NOTHING) !== undefined
        first = Math.min(first, hasFailed ? Number.NEGATIVE_INFINITY : due)
      }
      if (first < Number.POSITIVE_INFINITY) this.#overdueAt.set(sensor.id, first)
    }
  }

  #dueOf(sensor: Sensor, kind: CalibrationKind, now: number): { at: number; view: DueView } | undefined {
    const { id: facility, timezone } = this.#options.facility()
    const terms = this.#terms(sensor, kind)
    const found = dueOf(kind, this.#histories.get(sensor.id) ?? NOTHING, { ...terms, now })
    if (found === undefined) return undefined
    const { lastDone, due, ...rest } = found
    const view = {
      facility,
      sensor: sensor.id,
      sensorName: sensor.name,
      area: sensor.area,
      kind,
      everyMs: terms.everyMs ?? null,
      ...rest,
      lastDone: lastDone === null ? null : formatIso(lastDone, timezone),
      due: formatIso(due, timezone),
    }
    return { at: due, view }
  }

  #terms({ id, calibration }: Sensor, kind: CalibrationKind): { everyMs: number | undefined; since: number } {
    const everyMs = kind === 'calibration' ? calibration?.everyMs : calibration?.bumpMs
    return { everyMs, since: this.#since[id] ?? this.#options.now() }
  }

  /** @throws CodedError SENSOR_UNKNOWN */
  #sensor(id: string): Sensor {
    const { id: facility, sensors } = this.#options.facility()
    const sensor = sensors.get(id)
    if (sensor === undefined) throw new CodedError('SENSOR_UNKNOWN', `no sensor "${id}" in ${facility}`)
    return sensor
  }
}

import type { JournalItem } from '../../../contracts/api.ts'
import type { Facility } from '../../../contracts/facility.ts'
import type { ExportPlan } from '../../../contracts/register/export-plan.ts'
import type { StateStore } from '../../journal/state-store.ts'
import { systemSensorId } from '../../system-sensors.ts'
import type { HazardFollower, RegisterContext } from '../context.ts'
import { hazardOf } from '../hazard/hazard-row.ts'
import { AlarmReader } from './alarm-reader.ts'
import type { Carrier } from './carrier/carrier.ts'
import { ExportLane, type LaneCounts } from './export-lane.ts'
import { ExportQueue } from './export-queue.ts'
import { alarmItem, isSentAlarm } from './exported-alarm.ts'
import { hazardItem, isSentHazard } from './exported-hazard.ts'
import { type LaneName, laneKey } from './queue-item.ts'
import { StandingHazards } from './standing-hazards.ts'

/** Lanes are pumped this often, ms. */
const TICK_MS = 500
/** Failures are reported, and facility files looked at, this often, ms. */
const LOOK_MS = 10_000
/** An outside register that has taken nothing for so long is an alarm, ms. */
const ALARM_AFTER_MS = 600_000
/** What is done with is forgotten this often, ms. */
const PRUNE_MS = 3_600_000

export interface ExporterOptions extends Pick<RegisterContext, 'db' | 'now' | 'logger'> {
  /** Those that this server evaluates. Key: facility id. */
  places: () => ReadonlyMap<string, { readonly facility: Facility }>
  states: Pick<StateStore, 'after' | 'lastSeq' | 'keep' | 'kept'>
  carrier: Carrier
  /** A sensor of the system about itself. */
  report: (facility: string, sensor: string, value: number) => Promise<void>
  /** In [0, 1). */
  random: () => number
}

interface Running {
  readonly name: LaneName
  readonly lane: ExportLane
  /** As the facility file says now. */
  plan: ExportPlan
  /** What stood in the register before has to be put in the queue. */
  isToFill: boolean
  filling: Promise<void> | undefined
  /** That was reported last. */
  reported: number | undefined
  pruned: number
}

/** How it is with an export, for /metrics. */
export interface ExportFigures extends LaneName, Readonly<LaneCounts> {
  readonly isFailing: boolean
}

/**
 * Sends hazards and alarms to outside registers: what changes is put in a durable queue together with the change itself,
 * and each export has a lane that empties it. Nothing waits for it.
 */
export class Exporter {
  readonly #options: ExporterOptions
  readonly #queue: ExportQueue
  readonly #standing: StandingHazards
  readonly #alarms: AlarmReader
  /** Key: facility and export. */
  readonly #running = new Map<string, Running>()
  #following: Promise<void> | undefined
  #timers: NodeJS.Timeout[] = []
  #isClosed = false

  private constructor(options: ExporterOptions, queue: ExportQueue, alarms: AlarmReader) {
    this.#options = options
    this.#queue = queue
    this.#alarms = alarms
    this.#standing = new StandingHazards({ ...options, queue })
  }

  /** Sends nothing before {@link start}. */
  static async open(options: ExporterOptions): Promise<Exporter> {
    const { db, states, logger } = options
    const queue = new ExportQueue(db)
    const alarms = await AlarmReader.open({
      states,
      isWanted: () => plansOf(options).some(({ plan }) => plan.alarms !== undefined),
      take: (items) => takeAlarms(options, queue, items, (name) => exporter.wake(name)),
      logger,
    })
    const exporter = new Exporter(options, queue, alarms)
    return exporter
  }

  /** Puts what changes in the queues, with the change itself. */
  readonly follow: HazardFollower = async (trx, { before, after }) => {
    const place = this.#options.places().get(after.facility)
    if (place === undefined) return
    const { facility } = place
    const plans = facility.register.exports.filter(
      ({ hazards }) => isSentHazard(hazards, after) || (before !== null && isSentHazard(hazards, before)),
    )
    if (plans.length === 0) return
    const item = hazardItem(hazardOf(after), facility.timezone)
    for (const { id } of plans) {
      const name = { facility: facility.id, id }
      await this.#queue.putHazard(trx, name, item, this.#options.now())
      this.wake(name)
    }
  }

  get queue(): ExportQueue {
    return this.#queue
  }

  /** Once alarms are live. */
  start(): void {
    void this.look()
    this.#alarms.start()
    this.#timers = [setInterval(() => this.pump(), TICK_MS), setInterval(() => void this.look(), LOOK_MS)]
  }

  /** The journal has something new. Returns at once. */
  note(): void {
    this.#alarms.note()
  }

  /** Reads what the journal has. */
  readAlarms(): Promise<void> {
    return this.#alarms.read()
  }

  wake(name: LaneName): void {
    this.#running.get(laneKey(name))?.lane.wake()
  }

  /** Somebody wants it tried at once. */
  hurry(name: LaneName): void {
    this.#running.get(laneKey(name))?.lane.hurry()
  }

  /** Sends what may be sent now. Returns at once. */
  pump(): void {
    for (const { lane } of this.#running.values()) lane.pump()
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    await Promise.all(Array.from(this.#running.values(), ({ filling }) => filling))
    await Promise.all(Array.from(this.#running.values(), ({ lane }) => lane.idle()))
  }

  /** Follows the facility files, fills queues of new exports, reports failures and forgets what is done with. */
  look(): Promise<void> {
    this.#following ??= this.#follow()
      .catch((error: unknown) =>
        this.#options.logger.warn({ error: String(error) }, 'exports have to wait for the register'),
      )
      .finally(() => {
        this.#following = undefined
      })
    return this.#following
  }

  figures(): ExportFigures[] {
    return Array.from(this.#running.values(), ({ name, lane }) => ({
      ...name,
      ...lane.counts,
      isFailing: lane.failingSince !== null,
    }))
  }

  /** The wall clock was stepped by so many ms. */
  clockStepped(step: number): void {
    for (const { lane } of this.#running.values()) lane.clockStepped(step)
  }

  /** What is under way is cut off after some seconds, and goes out again with the next start. */
  async close(): Promise<void> {
    this.#isClosed = true
    for (const timer of this.#timers) clearInterval(timer)
    await this.#alarms.close()
    await this.#following
    await Promise.all(Array.from(this.#running.values(), ({ filling }) => filling))
    const closing = Array.from(this.#running.values(), ({ lane }) => lane.close())
    await this.#options.carrier.close()
    await Promise.all(closing)
  }

  async #follow(): Promise<void> {
    const there = new Set<string>()
    for (const { name, plan } of plansOf(this.#options)) {
      if (this.#isClosed) return
      there.add(laneKey(name))
      await this.#place(name, plan)
    }
    for (const [key, { lane }] of this.#running)
      if (!there.has(key)) {
        // What waits stays in the queue, should the export come back.
        this.#running.delete(key)
        await lane.close()
      }
    for (const running of this.#running.values()) {
      this.#fill(running)
      await this.#report(running)
      await this.#prune(running)
    }
  }

  async #place(name: LaneName, plan: ExportPlan): Promise<void> {
    const running = this.#running.get(laneKey(name))
    if (running !== undefined && running.plan === plan) return
    const { failing_since: failingSince } = await this.#standing.enter(name, plan)
    if (running !== undefined) {
      running.plan = plan
      running.isToFill = true
      running.lane.hurry()
      return
    }
    const { now, random, logger, carrier } = this.#options
    const made: Running = {
      name,
      plan,
      isToFill: true,
      filling: undefined,
      reported: undefined,
      pruned: 0,
      lane: new ExportLane({
        name,
        facility: () => this.#facility(name.facility),
        plan: () => made.plan,
        queue: this.#queue,
        carrier,
        failingSince,
        now,
        random,
        logger,
      }),
    }
    this.#running.set(laneKey(name), made)
  }

  #facility(id: string): Facility {
    const place = this.#options.places().get(id)
    if (place === undefined) throw new Error(`${id} is not evaluated here any more`)
    return place.facility
  }

  /** Goes on by itself: there may be many. What fails is tried again at the next look. */
  #fill(running: Running): void {
    if (!running.isToFill || running.filling !== undefined) return
    running.filling = this.#fillAll(running)
      .catch((error: unknown) =>
        this.#options.logger.warn(
          { ...running.name, error: String(error) },
          'what stands in the register is sent later',
        ),
      )
      .finally(() => {
        running.filling = undefined
      })
  }

  async #fillAll(running: Running): Promise<void> {
    const { plan, lane, name } = running
    const { timezone } = this.#facility(name.facility)
    while (await this.#standing.page(name, plan, timezone)) {
      lane.wake()
      if (this.#isClosed) return
    }
    // Meanwhile it may have come to want others.
    running.isToFill = running.plan !== plan
    lane.wake()
  }

  async #report(running: Running): Promise<void> {
    const { now, report, logger } = this.#options
    const { failingSince } = running.lane
    const value = Number(failingSince !== null && now() - failingSince > ALARM_AFTER_MS)
    if (value === running.reported) return
    const { facility, id } = running.name
    await report(facility, systemSensorId.export(id), value).then(
      () => {
        running.reported = value
      },
      (error: unknown) => logger.debug({ error: String(error) }, 'not journalled yet'),
    )
  }

  async #prune(running: Running): Promise<void> {
    const now = this.#options.now()
    if (now - running.pruned < PRUNE_MS) return
    running.pruned = now
    const { maxAgeMs } = running.plan
    await this.#queue.prune(running.name, { sent: now - maxAgeMs, lost: now - 2 * maxAgeMs })
  }
}

function plansOf({ places }: Pick<ExporterOptions, 'places'>): { name: LaneName; plan: ExportPlan }[] {
  return [...places().values()].flatMap(({ facility }) =>
    facility.register.exports.map((plan) => ({ name: { facility: facility.id, id: plan.id }, plan })),
  )
}

/** How many are wanted. */
async function takeAlarms(
  { places, now }: ExporterOptions,
  queue: ExportQueue,
  items: readonly JournalItem[],
  wake: (name: LaneName) => void,
): Promise<number> {
  const puts = items.flatMap((entry) => {
    const exports = places().get(entry.facility)?.facility.register.exports ?? []
    const wanted = exports.filter(({ alarms }) => isSentAlarm(alarms, entry))
    const item = wanted.length === 0 ? undefined : alarmItem(entry)
    if (item === undefined) return []
    return wanted.map(({ id }) => ({ lane: { facility: entry.facility, id }, item }))
  })
  await queue.putAlarms(puts, now())
  for (const { lane } of puts) wake(lane)
  return puts.length
}

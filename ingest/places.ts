import type { Clock } from '../contracts/clock.ts'
import type { Facility } from '../contracts/facility.ts'
import type { KeptGap } from '../contracts/ledger.ts'
import type { Logger } from '../contracts/logger.ts'
import type { LoadedConfig } from '../contracts/reload-api.ts'
import type { CheckpointSource } from './checkpoints.ts'
import type { FacilityIntake } from './facility-intake.ts'
import type { Recovering } from './recovery.ts'
import type { ReloadPlan } from './reload-plan.ts'

/** Another version of a facility file, ready to come into force. */
interface Exchange extends Disposable {
  /** The ids of alarms that are no more. */
  take(): string[]
}

/** What one facility is made of while the server runs. */
export interface Place {
  readonly alarms: {
    readonly position: number
    clockStepped(step: number): void
    report(sensor: string, value: number): Promise<void>
    snapshot(): object
    settled(): Promise<void>
    live(): void
    /** @throws CodedError JOURNAL_UNWRITABLE */
    prepare(facility: Facility): Promise<Exchange>
    stop(): Promise<void>
  }
  readonly intake: FacilityIntake
  /** Number of the record of the log at which its checkpoint stands; undefined before the first. */
  readonly position: number | undefined
  /** What the API is given of it. */
  readonly port: object
}

interface PlacesOptions<P extends Place> {
  /** A facility as its last run left it; what stands behind its checkpoint in the log is to be replayed. */
  open: (facility: Facility) => Promise<P>
  /** Epoch ms of the server. */
  now: () => number
  clock: Clock
  logger: Logger
}

/** What a change needs of the rest of the server. */
export interface ChangeParts {
  /** Numbers the sensors of facilities in the log. @throws CodedError DATA_UNWRITABLE */
  register: (facilities: readonly Facility[]) => void
  /** Evaluates again what a facility has in the log behind its checkpoint. */
  replay: (recovering: Recovering) => Promise<void>
  /** Keeps a checkpoint. */
  keep: (source: CheckpointSource) => Promise<void>
}

/** The facilities that the server works with: they come, go on with another file, and go, while it runs. */
export class Places<P extends Place> {
  readonly #options: PlacesOptions<P>
  readonly #places = new Map<string, P>()
  readonly #ports = new Map<string, P['port']>()
  /** Since when its file is in force, epoch ms. Key: facility id. */
  readonly #loaded = new Map<string, number>()
  /** In the order of the facilities; always the same list. */
  readonly sources: CheckpointSource[] = []
  /** What the server said of itself last. Key: sensor id. */
  readonly #conditions = new Map<string, boolean>()

  constructor(options: PlacesOptions<P>) {
    this.#options = options
  }

  /** Key: facility id. */
  get all(): ReadonlyMap<string, P> {
    return this.#places
  }

  /** Those that are heard. Key: facility id. */
  get ports(): ReadonlyMap<string, P['port']> {
    return this.#ports
  }

  intakes(): IteratorObject<FacilityIntake> {
    return this.#places.values().map(({ intake }) => intake)
  }

  /** Key: facility id. */
  get facilities(): ReadonlyMap<string, Facility> {
    return new Map(this.#places.values().map(({ intake: { facility } }) => [facility.id, facility]))
  }

  /** Not heard yet, see {@link live}. @throws CodedError of what it is made of */
  async open(facility: Facility): Promise<void> {
    this.#add(facility.id, await this.#options.open(facility))
  }

  recovering(): Recovering[] {
    return [...this.#places.values()].map(recoveringOf)
  }

  /** Where each checkpoint stands; facilities that have none are left out. Key: facility id. */
  started(): Map<string, number> {
    const started = new Map<string, number>()
    for (const [id, { position }] of this.#places) if (position !== undefined) started.set(id, position)
    return started
  }

  /** Number of the last record of the log that anything kept knows of. */
  get lastKept(): number {
    return Math.max(
      0,
      ...this.#places.values().map(({ alarms, position = 0 }) => Math.max(position, alarms.position)),
    )
  }

  /** From now on time passes, and what arrives is heard. */
  live(): void {
    for (const [id, place] of this.#places) this.#enter(id, place)
  }

  /** What the server says about itself, in every facility; nobody waits for it. */
  watch(sensor: string, isAbnormal: boolean): void {
    this.#conditions.set(sensor, isAbnormal)
    for (const place of this.#places.values()) this.#report(place, sensor, isAbnormal)
  }

  loaded(time: (ms: number) => string): LoadedConfig[] {
    return Array.from(this.facilities.values(), ({ id, file, digest }) => {
      return { facility: id, file, digest, loaded: time(this.#loaded.get(id) ?? 0) }
    })
  }

  /** All of it, or nothing. @throws CodedError, and nothing has changed */
  async change({ changed, added, removed }: ReloadPlan, parts: ChangeParts): Promise<void> {
    using exchanges = new DisposableStack()
    const opened = new Map<string, P>()
    const ready: { place: P; facility: Facility; exchange: Exchange }[] = []
    try {
      for (const facility of added) opened.set(facility.id, await this.#options.open(facility))
      for (const facility of changed) {
        const place = this.#places.get(facility.id)
        if (place === undefined) continue
        const exchange = exchanges.use(await place.alarms.prepare(facility))
        ready.push({ place, facility, exchange })
      }
      parts.register([...added, ...changed])
      for (const place of opened.values())
        if (place.position !== undefined) await parts.replay(recoveringOf(place))
    } catch (error) {
      for (const { alarms, intake } of opened.values()) await Promise.all([intake.stop(), alarms.stop()])
      throw error
    }
    for (const { place, facility, exchange } of ready) {
      this.#follow(place, facility, exchange)
      // Others are evaluated in between.
      await new Promise<void>((resolve) => setImmediate(resolve))
    }
    for (const [id, place] of opened) {
      this.#add(id, place)
      this.#enter(id, place)
      for (const [sensor, isAbnormal] of this.#conditions) this.#report(place, sensor, isAbnormal)
    }
    for (const id of removed) await this.#remove(id, parts.keep)
  }

  /** Nothing is heard any more. */
  async silence(): Promise<void> {
    await Promise.all(this.#places.values().map(({ intake }) => intake.stop()))
  }

  /** What waits for the journal is committed. */
  async stop(): Promise<void> {
    await Promise.all(this.#places.values().map(({ alarms }) => alarms.stop()))
  }

  /** In one turn: nothing is evaluated by the one file that was taken by the other. */
  #follow({ alarms: _, intake }: P, facility: Facility, exchange: Exchange): void {
    const { clock, logger, now } = this.#options
    const begun = clock.monotonic()
    const gone = exchange.take()
    intake.follow(facility, gone)
    this.#loaded.set(facility.id, now())
    const ms = Math.round(clock.monotonic() - begun)
    logger.info({ facility: facility.id, config: facility.digest, ms }, 'another facility file is in force')
  }

  #add(id: string, place: P): void {
    const { logger } = this.#options
    const { refusals } = place.intake.facility
    // It watches the plant all the same.
    for (const refused of refusals) logger.error(refused, 'set as no alarm should be')
    this.#places.set(id, place)
    this.#loaded.set(id, this.#options.now())
    this.sources.push(sourceOf(place))
  }

  #enter(id: string, place: P): void {
    this.#ports.set(id, place.port)
    place.alarms.live()
    place.intake.start()
  }

  /** Its alarms stay as they are: they go on when it comes again. */
  async #remove(id: string, keep: ChangeParts['keep']): Promise<void> {
    const place = this.#places.get(id)
    if (place === undefined) return
    this.#ports.delete(id)
    await place.intake.stop()
    const at = this.sources.findIndex((source) => source.id === id)
    for (const source of this.sources.slice(at, at + 1)) await keep(source)
    this.sources.splice(at, 1)
    this.#places.delete(id)
    await place.alarms.stop()
    this.#options.logger.info({ facility: id }, 'the facility is not served any more')
  }

  #report({ alarms }: P, sensor: string, isAbnormal: boolean): void {
    alarms
      .report(sensor, Number(isAbnormal))
      .catch((error: unknown) => this.#options.logger.debug({ error: String(error) }, 'not journalled yet'))
  }
}

function recoveringOf({ alarms, intake, position = 0 }: Place): Recovering & { alarms: Place['alarms'] } {
  return { facility: intake.facility.id, alarms, intake, position }
}

function sourceOf({ alarms, intake }: Place): CheckpointSource {
  return {
    id: intake.facility.id,
    lastRecord: () => intake.taker.lastRecord,
    ledger: intake.ledger,
    hasCounts: () => intake.hasCounts,
    settled: () => alarms.settled(),
    snapshot: (): { body: object; gaps: KeptGap[] } => {
      const { snapshot, gaps } = intake.snapshot()
      return { body: { alarms: alarms.snapshot(), intake: snapshot }, gaps }
    },
    putBack: (gaps) => intake.taker.noteGaps(gaps),
  }
}

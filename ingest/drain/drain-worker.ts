import type { Clock } from '../../contracts/clock.ts'
import { CodedError } from '../../contracts/errors.ts'
import {
  ROLL_UP_MS,
  type SeriesPoint,
  type StatusPoint,
  type TimeSeriesStore,
} from '../../contracts/store.ts'
import { InfluxClient } from '../store/influx/influx-client.ts'
import { openStore } from '../store/open-store.ts'
import { DirtyMinutes } from './dirty-minutes.ts'
import { Drain } from './drain.ts'
import type { DrainNews, DrainPlan, RefusedText, SourceModule, ThreadSource } from './drain-protocol.ts'
import { Mirror } from './mirror.ts'
import { seededRandom } from './seeded-random.ts'
import { Upkeep } from './upkeep.ts'

/** Points of one write. What it costs a database depends on how many series are in it (docs/decisions/0012). */
const GROUP_POINTS = 20_000
/** A reading waits no longer than this for others, ms. */
const GROUP_AGE_MS = 1_000
/** So much is rolled up anew when the file of minutes is damaged, ms. */
const ASSUMED_MS = 86_400_000
/** The counts of the mirror are told this often at most, ms. */
const MIRROR_NEWS_MS = 5_000

/** What lives in the drain thread: store, mirror, source, and what moves readings from one to the others. */
export class DrainWorker {
  readonly #plan: DrainPlan
  readonly #clock: Clock
  readonly #tell: (news: DrainNews) => void
  readonly #stack = new AsyncDisposableStack()
  #store: TimeSeriesStore | undefined
  #source: ThreadSource | undefined

  constructor(options: { plan: DrainPlan; clock: Clock; tell: (news: DrainNews) => void }) {
    this.#plan = options.plan
    this.#clock = options.clock
    this.#tell = options.tell
  }

  /** @throws CodedError of store or source, and nothing stays open */
  async open(): Promise<void> {
    const { store: plan, seed } = this.#plan
    const random = seededRandom(seed)
    try {
      const store = await openStore(plan, this.#clock)
      this.#store = store
      this.#stack.defer(() => store.close())
      const dirty = this.#openMinutes()
      const mirror = this.#openMirror(random)
      const source = await this.#openSource()
      const upkeep = new Upkeep({
        store,
        dirty,
        retentionMs: plan.config.retentionMs,
        rollUpRetentionMs: plan.config.rollUpRetentionMs,
        clock: this.#clock,
        onNews: (news) => this.#tell({ kind: 'upkeep', news }),
      })
      const drain = new Drain({
        source,
        store,
        onWritten: (points) => {
          dirty.mark(points)
          mirror?.offer(points)
        },
        limits: { points: GROUP_POINTS, ageMs: GROUP_AGE_MS },
        events: {
          onProgress: (progress) => this.#tell({ kind: 'progress', progress }),
          onRefused: (refused) => this.#tell({ kind: 'refused', refused }),
          onState: (state) => this.#tell({ kind: 'state', state }),
        },
        clock: this.#clock,
        random,
      })
      this.#stack.defer(async () => {
        const drained = Promise.try(() => source.close()).then(() => drain.close())
        await Promise.all([drained, upkeep.close()])
      })
      upkeep.start()
      // A log that cannot be read ends the thread, which is told and begun anew.
      void drain.run()
    } catch (error) {
      await this.#stack.disposeAsync()
      throw error
    }
  }

  tellSource(message: unknown): void {
    this.#source?.tell?.(message as never)
  }

  /** @throws CodedError as {@link TimeSeriesStore.writeStatus} */
  async writeStatus(points: readonly StatusPoint[]): Promise<RefusedText[]> {
    if (this.#store === undefined) throw new CodedError('INTERNAL', 'the store is not open')
    const refused = await this.#store.writeStatus(points)
    return refused.map(({ point, detail }) => ({ measurement: point.measurement, detail }))
  }

  async close(): Promise<void> {
    await this.#stack.disposeAsync()
  }

  #openMinutes(): DirtyMinutes {
    const isEmbedded = this.#plan.store.config.kind === 'embedded'
    const dirty = new DirtyMinutes(isEmbedded ? undefined : this.#plan.minutesFile)
    try {
      dirty.load()
    } catch (error) {
      if (!(error instanceof CodedError)) throw error
      this.#tell({ kind: 'upkeep', news: { code: error.code, detail: error.detail } })
      // What it said is not known: a crash leaves minutes of the last hours, if any.
      const to = Math.ceil(this.#clock.wall() / ROLL_UP_MS) * ROLL_UP_MS
      dirty.putBack({ from: to - ASSUMED_MS, to, isOwn: false })
    }
    return dirty
  }

  #openMirror(random: () => number): { offer(points: readonly SeriesPoint[]): void } | undefined {
    const { config, gzip } = this.#plan.store
    if (config.mirror === undefined) return undefined
    const client = new InfluxClient({
      config: { ...config, kind: 'influxdb', api: 'v1', url: config.mirror },
      ...(gzip === undefined ? {} : { gzip }),
    })
    const send = (path: string, lines: string) => client.write(path, lines)
    const mirror = new Mirror({ send, clock: this.#clock, random })
    let told = ''
    const timer = setInterval(() => {
      const { sent, dropped } = mirror.counts
      if (told === `${sent} ${dropped}`) return
      told = `${sent} ${dropped}`
      this.#tell({ kind: 'mirror', sent, dropped })
    }, MIRROR_NEWS_MS)
    this.#stack.defer(() => {
      clearInterval(timer)
      client.close()
    })
    this.#stack.defer(() => mirror.close())
    return mirror
  }

  async #openSource(): Promise<ThreadSource> {
    const { module, data } = this.#plan.source
    const { openLogReader } = (await import(module)) as SourceModule
    this.#source = await openLogReader(data)
    return this.#source
  }
}

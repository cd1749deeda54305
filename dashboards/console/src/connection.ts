import type { ReadingView } from '../../../contracts/api.ts'
import type { Clock } from '../../../contracts/clock.ts'
import type { Answer, ApiClient } from './api-client.ts'
import { ServerStream } from './server-stream.ts'
import type { Snapshot } from './state.ts'
import type { Store } from './store.ts'

const TICK_MS = 1_000
/** Readings are shown together this often: a screen need not be drawn for each one. */
const READINGS_MS = 250
/** A load that failed is tried again. */
const RELOAD_MS = 2_000
/** A silent stream is replaced this often until one speaks. */
const REOPEN_MS = 5_000

/**
 * Keeps the store fed: the stream first, then a load of everything under it, so that nothing is missed
 * between the two; again after every reconnect.
 */
export class Connection {
  readonly #store: Store
  readonly #api: ApiClient
  readonly #clock: Clock
  readonly #stream: ServerStream
  #readings: ReadingView[] = []
  #flush: ReturnType<typeof setTimeout> | undefined
  #reload: ReturnType<typeof setTimeout> | undefined
  #openedAt = 0
  #isStarted = false
  /** Counts loads: the answer of an overtaken one is dropped. */
  #load = 0

  constructor(options: { store: Store; api: ApiClient; clock: Clock }) {
    this.#store = options.store
    this.#api = options.api
    this.#clock = options.clock
    this.#stream = new ServerStream({
      onOpen: () => this.#onOpen(),
      // Perhaps the session has ended: the answer says so.
      onRefused: () => void this.#api.session(),
      handlers: {
        reading: (reading) => this.#onReading(reading),
        alarm: (item) => options.store.dispatch({ kind: 'alarm', at: this.#now(), item }),
        gateway: (gateway) => options.store.dispatch({ kind: 'gateway', at: this.#now(), gateway }),
        flood: (flood) => options.store.dispatch({ kind: 'flood', at: this.#now(), flood }),
        hazard: (hazard) => options.store.dispatch({ kind: 'hazard', at: this.#now(), hazard }),
        incident: (incident) => options.store.dispatch({ kind: 'incident', at: this.#now(), incident }),
        waveform: (waveform) => options.store.dispatch({ kind: 'waveform', at: this.#now(), waveform }),
        heartbeat: ({ time }) => options.store.dispatch({ kind: 'heartbeat', at: this.#now(), time }),
      },
    })
  }

  /** Runs for as long as the page does, from when somebody is let in. */
  start(): void {
    if (this.#isStarted) return
    this.#isStarted = true
    this.#open()
    setInterval(() => this.#tick(), TICK_MS)
  }

  chooseFacility(facility: string): void {
    this.#store.dispatch({ kind: 'facility', facility })
    void this.#loadAll()
  }

  #open(): void {
    this.#openedAt = this.#now()
    this.#stream.open()
  }

  #tick(): void {
    this.#store.dispatch({ kind: 'tick', at: this.#now() })
    const isLost = this.#store.state.link === 'lost'
    if (isLost && this.#now() - this.#openedAt >= REOPEN_MS) this.#open()
  }

  #onOpen(): void {
    this.#store.dispatch({ kind: 'opened', at: this.#now() })
    void this.#loadAll()
  }

  #onReading(reading: ReadingView): void {
    this.#readings.push(reading)
    this.#flush ??= setTimeout(() => this.#flushReadings(), READINGS_MS)
  }

  #flushReadings(): void {
    const readings = this.#readings
    this.#readings = []
    this.#flush = undefined
    this.#store.dispatch({ kind: 'readings', at: this.#now(), readings })
  }

  async #loadAll(): Promise<void> {
    clearTimeout(this.#reload)
    this.#load += 1
    const load = this.#load
    this.#store.dispatch({ kind: 'loading' })
    const answer = await this.#snapshot(this.#store.state.facility)
    if (load !== this.#load) return
    if (answer.ok) {
      this.#store.dispatch({ kind: 'loaded', at: this.#now(), snapshot: answer.value })
      return
    }
    this.#store.dispatch({ kind: 'load-failed', failure: answer.failure })
    this.#reload = setTimeout(() => void this.#loadAll(), RELOAD_MS)
  }

  async #snapshot(wanted: string | undefined): Promise<Answer<Snapshot>> {
    const [server, facilities, alarms, floods] = await Promise.all([
      this.#api.server(),
      this.#api.facilities(),
      this.#api.alarms(),
      this.#api.floods(),
    ])
    if (!server.ok) return server
    if (!facilities.ok) return facilities
    if (!alarms.ok) return alarms
    if (!floods.ok) return floods
    const items = facilities.value.items
    const chosen = items.find((facility) => facility.id === wanted) ?? items[0]
    const tree = chosen === undefined ? undefined : await this.#api.facility(chosen.id)
    if (tree !== undefined && !tree.ok) return tree
    return {
      ok: true,
      value: {
        server: server.value,
        facilities: items,
        tree: tree?.value,
        alarms: alarms.value.items,
        floods: floods.value.items,
      },
    }
  }

  #now(): number {
    return this.#clock.monotonic()
  }
}

import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import type { StreamEvents } from '../../contracts/api.ts'

/**
 * A client that is this much behind is dropped; it reconnects and resumes, characters. In a flood a commit may have a
 * thousand alarms, 2 MB: whoever reads at once is not to be sent away for them.
 */
const MAX_BEHIND = 8_000_000
/** One that is so much behind gets no readings until it has caught up, characters. */
const READINGS_BEHIND = 200_000
/** Readings are sent this often, each sensor's newest, ms. */
const READINGS_MS = 100
/**
 * And so many at the most, those that have waited longest: 2,000 a second are more than anybody can read, and what stands
 * in the buffers of a slow network before an alarm is bounded.
 */
const READINGS_AT_ONCE = 200
const HEARTBEAT_MS = 2_000

/** Who listens. */
export interface Listener {
  /** Hash of the session or token that it goes on with; null without sign-in. */
  readonly credential: string | null
  /** What they may see; undefined: everything. */
  readonly sees?: ((facility: string) => boolean) | undefined
}

interface Client extends Listener {
  readonly response: ServerResponse
  /** The last journal entry that its history gave it. */
  last: number
  /** What happens while its history is on the way; undefined once it is live. */
  queued: { seq: number | undefined; text: string }[] | undefined
  /** Characters queued. */
  behind: number
  /** Sensors whose newest reading it has yet to be sent: keys of {@link Stream.reading}. */
  readonly readings: Set<string>
}

/**
 * Server-sent events to every open console. The event id is the journal's sequence, so that a client
 * that reconnects is given every alarm event it missed, across restarts of the server.
 */
export class Stream {
  readonly #clients = new Set<Client>()
  readonly #now: () => string
  /** The newest reading of each sensor that some client has yet to be sent. Key: see {@link reading}. */
  readonly #readings = new Map<string, () => StreamEvents['reading']>()
  #timer: NodeJS.Timeout | undefined
  #readingsTimer: NodeJS.Timeout | undefined
  /** Clients that were dropped because they read too slowly. */
  dropped = 0

  constructor(options: { now: () => string }) {
    this.#now = options.now
  }

  start(): void {
    this.#timer = setInterval(() => this.send('heartbeat', { time: this.#now() }), HEARTBEAT_MS)
    this.#readingsTimer = setInterval(() => this.#sendReadings(), READINGS_MS)
  }

  stop(): void {
    clearInterval(this.#timer)
    clearInterval(this.#readingsTimer)
    this.renew()
  }

  /** What clients show is there no more as it was: they come again, resume, and load it anew. */
  renew(): void {
    for (const { response } of this.#clients) response.end()
    this.#clients.clear()
  }

  /** The session or token is good no more, or gives something else: who has it may come again. */
  end(credential: string): void {
    for (const client of this.#clients) {
      if (client.credential !== credential) continue
      client.response.end()
      this.#clients.delete(client)
    }
  }

  /** Of those who listen. */
  credentials(): ReadonlySet<string> {
    return new Set([...this.#clients].flatMap(({ credential }) => credential ?? []))
  }

  get clients(): number {
    return this.#clients.size
  }

  /**
   * `missed` is sent first; nothing that happens meanwhile is lost or repeated. @throws what `missed`
   * throws, when the client has been sent away to try again
   */
  async attach(
    response: ServerResponse,
    missed: (reached: (seq: number) => void) => AsyncIterable<string>,
    listener: Listener = { credential: null },
  ): Promise<void> {
    if (response.destroyed) return
    const client: Client = { ...listener, response, last: 0, queued: [], behind: 0, readings: new Set() }
    const gone = new AbortController()
    this.#clients.add(client)
    response.on('close', () => {
      this.#clients.delete(client)
      gone.abort()
    })
    response.write(`retry: 1000\n\n${format('heartbeat', { time: this.#now() })}`)
    const reached = (seq: number) => {
      client.last = seq
    }
    try {
      for await (const text of missed(reached)) {
        // History is read no faster than the client takes it.
        if (!response.write(text)) await once(response, 'drain', { signal: gone.signal })
        if (!this.#clients.has(client)) return
      }
    } catch (error) {
      if (gone.signal.aborted) return
      response.destroy()
      throw error
    }
    const queued = client.queued ?? []
    client.queued = undefined
    client.behind = 0
    for (const { text, seq } of queued) this.#give(client, text, seq)
  }

  send<E extends keyof StreamEvents>(event: E, data: StreamEvents[E], seq?: number): void {
    if (this.#clients.size === 0) return
    const text = format(event, data, seq)
    const facility = 'facility' in data ? data.facility : undefined
    for (const client of this.#clients)
      if (facility === undefined || client.sees?.(facility) !== false) this.#give(client, text, seq)
  }

  /**
   * A reading is a picture of the moment: what a client could not take in time is overtaken by what is newer,
   * so that readings neither flood it nor get it dropped. `key` names the facility, and after a space the sensor.
   */
  reading(key: string, view: () => StreamEvents['reading']): void {
    if (this.#clients.size === 0) return
    this.#readings.set(key, view)
    for (const { readings, sees } of this.#clients)
      if (sees?.(key.slice(0, key.indexOf(' '))) !== false) readings.add(key)
  }

  #sendReadings(): void {
    if (this.#readings.size === 0) return
    /** Key: as above. Made once for all clients. */
    const texts = new Map<string, string>()
    let isAnybodyWaiting = false
    for (const { response, readings, queued } of this.#clients) {
      const isBehind = queued !== undefined || response.writableLength > READINGS_BEHIND
      if (!isBehind) this.#sendSome(response, readings, texts)
      isAnybodyWaiting ||= readings.size > 0
    }
    if (!isAnybodyWaiting) this.#readings.clear()
  }

  #sendSome(response: ServerResponse, readings: Set<string>, texts: Map<string, string>): void {
    const some = [...Iterator.from(readings).take(READINGS_AT_ONCE)]
    const parts = some.map((key) => {
      readings.delete(key)
      const view = this.#readings.get(key)
      const text = texts.get(key) ?? (view === undefined ? '' : format('reading', view()))
      texts.set(key, text)
      return text
    })
    if (parts.length > 0) response.write(parts.join(''))
  }

  #give(client: Client, text: string, seq: number | undefined): void {
    const { response, queued } = client
    // Its history was read after the commit and before this telling of it.
    if (seq !== undefined && seq <= client.last) return
    if (response.writableLength + client.behind > MAX_BEHIND) {
      this.dropped += 1
      this.#clients.delete(client)
      response.destroy()
    } else if (queued === undefined) response.write(text)
    else {
      queued.push({ seq, text })
      client.behind += text.length
    }
  }
}

export function format<E extends keyof StreamEvents>(event: E, data: StreamEvents[E], seq?: number): string {
  return `${seq === undefined ? '' : `id: ${seq}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`
}

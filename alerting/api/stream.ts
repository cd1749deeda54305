import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import type { StreamEvents } from '../../contracts/api.ts'

/** A client that reads more slowly than this much behind is dropped; it reconnects and resumes, bytes. */
const MAX_BEHIND = 1_000_000
const HEARTBEAT_MS = 2_000

/**
 * Server-sent events to every open console. The event id is the journal's sequence, so that a client
 * that reconnects is given every alarm event it missed, across restarts of the server.
 */
export class Stream {
  readonly #clients = new Set<ServerResponse>()
  readonly #now: () => string
  #timer: NodeJS.Timeout | undefined
  /** Clients that were dropped because they read too slowly. */
  dropped = 0

  constructor(options: { now: () => string }) {
    this.#now = options.now
  }

  start(): void {
    this.#timer = setInterval(() => this.send('heartbeat', { time: this.#now() }), HEARTBEAT_MS)
  }

  stop(): void {
    clearInterval(this.#timer)
    for (const client of this.#clients) client.end()
    this.#clients.clear()
  }

  get clients(): number {
    return this.#clients.size
  }

  /** `missed` is sent first; nothing that happens meanwhile is lost or repeated. */
  async attach(
    client: ServerResponse,
    missed: (upTo: (seq: number) => void) => AsyncIterable<string>,
  ): Promise<void> {
    const queued: { seq: number | undefined; text: string }[] = []
    let last = 0
    const collect = (text: string, seq: number | undefined) => queued.push({ seq, text })
    this.#joining.set(client, collect)
    client.on('close', () => {
      this.#joining.delete(client)
      this.#clients.delete(client)
    })
    client.write(`retry: 1000\n\n${format('heartbeat', { time: this.#now() })}`)
    for await (const text of missed((seq) => {
      last = seq
    })) {
      // History is read no faster than the client takes it.
      if (!client.write(text)) await Promise.race([once(client, 'drain'), once(client, 'close')])
      if (client.destroyed) return
    }
    if (!this.#joining.delete(client)) return
    for (const { seq, text } of queued) {
      if (seq === undefined || seq > last) client.write(text)
    }
    this.#clients.add(client)
  }

  readonly #joining = new Map<ServerResponse, (text: string, seq: number | undefined) => void>()

  send<E extends keyof StreamEvents>(event: E, data: StreamEvents[E], seq?: number): void {
    if (this.#clients.size === 0 && this.#joining.size === 0) return
    const text = format(event, data, seq)
    for (const collect of this.#joining.values()) collect(text, seq)
    for (const client of this.#clients) {
      if (client.writableLength > MAX_BEHIND) {
        this.dropped += 1
        this.#clients.delete(client)
        client.destroy()
      } else client.write(text)
    }
  }
}

export function format<E extends keyof StreamEvents>(event: E, data: StreamEvents[E], seq?: number): string {
  return `${seq === undefined ? '' : `id: ${seq}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`
}

import type { StreamEvents } from '../../../contracts/api.ts'

/** Who takes each event. Key: event name. */
export type StreamHandlers = { [K in keyof StreamEvents]: (data: StreamEvents[K]) => void }

const PATH = '/api/v1/stream'
const NAMES = [
  'reading',
  'alarm',
  'gateway',
  'flood',
  'hazard',
  'incident',
  'waveform',
  'heartbeat',
] as const satisfies (keyof StreamEvents)[]
/** After an answer that makes the browser give up for good, such as 502. */
const REOPEN_MS = 2_000

/** The server's stream, opened again for as long as it takes. A closed EventSource is replaced, never mended. */
export class ServerStream {
  readonly #onOpen: () => void
  readonly #onRefused: () => void
  readonly #handlers: StreamHandlers
  #source: EventSource | undefined
  #reopen: ReturnType<typeof setTimeout> | undefined

  constructor(options: { onOpen: () => void; onRefused: () => void; handlers: StreamHandlers }) {
    this.#onOpen = options.onOpen
    this.#onRefused = options.onRefused
    this.#handlers = options.handlers
  }

  /** Opens the stream, in place of the one that is open. */
  open(): void {
    this.close()
    const source = new EventSource(PATH)
    this.#source = source
    source.addEventListener('open', this.#onOpen)
    source.addEventListener('error', () => {
      // While it is CONNECTING the browser tries again by itself.
      if (source.readyState !== EventSource.CLOSED) return
      this.#reopenLater()
      this.#onRefused()
    })
    for (const name of NAMES) {
      source.addEventListener(name, (event) => this.#handlers[name](JSON.parse(event.data)))
    }
  }

  close(): void {
    clearTimeout(this.#reopen)
    this.#source?.close()
    this.#source = undefined
  }

  #reopenLater(): void {
    clearTimeout(this.#reopen)
    this.#reopen = setTimeout(() => this.open(), REOPEN_MS)
  }
}

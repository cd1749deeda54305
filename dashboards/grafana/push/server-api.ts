import type { AlarmView, JournalItem } from '../../../contracts/api.ts'
import { record } from '../untrusted.ts'
import { EventText } from './event-text.ts'
import { type FailureCodes, failure, headersOf, type Peer, reached, sendJson } from './http-json.ts'

const CODES: FailureCodes = {
  unreachable: 'SERVER_UNREACHABLE',
  unauthorized: 'SERVER_REFUSED',
  forbidden: 'SERVER_REFUSED',
  notFound: 'SERVER_FAILED',
  refused: 'SERVER_FAILED',
  failed: 'SERVER_FAILED',
}
const PAGE = 1_000
/** A heartbeat comes every 2 s: a stream without one for so long is dead, ms. */
const SILENCE_MS = 15_000

interface Page<T> {
  readonly items: readonly T[]
  readonly next: string | undefined
}

/** What we ask of the Davylamp server (docs/reference/openapi.json). */
export class ServerApi {
  readonly #peer: Peer

  constructor(options: { url: string; token: string | undefined; signal: AbortSignal }) {
    this.#peer = { ...options, codes: CODES }
  }

  /** Number of the newest entry of the journal; 0 when it is empty. @throws CodedError SERVER_* */
  async newest(): Promise<number> {
    const { items } = await this.#page<JournalItem>('/api/v1/journal', { limit: '1' })
    return items[0]?.seq ?? 0
  }

  /** Entries after this number, and not before this time (ISO 8601), oldest first. @throws CodedError SERVER_* */
  async entriesAfter(seq: number, since?: string): Promise<JournalItem[]> {
    const all: JournalItem[] = []
    for (let before: string | undefined; ; ) {
      const { items, next } = await this.#page<JournalItem>('/api/v1/journal', {
        limit: String(PAGE),
        ...(since !== undefined && { from: since }),
        ...(before !== undefined && { before }),
      })
      const newer = items.filter((item) => item.seq > seq)
      all.push(...newer)
      if (next === undefined || newer.length < items.length) return all.reverse()
      before = next
    }
  }

  /** Alarms that are not normal, those that are set aside too. @throws CodedError SERVER_* */
  async alarms(): Promise<AlarmView[]> {
    const all: AlarmView[] = []
    for (let after: string | undefined; ; ) {
      const { items, next } = await this.#page<AlarmView>(
        '/api/v1/alarms',
        after === undefined ? {} : { after },
      )
      all.push(...items)
      if (next === undefined) return all
      after = next
    }
  }

  /**
   * Entries after this number as they come, those that are there already first, until the server ends the stream.
   * @throws CodedError SERVER_*, when it breaks off or falls silent
   */
  async *follow(seq: number): AsyncGenerator<JournalItem> {
    const silence = new AbortController()
    const signal = AbortSignal.any([this.#peer.signal, silence.signal])
    const watch = setTimeout(() => silence.abort(new Error('no heartbeat')), SILENCE_MS)
    const url = `${this.#peer.url}/api/v1/stream`
    try {
      const headers = headersOf(this.#peer, { accept: 'text/event-stream', 'last-event-id': String(seq) })
      const response = await reached(this.#peer, url, () =>
        fetch(url, { headers, redirect: 'manual', signal }),
      )
      if (!response.ok || response.body === null) throw failure(CODES, response, url)
      const events = new EventText()
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
      while (true) {
        const { done, value } = await reached(this.#peer, url, () => reader.read())
        if (done) return
        watch.refresh()
        for (const { event, data } of events.take(value)) {
          const item = event === 'alarm' ? (JSON.parse(data) as JournalItem) : undefined
          // One without a number could not be written into the journal: it comes again when it is.
          if (item !== undefined && item.seq > seq) yield item
        }
      }
    } finally {
      clearTimeout(watch)
      silence.abort()
    }
  }

  async #page<T>(path: string, query: Record<string, string>): Promise<Page<T>> {
    const text = new URLSearchParams(query).toString()
    const answer = record(
      await sendJson(this.#peer, { method: 'GET', path: text === '' ? path : `${path}?${text}` }),
    )
    const items = Array.isArray(answer.items) ? (answer.items as T[]) : []
    return { items, next: typeof answer.next === 'string' ? answer.next : undefined }
  }
}

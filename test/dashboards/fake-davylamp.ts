import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { AlarmView, JournalItem } from '../../contracts/api.ts'
import { parseIso } from '../../contracts/iso-time.ts'

/** The journal, the stream and the alarms of a Davylamp server, as docs/reference/openapi.json describes them. */
export class FakeDavylamp implements AsyncDisposable {
  readonly journal: JournalItem[] = []
  alarms: AlarmView[] = []
  /** Items of one page, at the most. */
  page = 1_000
  /** Of requests that are answered with an error of this status. */
  refuses: number | undefined
  readonly #streams = new Set<ServerResponse>()
  readonly #server = createServer((request, response) => this.#answer(request, response))
  url = ''

  static async started(): Promise<FakeDavylamp> {
    const server = new FakeDavylamp()
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve))
    server.url = `http://127.0.0.1:${(server.#server.address() as AddressInfo).port}`
    return server
  }

  get followers(): number {
    return this.#streams.size
  }

  /** Enters something into the journal, and tells those that follow. */
  enter(...items: JournalItem[]): void {
    this.journal.push(...items)
    for (const stream of this.#streams) for (const item of items) stream.write(eventOf(item))
  }

  /** Tells something that could not be journalled. */
  tellUnjournalled(item: JournalItem): void {
    for (const stream of this.#streams)
      stream.write(`event: alarm\ndata: ${JSON.stringify({ ...item, seq: 0 })}\n\n`)
  }

  /** Ends all streams: in order, as for a reload, or not. */
  cut(isOrderly: boolean): void {
    for (const stream of this.#streams) {
      if (isOrderly) stream.end()
      else stream.destroy()
    }
    this.#streams.clear()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const { pathname, searchParams } = new URL(request.url ?? '/', this.url)
    const send = (status: number, content: unknown) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(content))
    }
    if (this.refuses !== undefined) send(this.refuses, { code: 'X', detail: 'as the test wants it' })
    else if (pathname === '/api/v1/journal') send(200, this.#page(searchParams))
    else if (pathname === '/api/v1/alarms') {
      const start = Number(searchParams.get('after') ?? 0)
      const end = start + this.page
      const items = this.alarms.slice(start, end)
      send(200, end < this.alarms.length ? { items, next: String(end) } : { items })
    } else if (pathname === '/api/v1/stream') this.#stream(request, response)
    else send(404, {})
  }

  #stream(request: IncomingMessage, response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write('retry: 1000\n\nevent: heartbeat\ndata: {"time":"x"}\n\n')
    const after = Number(request.headers['last-event-id'])
    for (const item of this.journal) if (item.seq > after) response.write(eventOf(item))
    this.#streams.add(response)
    response.on('close', () => this.#streams.delete(response))
  }

  #page(query: URLSearchParams): { items: JournalItem[]; next?: string } {
    const before = Number(query.get('before') ?? Number.POSITIVE_INFINITY)
    const from = parseIso(query.get('from') ?? '') ?? Number.NEGATIVE_INFINITY
    const limit = Math.min(this.page, Number(query.get('limit')))
    const items = this.journal
      .filter(({ seq, time }) => seq < before && (parseIso(time) ?? 0) >= from)
      .toReversed()
      .slice(0, limit)
    const last = items.at(-1)
    return last === undefined || items.length < limit ? { items } : { items, next: String(last.seq) }
  }
}

function eventOf(item: JournalItem): string {
  return `id: ${item.seq}\nevent: alarm\ndata: ${JSON.stringify(item)}\n\n`
}

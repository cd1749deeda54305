import type { StreamEvents } from '../../contracts/api.ts'

/** One server-sent event as it came. */
export interface StreamEvent {
  event: string
  id: string | undefined
  data: unknown
}

/** A client of the event stream that keeps everything it was sent. */
export class EventStream implements AsyncDisposable {
  readonly events: StreamEvent[] = []
  readonly #abort = new AbortController()
  #reading: Promise<void> = Promise.resolve()

  static async open(url: string, lastEventId?: string): Promise<EventStream> {
    const stream = new EventStream()
    const headers: Record<string, string> = lastEventId === undefined ? {} : { 'last-event-id': lastEventId }
    const response = await fetch(`${url}/api/v1/stream`, { headers, signal: stream.#abort.signal })
    if (!response.ok || response.body === null) throw new Error(`stream: ${response.status}`)
    stream.#reading = stream.#read(response.body)
    return stream
  }

  of<E extends keyof StreamEvents>(event: E): { id: string | undefined; data: StreamEvents[E] }[] {
    return this.events
      .filter((item) => item.event === event)
      .map(({ id, data }) => ({ id, data: data as StreamEvents[E] }))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#abort.abort()
    await this.#reading
  }

  async #read(body: ReadableStream<Uint8Array>): Promise<void> {
    let text = ''
    try {
      for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
        text += chunk
        const blocks = text.split('\n\n')
        text = blocks.pop() ?? ''
        for (const block of blocks) this.#take(block)
      }
    } catch (error) {
      // The server went away, or the test closed the stream.
      if (!this.#abort.signal.aborted && !/terminated/.test(String(error))) throw error
    }
  }

  #take(block: string): void {
    const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1]
    const event = field('event')
    const data = field('data')
    if (event !== undefined && data !== undefined)
      this.events.push({ event, id: field('id'), data: JSON.parse(data) })
  }
}

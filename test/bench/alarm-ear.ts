import { systemClock } from '../../contracts/clock.ts'
import { pause } from './waiting.ts'

const END = '\n\n'
/** What an alarm event begins with; those of readings are passed over unread. */
const ALARM = /^id: (\d+)\nevent: alarm\ndata: /
/** As browsers do, ms. */
const RETRY_MS = 1_000

/** What an alarm event of the stream says. */
export interface HeardEvent {
  readonly event: string
  readonly alarm: { readonly id: string }
  /** When it was heard, monotonic ms. */
  readonly at: number
}

/** Listens to the event stream of a server for alarms, and comes again where it was when it is sent away. */
export class AlarmEar implements Disposable {
  readonly #abort = new AbortController()
  readonly #url: string
  readonly heard: HeardEvent[] = []
  /** How often it was sent away. */
  dropped = 0
  #last = ''

  private constructor(url: string) {
    this.#url = url
  }

  static async open(url: string): Promise<AlarmEar> {
    const ear = new AlarmEar(url)
    void ear.#listen(await ear.#connect())
    return ear
  }

  #connect(): Promise<Response> {
    const headers: Record<string, string> = this.#last === '' ? {} : { 'last-event-id': this.#last }
    return fetch(`${this.#url}/api/v1/stream`, { headers, signal: this.#abort.signal })
  }

  async #listen(first: Response): Promise<void> {
    for (let response = first; !this.#abort.signal.aborted; ) {
      try {
        await this.#read(response)
      } catch {
        if (this.#abort.signal.aborted) return
      }
      this.dropped += 1
      await pause(RETRY_MS)
      response = await this.#connect()
    }
  }

  async #read(response: Response): Promise<void> {
    let rest = ''
    for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      const at = systemClock.monotonic()
      const events = (rest + chunk).split(END)
      rest = events.pop() ?? ''
      for (const text of events) {
        const head = ALARM.exec(text)
        if (head === null) continue
        this.#last = head[1] ?? ''
        this.heard.push({ ...(JSON.parse(text.slice(head[0].length)) as Omit<HeardEvent, 'at'>), at })
      }
    }
  }

  [Symbol.dispose](): void {
    this.#abort.abort()
  }
}

import type { Exchange, Hearing, Responder } from '../line/line.ts'
import type { Instrument } from './instrument.ts'

/** Answers the requests of instruments that share an ASCII line, or lets the one speak that needs none. */
export class RecordResponder implements Responder {
  readonly own?: { readonly everyMs: number; speak: Instrument['speak'] }
  readonly #asked: readonly { readonly instrument: Instrument; readonly request: Buffer }[]
  readonly #longest: number
  #rest: Buffer = Buffer.alloc(0)

  constructor(instruments: readonly Instrument[]) {
    this.#asked = instruments.flatMap((instrument) =>
      instrument.request === undefined ? [] : [{ instrument, request: Buffer.from(instrument.request) }],
    )
    this.#longest = Math.max(1, ...this.#asked.map(({ request }) => request.length))
    // An instrument that sends by itself is alone on its line.
    const alone = instruments.find(({ request }) => request === undefined)
    if (alone !== undefined) this.own = { everyMs: alone.everyMs, speak: () => alone.speak() }
  }

  hear(chunk: Uint8Array): Hearing {
    const exchanges: Exchange[] = []
    let bytes = Buffer.concat([this.#rest, chunk])
    let skipped = 0
    for (;;) {
      const next = this.#firstRequest(bytes)
      if (next === undefined) break
      if (next.start > 0) skipped++
      exchanges.push({
        requestBytes: next.end - next.start,
        emissions: next.instrument.speak(),
      })
      bytes = bytes.subarray(next.end)
    }
    const kept = Math.min(bytes.length, this.#longest - 1)
    this.#rest = Buffer.from(bytes.subarray(bytes.length - kept))
    return { exchanges, skipped, isBroken: false }
  }

  #firstRequest(bytes: Buffer): { instrument: Instrument; start: number; end: number } | undefined {
    return this.#asked
      .map(({ instrument, request }) => {
        const start = bytes.indexOf(request)
        return { instrument, start, end: start + request.length }
      })
      .filter(({ start }) => start >= 0)
      .sort((a, b) => a.start - b.start || b.end - a.end)[0]
  }
}

import type { Clock } from '../../contracts/clock.ts'
import type { Channel, Exchange } from './line.ts'
import type { Output } from './output.ts'
import { silenceMs, transmitMs, waitUntil } from './pace.ts'

/** An answer leaves in pieces of so much line time, so that a reader sees it trickle in. */
const PIECE_MS = 16
/** So many requests may wait for the line before nothing more is read. */
const WAITING_MAX = 16

/**
 * Lets answers out as a line of a baud rate would: a request occupies it for its own length, then there is
 * silence, then every character of the answer takes its time. The line carries one thing at a time.
 */
export class PacedOutput implements Output {
  readonly #channel: Channel
  readonly #clock: Clock
  readonly #baudRate: number
  #work: Promise<void> = Promise.resolve()
  /** When the last character has left, monotonic ms. */
  #freeAt = 0
  #waiting = 0
  #isClosed = false

  constructor(options: { channel: Channel; clock: Clock; baudRate: number }) {
    this.#channel = options.channel
    this.#clock = options.clock
    this.#baudRate = options.baudRate
  }

  send(exchanges: readonly Exchange[]): void {
    for (const exchange of exchanges) {
      // What a device says by itself while the line is busy for long is lost, as it is on a line that is too slow.
      if (exchange.requestBytes === 0 && this.#waiting >= WAITING_MAX) continue
      const heardAt = this.#clock.monotonic()
      this.#waiting += 1
      if (this.#waiting === WAITING_MAX) this.#channel.input.pause()
      this.#work = this.#work.then(async () => {
        await this.#carry(exchange, heardAt)
        this.#waiting -= 1
        if (this.#waiting === 0 && !this.#isClosed) this.#channel.input.resume()
      })
    }
  }

  close(): void {
    this.#isClosed = true
  }

  async #carry({ requestBytes, emissions }: Exchange, heardAt: number): Promise<void> {
    if (this.#isClosed) return
    this.#freeAt = Math.max(this.#freeAt, heardAt) + transmitMs(requestBytes, this.#baudRate)
    if (emissions.length === 0) return
    this.#freeAt += silenceMs(this.#baudRate)
    const size = Math.max(1, Math.floor(PIECE_MS / transmitMs(1, this.#baudRate)))
    for (const { bytes } of emissions) {
      for (let start = 0; start < bytes.length; start += size) {
        const piece = bytes.subarray(start, start + size)
        this.#freeAt += transmitMs(piece.length, this.#baudRate)
        await waitUntil(this.#freeAt, this.#clock)
        const { output } = this.#channel
        // A line does not wait for a reader: what nobody takes is lost.
        if (this.#isClosed || !output.writable) return
        if (!output.writableNeedDrain) output.write(piece)
      }
    }
  }
}

import type { Channel, Exchange } from './line.ts'

/** How answers leave: at once, or at the pace of a line. */
export interface Output {
  /** Takes exchanges whose emissions are all due now. */
  send(exchanges: readonly Exchange[]): void
  /** Nothing is written afterwards. */
  close(): void
}

/** Writes answers as soon as they are known, those of one chunk of requests in one piece. */
export class PromptOutput implements Output {
  readonly #channel: Channel
  #isClosed = false

  constructor(channel: Channel) {
    this.#channel = channel
    channel.output.on('drain', () => channel.input.resume())
  }

  send(exchanges: readonly Exchange[]): void {
    const pieces = exchanges.flatMap(({ emissions }) => emissions.map(({ bytes }) => bytes))
    const [first] = pieces
    const { input, output } = this.#channel
    if (first === undefined || this.#isClosed || !output.writable) return
    const bytes = pieces.length === 1 ? first : Buffer.concat(pieces)
    // Nothing is read from a client that does not read, so that its answers cannot fill the memory.
    if (!output.write(bytes)) input.pause()
  }

  close(): void {
    this.#isClosed = true
  }
}

import type { Socket } from 'node:net'
import type { ByteStream } from './byte-stream.ts'
import { SocketStream } from './socket-stream.ts'

const CR = 0x0d
const LF = 0x0a

/**
 * The connection of a unit that has dialled in. Until the bus uses it, what it says is thrown away: nobody
 * has asked for anything yet, and only a socket that is read from shows when it is lost.
 */
export class DialInStream implements ByteStream {
  readonly closed: Promise<void>
  readonly #inner: SocketStream
  readonly #keepalive: Uint8Array
  #onData: ((bytes: Uint8Array) => void) | undefined
  #hasAsked = false
  #isOpen = true

  constructor(socket: Socket, keepalive: Uint8Array) {
    this.#inner = new SocketStream(socket)
    this.#keepalive = keepalive
    this.closed = this.#inner.closed.then(() => {
      this.#isOpen = false
    })
  }

  get isOpen(): boolean {
    return this.#isOpen
  }

  /** Begins to read from the socket. */
  start(): void {
    this.#inner.listen((bytes) => this.#take(bytes))
  }

  listen(onData: (bytes: Uint8Array) => void): void {
    this.#onData = onData
  }

  write(bytes: Uint8Array): void {
    this.#hasAsked = true
    this.#inner.write(bytes)
  }

  close(): void {
    this.#inner.close()
  }

  /** A modem that keeps its connection does so in a packet of its own, be it in the middle of a frame. */
  #take(bytes: Uint8Array): void {
    const { length } = this.#keepalive
    if (length > 0 && bytes.length === length && this.#keepalive.every((byte, n) => bytes[n] === byte)) return
    // The end of the line that the registration stands in may come on its own.
    if (!this.#hasAsked && bytes.every((byte) => byte === CR || byte === LF)) return
    this.#onData?.(bytes)
  }
}

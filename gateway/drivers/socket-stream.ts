import type { Socket } from 'node:net'
import type { ByteStream } from './byte-stream.ts'

/** A connected socket. Its owner listens to `error`; an error is always followed by `close`. */
export class SocketStream implements ByteStream {
  readonly closed: Promise<void>
  readonly #socket: Socket

  constructor(socket: Socket) {
    this.#socket = socket
    this.closed = new Promise((resolve) => {
      if (socket.closed) resolve()
      else socket.once('close', () => resolve())
    })
  }

  listen(onData: (bytes: Uint8Array) => void): void {
    this.#socket.on('data', onData)
  }

  write(bytes: Uint8Array): void {
    if (this.#socket.writable) this.#socket.write(bytes)
  }

  close(): void {
    this.#socket.destroy()
  }
}

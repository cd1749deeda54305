import type { ByteStream } from './byte-stream.ts'
import { identityOf } from './serial-path.ts'
import type { SerialPortLike } from './serial-port.ts'

/** How often an open port is looked for. Reading from one that was unplugged may just go on, with nothing. */
const LOOK_MS = 500
/** A system may hold a port until its last bytes are out, or for ever. The bus waits no longer, and is told. */
const CLOSING_MS = 1_000

/**
 * An open serial port. Unplugged adapters show in three ways, depending on the system: the port closes by
 * itself, a write fails, or its file is gone or leads to another device.
 */
export class SerialStream implements ByteStream {
  readonly closed: Promise<void>
  readonly #port: SerialPortLike
  readonly #path: string
  #timer: NodeJS.Timeout | undefined
  #isClosing = false
  readonly #onClosed: () => void

  constructor(port: SerialPortLike, path: string) {
    this.#port = port
    this.#path = path
    const { promise, resolve } = Promise.withResolvers<void>()
    this.closed = promise
    this.#onClosed = () => {
      clearTimeout(this.#timer)
      resolve()
    }
  }

  /** Begins to look after the port. Only files can be looked for, not COM3. */
  start(): void {
    this.#port.on('close', this.#onClosed)
    this.#port.on('error', () => this.close())
    if (!this.#port.isOpen) this.#onClosed()
    void identityOf(this.#path).then((identity) => {
      if (identity !== undefined) this.#watch(identity)
    })
  }

  listen(onData: (bytes: Uint8Array) => void): void {
    this.#port.on('data', onData)
  }

  write(bytes: Uint8Array): void {
    if (this.#port.isOpen) this.#port.write(bytes)
  }

  close(): void {
    if (this.#isClosing || !this.#port.isOpen) return
    this.#isClosing = true
    clearTimeout(this.#timer)
    this.#timer = setTimeout(this.#onClosed, CLOSING_MS)
    // Whether or not it could be closed: there is nothing more to be done with it.
    this.#port.close(this.#onClosed)
  }

  #watch(identity: string): void {
    if (this.#isClosing || !this.#port.isOpen) return
    this.#timer = setTimeout(() => {
      void identityOf(this.#path).then((now) => (now === identity ? this.#watch(identity) : this.close()))
    }, LOOK_MS)
  }
}

import type { ByteStream } from '../../../gateway/drivers/byte-stream.ts'

/** A stream without a wire: what the link writes goes to `device`, what it answers is said with `say`. */
export class MemoryStream implements ByteStream {
  readonly closed: Promise<void>
  readonly written: Uint8Array[] = []
  device: (request: Uint8Array) => void = () => undefined
  isOpen = true
  readonly #resolve: () => void
  #onData: (bytes: Uint8Array) => void = () => undefined

  constructor() {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.closed = promise
    this.#resolve = resolve
  }

  listen(onData: (bytes: Uint8Array) => void): void {
    this.#onData = onData
  }

  write(bytes: Uint8Array): void {
    if (!this.isOpen) return
    this.written.push(bytes)
    this.device(bytes)
  }

  say(bytes: Uint8Array): void {
    if (this.isOpen) this.#onData(bytes)
  }

  close(): void {
    this.isOpen = false
    this.#resolve()
  }
}

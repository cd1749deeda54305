import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'

/** What can be wrong with a line. */
export type LinkFault =
  /** Connections are ended and new ones refused. */
  | { readonly kind: 'cut' }
  /** Connections stay, and nothing comes through: a cable that was pulled. */
  | { readonly kind: 'stall' }
  | { readonly kind: 'throttle'; readonly bytesPerS: number }
  | { readonly kind: 'delay'; readonly ms: number }

/** Hears one connection, from the side that made it. */
export type Ear = (bytes: Buffer) => void

/** While throttled, bytes go this many at a time. */
const SLICE_BYTES = 512

/** A line between two processes, as a TCP proxy on loopback that can be cut, stalled, slowed and delayed. */
export class Link implements AsyncDisposable {
  readonly #target: number
  readonly #listen: (() => Ear) | undefined
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  #fault: LinkFault | undefined
  /** Resolves when a stall is over. */
  #passable: Promise<void> = Promise.resolve()
  #release: () => void = () => undefined

  private constructor(options: LinkOptions) {
    this.#target = options.target
    this.#listen = options.listen
    this.#server = createServer((socket) => this.#accept(socket))
  }

  static async open(options: LinkOptions): Promise<Link> {
    const link = new Link(options)
    await new Promise<void>((resolve) => link.#server.listen(0, '127.0.0.1', resolve))
    return link
  }

  get port(): number {
    const address = this.#server.address()
    return typeof address === 'object' && address !== null ? address.port : 0
  }

  strike(fault: LinkFault): void {
    this.mend()
    this.#fault = fault
    if (fault.kind === 'cut') this.#hangUp()
    if (fault.kind === 'stall') {
      const { promise, resolve } = Promise.withResolvers<void>()
      this.#passable = promise
      this.#release = resolve
    }
  }

  mend(): void {
    this.#fault = undefined
    this.#release()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve))
    this.mend()
    this.#hangUp()
    await closed
  }

  #hangUp(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  #accept(near: Socket): void {
    if (this.#fault?.kind === 'cut') {
      near.destroy()
      return
    }
    const far = connect({ host: '127.0.0.1', port: this.#target })
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      socket.setNoDelay(true)
      this.#sockets.add(socket)
      socket.on('error', () => other.destroy())
      socket.on('close', () => {
        this.#sockets.delete(socket)
        // What the other one was given is still to be written out.
        if (!other.writableEnded) other.end()
      })
    }
    void this.#pump(near, far, this.#listen?.())
    void this.#pump(far, near)
  }

  /** Reads no more than the other side takes. */
  async #pump(from: Socket, to: Socket, ear?: Ear): Promise<void> {
    try {
      for await (const chunk of from as AsyncIterable<Buffer>) {
        ear?.(chunk)
        for (const part of this.#parts(chunk)) {
          await this.#passage(part.length)
          if (!to.write(part)) await Promise.race([once(to, 'drain'), once(to, 'close')])
        }
      }
      to.end()
    } catch {
      // Either side broke off.
      to.destroy()
      from.destroy()
    }
  }

  *#parts(chunk: Buffer): Generator<Buffer> {
    for (let at = 0; at < chunk.length; ) {
      const end = this.#fault?.kind === 'throttle' ? at + SLICE_BYTES : chunk.length
      yield chunk.subarray(at, end)
      at = end
    }
  }

  async #passage(bytes: number): Promise<void> {
    await this.#passable
    const fault = this.#fault
    if (fault?.kind === 'delay') await pause(fault.ms)
    if (fault?.kind === 'throttle') await pause((bytes * 1_000) / fault.bytesPerS)
    await this.#passable
  }
}

export interface LinkOptions {
  /** Port that it leads to, on loopback. */
  target: number
  /** Makes an ear for a new connection. */
  listen?: () => Ear
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

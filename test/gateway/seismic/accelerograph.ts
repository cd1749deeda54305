import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { frameBytes, shaking } from './frames.ts'

/** Samples of a frame: half a second. */
export const FRAME = 50

/** An instrument that listens, and sends frames of half a second to whoever connects. */
export class Accelerograph {
  readonly #sockets = new Set<Socket>()
  #server: Server | undefined
  #sequence = 0
  /** Of the first sample of frame 0, epoch ms, whole seconds. */
  start = 0
  connects = 0

  get port(): number {
    const address = this.#server?.address()
    return typeof address === 'object' && address !== null ? address.port : 0
  }

  async listen(): Promise<void> {
    this.#server = createServer((socket) => {
      this.connects += 1
      socket.on('error', () => undefined)
      socket.on('close', () => this.#sockets.delete(socket))
      this.#sockets.add(socket)
    })
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
  }

  async close(): Promise<void> {
    this.#server?.close()
    for (const socket of this.#sockets) socket.destroy()
    if (this.#server?.listening === true) await once(this.#server, 'close')
  }

  say(bytes: Uint8Array): void {
    for (const socket of this.#sockets) socket.write(bytes)
  }

  /** So many frames one after the other, as fast as they go. */
  shake(frames: number, gal: number): void {
    for (let n = 0; n < frames; n += 1) {
      const samples = shaking(FRAME, { gal, from: this.#sequence * FRAME })
      this.say(frameBytes({ sequence: this.#sequence, time: this.start + this.#sequence * 500, samples }))
      this.#sequence += 1
    }
  }

  /** A frame that gets lost on its way. */
  skip(): void {
    this.#sequence += 1
  }
}

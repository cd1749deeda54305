import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** Asks a server as fast as it answers, over several connections with one request in flight on each. */
export class RequestLoad implements AsyncDisposable {
  replies = 0
  readonly #sockets: Socket[] = []

  /** `replyLength` is what the answer to the request has, bytes; an answer of another length ends the run. */
  static async start(to: {
    port: number
    connections: number
    request: Uint8Array
    replyLength: number
  }): Promise<RequestLoad> {
    const load = new RequestLoad()
    for (let index = 0; index < to.connections; index++) {
      const socket = connect({ host: '127.0.0.1', port: to.port, noDelay: true })
      load.#sockets.push(socket)
      await once(socket, 'connect')
      let received = 0
      socket.on('data', (chunk) => {
        received += chunk.length
        if (received < to.replyLength) return
        if (received > to.replyLength)
          throw new Error(`an answer of ${received} instead of ${to.replyLength} bytes`)
        received = 0
        load.replies += 1
        socket.write(to.request)
      })
      socket.write(to.request)
    }
    return load
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
  }
}

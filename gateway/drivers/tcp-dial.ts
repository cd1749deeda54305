import { connect, type Socket } from 'node:net'
import { type Opener, type OpenOutcome, openingTime } from './byte-stream.ts'
import { SocketStream } from './socket-stream.ts'

/** Idle time after which the system asks whether the other side is still there, ms. */
export const KEEP_ALIVE_MS = 15_000

/** Dials a device, a PLC or a serial device server. */
export class TcpDial implements Opener {
  readonly #options: { host: string; port: number; timeoutMs: number }

  constructor(options: { host: string; port: number; timeoutMs: number }) {
    this.#options = options
  }

  async open(signal: AbortSignal): Promise<OpenOutcome> {
    const { host, port, timeoutMs } = this.#options
    const place = `${host}:${port}`
    if (signal.aborted) return { ok: false, detail: `${place}: stopped` }
    const socket = connect({
      host,
      port,
      noDelay: true,
      keepAlive: true,
      keepAliveInitialDelay: KEEP_ALIVE_MS,
    })
    const problem = await connected(socket, openingTime(timeoutMs), signal)
    if (problem === undefined) return { ok: true, stream: new SocketStream(socket) }
    socket.destroy()
    return { ok: false, detail: `${place}: ${problem}` }
  }
}

/** Resolves with what went wrong, or undefined once the socket is connected. */
function connected(socket: Socket, withinMs: number, signal: AbortSignal): Promise<string | undefined> {
  return new Promise((resolve) => {
    const settle = (problem: string | undefined) => {
      clearTimeout(timer)
      signal.removeEventListener('abort', onAbort)
      socket.removeListener('connect', onConnect)
      resolve(problem)
    }
    const onAbort = () => settle('stopped')
    const onConnect = () => settle(undefined)
    const timer = setTimeout(() => settle(`no connection within ${withinMs} ms`), withinMs)
    signal.addEventListener('abort', onAbort)
    socket.once('connect', onConnect)
    // It stays for the life of the socket: an error is always followed by `close`, which is acted upon.
    socket.on('error', (error: NodeJS.ErrnoException) => settle(error.code ?? error.message))
  })
}

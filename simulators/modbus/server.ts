import { createServer, type Server, type Socket } from 'node:net'
import { listenError } from '../../contracts/errors.ts'
import type { Logger } from '../../contracts/logger.ts'
import { encodeFrame, splitFrames } from './frame.ts'
import { EXCEPTION, encodeException } from './read-request.ts'
import type { Unit } from './unit.ts'

const CONNECTIONS_MAX = 64
const REOPEN_MS = 250

export interface ModbusServerOptions {
  readonly host: string
  /** 0 takes a free one, which {@link ModbusServer.port} then tells. */
  readonly port: number
  /** Key: unit id. */
  readonly units: ReadonlyMap<number, Unit>
  /** What people know it by, in messages. */
  readonly name: string
  readonly logger: Logger
}

/**
 * A Modbus TCP server for several units, read only. `start` and `stop` are called once each; `cut` may
 * be called at any time between, and is carried out in the order of the calls.
 */
export class ModbusServer {
  readonly #options: ModbusServerOptions
  readonly #sockets = new Set<Socket>()
  #listener: Server | undefined
  #port: number
  #isStarted = false
  #isStopped = false
  #isCut = false
  #work: Promise<void> = Promise.resolve()
  #retry: NodeJS.Timeout | undefined

  constructor(options: ModbusServerOptions) {
    this.#options = options
    this.#port = options.port
  }

  /** Known once started. */
  get port(): number {
    return this.#port
  }

  /** @throws CodedError PORT_TAKEN, LISTEN_FAILED */
  async start(): Promise<void> {
    await this.#open()
    this.#isStarted = true
    await this.#settle()
  }

  /** Closes the listener and every connection; nothing answers afterwards. */
  async stop(): Promise<void> {
    this.#isStopped = true
    clearTimeout(this.#retry)
    await this.#work
    await this.#close()
  }

  /** `on` drops all connections and refuses new ones, as a device without power does. */
  cut(on: boolean): void {
    if (this.#isCut === on) return
    this.#isCut = on
    if (!this.#isStarted) return
    clearTimeout(this.#retry)
    this.#work = this.#work.then(() => this.#settle())
  }

  /** Brings the listener to what was last asked for; tries again while the port is in use. */
  async #settle(): Promise<void> {
    if (this.#isCut || this.#isStopped) return this.#close()
    if (this.#listener !== undefined) return
    try {
      await this.#open()
    } catch (error) {
      this.#options.logger.warn({ err: error, server: this.#options.name }, 'cannot listen again yet')
      this.#retry = setTimeout(() => {
        this.#work = this.#work.then(() => this.#settle())
      }, REOPEN_MS)
    }
  }

  #open(): Promise<void> {
    const { host, name } = this.#options
    const listener = createServer({ noDelay: true }, (socket) => this.#serve(socket))
    listener.maxConnections = CONNECTIONS_MAX
    return new Promise((resolve, reject) => {
      listener.once('error', (error) => reject(listenError(error, name, `${host}:${this.#port}`)))
      listener.listen({ host, port: this.#port }, () => {
        listener.removeAllListeners('error')
        listener.on('error', (error) =>
          this.#options.logger.warn({ err: error, server: name }, 'cannot accept a connection'),
        )
        const address = listener.address()
        if (typeof address === 'object' && address !== null) this.#port = address.port
        this.#listener = listener
        resolve()
      })
    })
  }

  #close(): Promise<void> {
    const listener = this.#listener
    this.#listener = undefined
    if (listener === undefined) return Promise.resolve()
    return new Promise((resolve) => {
      listener.close(() => resolve())
      for (const socket of this.#sockets) socket.destroy()
    })
  }

  #serve(socket: Socket): void {
    const { logger, name } = this.#options
    let rest: Uint8Array = new Uint8Array(0)
    this.#sockets.add(socket)
    socket.on('close', () => this.#sockets.delete(socket))
    // A client that goes away without a word is everyday life in the field.
    socket.on('error', (error) => logger.debug({ err: error, server: name }, 'connection lost'))
    socket.on('drain', () => socket.resume())
    socket.on('data', (chunk) => {
      const split = splitFrames(rest.length === 0 ? chunk : Buffer.concat([rest, chunk]))
      rest = split.rest
      const answers = split.frames.flatMap((frame) => {
        const pdu = this.#answer(frame.unit, frame.pdu)
        return pdu === undefined ? [] : [encodeFrame({ ...frame, pdu })]
      })
      // Nothing is read from a client that does not read, so that its answers cannot fill the memory.
      if (answers.length > 0 && !socket.write(Buffer.concat(answers))) socket.pause()
      if (split.foreign > 0) logger.debug({ server: name, frames: split.foreign }, 'not Modbus: skipped')
      if (split.isBroken) {
        logger.debug({ server: name }, 'lengths that cannot be right: connection dropped')
        socket.destroy()
      }
    })
  }

  #answer(unit: number, pdu: Uint8Array): Uint8Array | undefined {
    const known = this.#options.units.get(unit)
    return known === undefined
      ? encodeException(pdu[0] ?? 0, EXCEPTION.gatewayTargetSilent)
      : known.answer(pdu)
  }
}

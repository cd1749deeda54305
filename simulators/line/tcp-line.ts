import { createServer, type Server, type Socket } from 'node:net'
import { listenError } from '../../contracts/errors.ts'
import { Conversation, type Manner } from './conversation.ts'
import type { Line, SimulatedAddress } from './line.ts'
import { LineSwitch } from './line-switch.ts'

const CONNECTIONS_MAX = 64

export interface TcpLineOptions extends Manner {
  readonly host: string
  /** 0 takes a free one, which {@link TcpLine.port} then tells. */
  readonly port: number
  readonly name: string
}

/** A listener on a host and port, with a conversation for every client. */
export class TcpLine implements Line {
  readonly #options: TcpLineOptions
  readonly #switch: LineSwitch
  readonly #sockets = new Set<Socket>()
  #listener: Server | undefined
  #port: number

  constructor(options: TcpLineOptions) {
    this.#options = options
    this.#switch = new LineSwitch({
      name: options.name,
      logger: options.logger,
      open: () => this.#open(),
      close: () => this.#close(),
      isOpen: () => this.#listener !== undefined,
    })
    this.#port = options.port
  }

  get name(): string {
    return this.#options.name
  }

  /** Known once started. */
  get port(): number {
    return this.#port
  }

  get address(): SimulatedAddress {
    return { host: this.#options.host, port: this.#port }
  }

  /** @throws CodedError PORT_TAKEN, LISTEN_FAILED */
  start(): Promise<void> {
    return this.#switch.start()
  }

  stop(): Promise<void> {
    return this.#switch.stop()
  }

  cut(on: boolean): void {
    this.#switch.cut(on)
  }

  #open(): Promise<void> {
    const { host, name, logger } = this.#options
    const listener = createServer({ noDelay: true }, (socket) => this.#serve(socket))
    listener.maxConnections = CONNECTIONS_MAX
    return new Promise((resolve, reject) => {
      listener.once('error', (error) => reject(listenError(error, name, `${host}:${this.#port}`)))
      listener.listen({ host, port: this.#port }, () => {
        listener.removeAllListeners('error')
        listener.on('error', (error) => logger.warn({ err: error, line: name }, 'cannot accept a connection'))
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
    this.#sockets.add(socket)
    socket.on('close', () => this.#sockets.delete(socket))
    // A client that goes away without a word is everyday life in the field.
    socket.on('error', (error) => logger.debug({ err: error, line: name }, 'connection lost'))
    new Conversation({ input: socket, output: socket }, this.#options).start()
  }
}

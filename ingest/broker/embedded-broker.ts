import type { EventEmitter } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { Duplex, Transform } from 'node:stream'
import { Aedes } from 'aedes'
import { isLoopback, parseAddress } from '../../contracts/address.ts'
import { CodedError, listenError } from '../../contracts/errors.ts'
import type { Logger } from '../../contracts/logger.ts'
import { WAVEFORM_MAX_BYTES } from '../../contracts/waveform.ts'
import { PacketGuard } from './packet-guard.ts'

/** Largest packet: the largest message with its topic, with room to spare so that it is refused by name. */
export const MAX_PACKET_BYTES = 1.25 * WAVEFORM_MAX_BYTES
/** One client that stops reading stalls everybody until it is dropped, ms. */
const DRAIN_TIMEOUT_MS = 3_000
const MAX_CONNECTIONS = 1_000

/** An MQTT broker inside the server, on a loopback address, for plants without one of their own. */
export class EmbeddedBroker {
  readonly #listen: string
  readonly #drainTimeoutMs: number
  readonly #logger: Logger
  readonly #sockets = new Set<Socket>()
  #aedes: Aedes | undefined
  #server: Server | undefined

  constructor(options: { listen: string; logger: Logger; drainTimeoutMs?: number }) {
    this.#listen = options.listen
    this.#drainTimeoutMs = options.drainTimeoutMs ?? DRAIN_TIMEOUT_MS
    this.#logger = options.logger
  }

  /** Listens and answers with the address. @throws CodedError NOT_LOOPBACK, PORT_TAKEN or LISTEN_FAILED */
  async start(): Promise<{ host: string; port: number }> {
    const { host, port } = parseAddress(this.#listen)
    if (!isLoopback(host)) throw new CodedError('NOT_LOOPBACK', `mqtt.listen: ${this.#listen}`)
    const aedes = await Aedes.createBroker({
      drainTimeout: this.#drainTimeoutMs,
      // Clean sessions only (DESIGN section 5): what is kept for a client that never returns fills memory.
      preConnect: (_client, packet, done) => {
        packet.clean = true
        done(null, true)
      },
    })
    const note = (error: Error, client?: string) =>
      this.#logger.debug({ client, error: error.message }, 'mqtt client')
    aedes.on('clientError', (client, error) => note(error, client.id))
    aedes.on('connectionError', (_client, error) => note(error))
    const broker: EventEmitter = aedes
    broker.on('error', (error: Error) => this.#logger.error({ error: error.message }, 'embedded broker'))
    // Without Nagle: retained messages would otherwise arrive 40 ms late.
    const server = createServer({ noDelay: true }, (socket) => aedes.handle(this.#guard(socket)))
    server.maxConnections = MAX_CONNECTIONS
    this.#aedes = aedes
    this.#server = server
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen({ host, port }, resolve)
    }).catch((error: unknown) => {
      throw listenError(error, 'embedded broker (mqtt.listen)', this.#listen)
    })
    const address = server.address()
    return { host, port: typeof address === 'object' && address !== null ? address.port : port }
  }

  /** The broker first, then the sockets it never came to know, then the server: else open ones hold it. */
  async stop(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    if (this.#aedes === undefined) resolve()
    else this.#aedes.close(() => resolve())
    await promise
    const server = this.#server
    if (!server?.listening) return
    const closed = new Promise<void>((done) => server.close(() => done()))
    for (const socket of this.#sockets) socket.destroy()
    await closed
  }

  #guard(socket: Socket): Duplex {
    const guard = new PacketGuard(MAX_PACKET_BYTES)
    const counted = new Transform({
      transform: (chunk: Buffer, _encoding, done) => {
        if (guard.accepts(chunk)) done(null, chunk)
        else {
          this.#logger.warn({ from: socket.remoteAddress }, 'mqtt packet too large: connection closed')
          socket.destroy()
          done()
        }
      },
    })
    this.#sockets.add(socket)
    socket.on('close', () => this.#sockets.delete(socket))
    socket.on('error', (error) => this.#logger.debug({ error: error.message }, 'mqtt socket'))
    return Duplex.from({ readable: socket.pipe(counted), writable: socket })
  }
}

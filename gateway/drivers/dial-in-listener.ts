import { createServer, type Server, type Socket } from 'node:net'
import { listenError } from '../../contracts/errors.ts'
import type { DialIn } from '../../contracts/facility.ts'
import type { Logger } from '../../contracts/logger.ts'
import { DialInStream } from './dial-in-stream.ts'
import { recognise } from './registration.ts'
import { KEEP_ALIVE_MS } from './tcp-dial.ts'

/** A unit has so long to say who it is, ms. */
const REGISTRATION_MS = 10_000
/** Connections that have not said yet who they are. */
const MOST_STRANGERS = 64
/** Bytes of what a stranger said that go to the log. */
const SHOWN_BYTES = 64

/** One bus and the unit that has dialled in for it. */
interface Berth {
  /** Id of the bus. */
  readonly owner: string
  readonly keepalive: Uint8Array
  /** The newest connection; it replaces the one before. */
  stream: DialInStream | undefined
  /** True while a link uses it. */
  isTaken: boolean
  /** Told when a new one is there. */
  onArrival: (() => void) | undefined
}

/**
 * Listens on one address for the units of all buses there, which are told apart by what they say first.
 * That is a name, no proof: whoever can reach the address can pose as a unit.
 */
export class DialInListener {
  readonly #options: { host: string; port: number; logger: Logger; registrationMs?: number }
  /** Key: registration; empty when the bus takes whoever dials in. */
  readonly #berths = new Map<string, Berth>()
  readonly #sockets = new Set<Socket>()
  #strangers = 0
  #server: Server | undefined
  #listening: Promise<string | undefined> | undefined

  constructor(options: { host: string; port: number; logger: Logger; registrationMs?: number }) {
    this.#options = options
  }

  /** The port listened on, once it is. */
  get port(): number | undefined {
    const address = this.#server?.address()
    return typeof address === 'object' ? address?.port : undefined
  }

  /** False when another bus has the same registration there, or one of them takes whoever dials in. */
  claim({ registration = '', keepalive = '' }: DialIn, owner: string): boolean {
    const held = this.#berths.get(registration)
    if (held !== undefined) return held.owner === owner
    if (this.#berths.size > 0 && (registration === '' || this.#berths.has(''))) return false
    this.#berths.set(registration, {
      owner,
      keepalive: Buffer.from(keepalive, 'latin1'),
      stream: undefined,
      isTaken: false,
      onArrival: undefined,
    })
    return true
  }

  /** Listens unless it does already. Resolves with what is wrong, or undefined. */
  listen(): Promise<string | undefined> {
    this.#listening ??= this.#open()
    return this.#listening
  }

  /** True when a unit has dialled in that no link has used. */
  isThere(registration: string): boolean {
    const berth = this.#berths.get(registration)
    return berth?.stream?.isOpen === true && !berth.isTaken
  }

  /** The connection of that unit, for one link; undefined when there is none. */
  take(registration: string): DialInStream | undefined {
    const berth = this.#berths.get(registration)
    if (berth === undefined || !this.isThere(registration)) return undefined
    berth.isTaken = true
    return berth.stream
  }

  /** Tells of the next unit that dials in; undefined: no longer. */
  awaitArrival(registration: string, onArrival: (() => void) | undefined): void {
    const berth = this.#berths.get(registration)
    if (berth !== undefined) berth.onArrival = onArrival
  }

  async stop(): Promise<void> {
    const server = this.#server
    this.#server = undefined
    this.#listening = undefined
    for (const socket of this.#sockets) socket.destroy()
    if (server !== undefined) await new Promise<void>((resolve) => server.close(() => resolve()))
  }

  #open(): Promise<string | undefined> {
    const { host, port, logger } = this.#options
    const server = createServer(
      { noDelay: true, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_MS },
      (socket) => this.#welcome(socket),
    )
    this.#server = server
    return new Promise((resolve) => {
      server.on('error', (error) => {
        const { code, message } = listenError(error, 'dial-in', `${host}:${port}`)
        // Whoever waits for a unit is told, and its next attempt opens a new server.
        if (!server.listening) this.#listening = undefined
        else logger.warn({ code }, message)
        resolve(message)
      })
      server.listen({ host, port }, () => resolve(undefined))
    })
  }

  #welcome(socket: Socket): void {
    // An error is always followed by `close`, which is acted upon.
    socket.on('error', () => undefined)
    this.#sockets.add(socket)
    socket.once('close', () => this.#sockets.delete(socket))
    const anyone = this.#berths.get('')
    if (anyone !== undefined) this.#admit(socket, anyone)
    else if (this.#strangers < MOST_STRANGERS) this.#askWho(socket)
    else this.#turnAway(socket, 'too many units that have not said who they are')
  }

  /** Listens to what the unit says first until it is known, is none of ours, or its time is over. */
  #askWho(socket: Socket): void {
    let said: Uint8Array = new Uint8Array(0)
    this.#strangers += 1
    const decide = (ended: boolean) => {
      const found = recognise(said, [...this.#berths.keys()], ended)
      if (found.kind === 'wait') return
      leave()
      const berth = found.kind === 'known' ? this.#berths.get(found.registration) : undefined
      if (berth === undefined) this.#turnAway(socket, said.length === 0 ? 'it said nothing' : shown(said))
      else this.#admit(socket, berth)
    }
    const onData = (bytes: Uint8Array) => {
      said = Buffer.concat([said, bytes])
      decide(false)
    }
    const timer = setTimeout(() => decide(true), this.#options.registrationMs ?? REGISTRATION_MS)
    const leave = () => {
      clearTimeout(timer)
      socket.removeListener('data', onData)
      socket.removeListener('close', leave)
      this.#strangers -= 1
    }
    socket.on('data', onData)
    socket.once('close', leave)
  }

  #admit(socket: Socket, berth: Berth): void {
    berth.stream?.close()
    const stream = new DialInStream(socket, berth.keepalive)
    stream.start()
    berth.stream = stream
    berth.isTaken = false
    berth.onArrival?.()
  }

  #turnAway(socket: Socket, why: string): void {
    const { host, port, logger } = this.#options
    const from = `${socket.remoteAddress ?? 'unknown'}:${socket.remotePort ?? 0}`
    logger.warn(
      { code: 'DEVICE_UNREACHABLE', from },
      `dial-in ${host}:${port}: a unit is not known here: ${why}`,
    )
    socket.destroy()
  }
}

function shown(said: Uint8Array): string {
  return JSON.stringify(Buffer.from(said.subarray(0, SHOWN_BYTES)).toString('latin1'))
}

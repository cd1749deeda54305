import { createServer, type Server, type Socket } from 'node:net'
import type { Clock } from '../../../contracts/clock.ts'
import type { Connection, DeviceRecord } from './device-record.ts'

/** Transaction, protocol, length and unit of Modbus TCP, and what a read request says behind them. */
const HEADER_BYTES = 7
const REQUEST_BYTES = HEADER_BYTES + 5
const READ_HOLDING = 3

/**
 * One Modbus TCP device, alive from the first to the last moment of a drill. Every answer is noted before it is
 * written. It knows one request, the read of all its registers, which is all that a gateway asks it for.
 */
export class DeviceServer {
  readonly record: DeviceRecord
  readonly #clock: Clock
  /** The run of its gateway that is alive now. */
  readonly #life: () => string
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  #isSilent = false

  constructor(options: { record: DeviceRecord; clock: Clock; life: () => string }) {
    this.record = options.record
    this.#clock = options.clock
    this.#life = options.life
    this.#server = createServer((socket) => this.#serve(socket))
  }

  /** Resolves with its port. */
  async start(): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    const address = this.#server.address()
    return typeof address === 'object' && address !== null ? address.port : 0
  }

  /** Says nothing more: whoever asks is hung up on, and with that has taken the answer before. */
  silence(): void {
    this.#isSilent = true
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve))
    for (const socket of this.#sockets) socket.destroy()
    await closed
  }

  #serve(socket: Socket): void {
    const connection: Connection = { life: this.#life(), last: 0 }
    let rest = Buffer.alloc(0)
    socket.setNoDelay(true)
    this.#sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('close', () => this.#sockets.delete(socket))
    socket.on('data', (bytes: Buffer) => {
      rest = Buffer.concat([rest, bytes])
      for (; rest.length >= REQUEST_BYTES; rest = rest.subarray(REQUEST_BYTES)) {
        if (this.#isSilent) socket.destroy()
        else socket.write(this.#answer(rest.subarray(0, REQUEST_BYTES), connection))
      }
    })
  }

  #answer(request: Buffer, connection: Connection): Buffer {
    const { sensors, signal } = this.record
    const registers = sensors.length * signal.width
    const isWhole =
      request[HEADER_BYTES] === READ_HOLDING &&
      request.readUInt16BE(HEADER_BYTES + 1) === 0 &&
      request.readUInt16BE(HEADER_BYTES + 3) === registers
    if (!isWhole) throw new Error(`${this.record.id} is asked for ${request.toString('hex')}`)
    const number = this.record.give({ at: this.#clock.monotonic(), connection })
    const answer = Buffer.alloc(HEADER_BYTES + 2 + 2 * registers)
    request.copy(answer, 0, 0, HEADER_BYTES + 1)
    answer.writeUInt16BE(3 + 2 * registers, 4)
    answer[HEADER_BYTES + 1] = 2 * registers
    for (const index of sensors.keys()) {
      const at = HEADER_BYTES + 2 + 2 * signal.width * index
      signal.write(answer, at, signal.valueOf(index, number))
    }
    return answer
  }
}

import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { takePort } from '../ports.ts'

/** A request as it stood on the wire. */
export interface PeerRequest {
  readonly transaction: number
  readonly unit: number
  readonly code: number
  readonly address: number
  readonly count: number
}

/** What the peer does with a request: bytes to send, or nothing. It may also use the socket itself. */
export type Behaviour = (request: PeerRequest, socket: Socket) => Buffer | undefined

/** A Modbus TCP server written by hand for the tests, so that it can misbehave in any way. */
export class ModbusPeer {
  /** Key: `unit/code/address`. Registers and bits that are not there read as 0. */
  readonly cells = new Map<string, number>()
  readonly requests: PeerRequest[] = []
  behave: Behaviour = (request) => this.answer(request)
  connections = 0
  readonly #sockets = new Set<Socket>()
  #server: Server | undefined
  #port = 0

  get port(): number {
    return this.#port
  }

  /** Listens on a free port; once that is known, on the same one again. */
  async listen(): Promise<void> {
    this.#server = createServer((socket) => this.#serve(socket))
    this.#port ||= await takePort()
    this.#server.listen(this.#port, '127.0.0.1')
    await once(this.#server, 'listening')
  }

  async close(): Promise<void> {
    const server = this.#server
    if (server === undefined) return
    this.#server = undefined
    for (const socket of this.#sockets) socket.destroy()
    server.close()
    await once(server, 'close')
  }

  set(cell: { unit: number; code: number; address: number }, value: number): void {
    this.cells.set(`${cell.unit}/${cell.code}/${cell.address}`, value)
  }

  /** The right answer. */
  answer(request: PeerRequest): Buffer {
    const cells = Array.from({ length: request.count }, (_, n) => this.#cell(request, n))
    if (request.code > 2)
      return frame(request, [cells.length * 2, ...cells.flatMap((word) => [word >> 8, word & 0xff])])
    const bytes = Array.from({ length: Math.ceil(cells.length / 8) }, (_, byte) =>
      cells.slice(byte * 8, byte * 8 + 8).reduce((sum, bit, n) => sum | (bit << n), 0),
    )
    return frame(request, [bytes.length, ...bytes])
  }

  #cell(request: PeerRequest, offset: number): number {
    return this.cells.get(`${request.unit}/${request.code}/${request.address + offset}`) ?? 0
  }

  #serve(socket: Socket): void {
    this.connections += 1
    this.#sockets.add(socket)
    socket.on('close', () => this.#sockets.delete(socket))
    // A gateway that goes away while it is answered is no concern of the peer.
    socket.on('error', () => undefined)
    socket.on('data', (data) => {
      const request = {
        transaction: data.readUInt16BE(0),
        unit: data.readUInt8(6),
        code: data.readUInt8(7),
        address: data.readUInt16BE(8),
        count: data.readUInt16BE(10),
      }
      this.requests.push(request)
      const reply = this.behave(request, socket)
      if (reply !== undefined) socket.write(reply)
    })
  }
}

/** A reply to a request: header, unit, function and these bytes. */
export function frame(request: PeerRequest, body: number[], code = request.code): Buffer {
  const header = Buffer.alloc(8)
  header.writeUInt16BE(request.transaction, 0)
  header.writeUInt16BE(body.length + 2, 4)
  header.writeUInt8(request.unit, 6)
  header.writeUInt8(code, 7)
  return Buffer.concat([header, Buffer.from(body)])
}

export function exception(request: PeerRequest, number: number): Buffer {
  return frame(request, [number], request.code | 0x80)
}

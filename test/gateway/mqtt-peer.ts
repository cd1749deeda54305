import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'

/** First nibble of an MQTT 3.1.1 packet. */
const PACKET = { connect: 1, publish: 3, subscribe: 8, pingreq: 12 } as const

/** A broker written by hand for the tests, so that it can leave out any answer. It routes nothing. */
export class MqttPeer {
  /** What it answers; a ping always. */
  answers = { connect: true, subscribe: true, publish: true }
  /** Drops the connection right after it was accepted. */
  dropsAfterConnect = false
  connections = 0
  /** First nibble of every packet that came. */
  readonly packets: number[] = []
  readonly #sockets = new Set<Socket>()
  #server: Server | undefined
  #port = 0

  get port(): number {
    return this.#port
  }

  count(kind: keyof typeof PACKET): number {
    return this.packets.filter((packet) => packet === PACKET[kind]).length
  }

  async listen(): Promise<void> {
    this.#server = createServer((socket) => this.#serve(socket))
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
    this.#port = (this.#server.address() as AddressInfo).port
  }

  async close(): Promise<void> {
    const server = this.#server
    if (server === undefined) return
    for (const socket of this.#sockets) socket.destroy()
    server.close()
    await once(server, 'close')
  }

  #serve(socket: Socket): void {
    this.connections += 1
    this.#sockets.add(socket)
    let rest = Buffer.alloc(0)
    socket.on('close', () => this.#sockets.delete(socket))
    // A gateway that goes away without a word is what some tests are about.
    socket.on('error', () => undefined)
    socket.on('data', (chunk) => {
      rest = Buffer.concat([rest, chunk])
      for (let packet = firstPacket(rest); packet !== undefined; packet = firstPacket(rest)) {
        rest = rest.subarray(packet.end)
        this.#answer(socket, packet)
      }
    })
  }

  #answer(socket: Socket, { kind, body }: Packet): void {
    this.packets.push(kind)
    if (kind === PACKET.connect && this.answers.connect) {
      socket.write(Buffer.from([0x20, 2, 0, 0]))
      if (this.dropsAfterConnect) socket.end()
    }
    if (kind === PACKET.subscribe && this.answers.subscribe) {
      socket.write(Buffer.from([0x90, 4, body[0] ?? 0, body[1] ?? 0, 1, 1]))
    }
    if (kind === PACKET.publish && this.answers.publish) {
      const topicEnd = 2 + body.readUInt16BE(0)
      socket.write(Buffer.from([0x40, 2, body[topicEnd] ?? 0, body[topicEnd + 1] ?? 0]))
    }
    if (kind === PACKET.pingreq) socket.write(Buffer.from([0xd0, 0]))
  }
}

interface Packet {
  kind: number
  body: Buffer
  end: number
}

/** Undefined until all of it is there. */
function firstPacket(bytes: Buffer): Packet | undefined {
  let length = 0
  for (let at = 1; at < bytes.length && at < 5; at++) {
    const byte = bytes[at] ?? 0
    length += (byte & 0x7f) * 128 ** (at - 1)
    if (byte > 0x7f) continue
    const end = at + 1 + length
    if (end > bytes.length) return undefined
    return { kind: (bytes[0] ?? 0) >> 4, body: bytes.subarray(at + 1, end), end }
  }
  return undefined
}

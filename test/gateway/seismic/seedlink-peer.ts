import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { takePort } from '../../ports.ts'

/** A small SeedLink 3 server: it has packets by sequence, and says what it was asked. */
export class SeedLinkPeer {
  /** Key: sequence. */
  readonly packets = new Map<number, Uint8Array>()
  readonly commands: string[] = []
  /** Commands that are answered with ERROR. */
  refuses: (command: string) => boolean = () => false
  /** Bytes that go out before the first packet. */
  preface: Uint8Array = new Uint8Array()
  readonly #streaming = new Map<Socket, number>()
  readonly #sockets = new Set<Socket>()
  #server: Server | undefined
  #port = 0

  get port(): number {
    return this.#port
  }

  get clients(): number {
    return this.#streaming.size
  }

  async listen(): Promise<void> {
    this.#server = createServer((socket) => this.#serve(socket))
    this.#port ||= await takePort()
    this.#server.listen(this.#port, '127.0.0.1')
    await once(this.#server, 'listening')
  }

  async close(): Promise<void> {
    this.cut()
    this.#server?.close()
    if (this.#server?.listening === true) await once(this.#server, 'close')
  }

  cut(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  /** Kept, and sent to whoever listens. */
  add(sequence: number, record: Uint8Array): void {
    this.packets.set(sequence, record)
    for (const socket of this.#streaming.keys()) this.#send(socket, sequence)
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket)
    socket.setNoDelay(true)
    let held = ''
    let from: number | undefined
    socket.on('error', () => undefined)
    socket.on('close', () => {
      this.#sockets.delete(socket)
      this.#streaming.delete(socket)
    })
    socket.on('data', (bytes) => {
      held += bytes.toString('latin1')
      for (let end = held.indexOf('\r\n'); end !== -1; end = held.indexOf('\r\n')) {
        const command = held.slice(0, end)
        held = held.slice(end + 2)
        this.commands.push(command)
        if (command === 'END') this.#stream(socket, from)
        else if (command === 'HELLO') socket.write('SeedLink v3.1 (test)\r\nDavylamp\r\n')
        else if (this.refuses(command)) socket.write('ERROR\r\n')
        else {
          const sequence = /^DATA ([0-9A-F]{6})$/.exec(command)?.[1]
          if (sequence !== undefined) from = Number.parseInt(sequence, 16)
          else if (command === 'DATA') from = undefined
          socket.write('OK\r\n')
        }
      }
    })
  }

  #stream(socket: Socket, from: number | undefined): void {
    this.#streaming.set(socket, 0)
    socket.write(this.preface)
    for (const sequence of this.packets.keys())
      if (from !== undefined && sequence >= from) this.#send(socket, sequence)
  }

  #send(socket: Socket, sequence: number): void {
    const record = this.packets.get(sequence)
    if (record === undefined) return
    socket.write(`SL${sequence.toString(16).toUpperCase().padStart(6, '0')}`)
    socket.write(record)
  }
}

import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { Aedes } from 'aedes'
import type { WaveformMessage } from '../../contracts/waveform.ts'
import type { Batch, Confirm, GatewayHealth, GatewayState, ServerState } from '../../contracts/wire.ts'
import { takePort } from '../ports.ts'

const GATEWAY = 'davylamp/v1/plant/gateways/gw-1'
const SERVER = 'davylamp/v1/plant/server'

/** A real broker on a free port, which writes down what the gateway publishes and can go away. */
export class TestBroker {
  readonly live: Batch[] = []
  readonly backlog: Batch[] = []
  readonly waveforms: WaveformMessage[] = []
  /** Every batch as it came, key: `channel/epoch:seq`. */
  readonly bytes = new Map<string, Buffer>()
  readonly states: GatewayState[] = []
  readonly healths: GatewayHealth[] = []
  readonly subscriptions: string[] = []
  readonly clients: string[] = []
  /** False: every client is refused. */
  isOpen = true
  /** Confirms every batch as it comes, as a server does that is never behind. */
  isConfirming = false
  /** What was confirmed so. Key: `epoch:seq`. */
  readonly confirmed = new Map<string, Batch>()
  readonly #sockets = new Set<Socket>()
  #aedes: Aedes | undefined
  #server: Server | undefined
  #port = 0

  get port(): number {
    return this.#port
  }

  async listen(): Promise<void> {
    const aedes = await Aedes.createBroker({
      authenticate: (client, _user, _password, done) => {
        this.clients.push(client.id)
        done(null, this.isOpen)
      },
    })
    aedes.on('publish', (packet) => this.#note(packet.topic, Buffer.from(packet.payload)))
    aedes.on('subscribe', (list) => this.subscriptions.push(...list.map((each) => each.topic)))
    const server = createServer((socket) => {
      this.#sockets.add(socket)
      socket.on('close', () => this.#sockets.delete(socket))
      aedes.handle(socket)
    })
    this.#port ||= await takePort()
    server.listen(this.#port, '127.0.0.1')
    await once(server, 'listening')
    this.#aedes = aedes
    this.#server = server
  }

  async close(): Promise<void> {
    const [aedes, server] = [this.#aedes, this.#server]
    if (aedes === undefined || server === undefined) return
    this.#aedes = undefined
    server.close()
    for (const socket of this.#sockets) socket.destroy()
    await new Promise<void>((resolve) => aedes.close(() => resolve()))
    if (server.listening) await once(server, 'close')
  }

  /** Cuts every connection and goes on listening. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  confirm(given: Partial<Confirm> & { epoch: string }): void {
    this.publish('confirm', { seqs: [], time: 0, ...given })
  }

  /** Confirms everything that was heard. */
  confirmAll(): void {
    for (const batch of [...this.live, ...this.backlog]) {
      this.confirm({ epoch: batch.epoch, seqs: [[batch.seq, batch.seq]] })
    }
  }

  publish(channel: string, message: unknown, retain = false): void {
    this.#publish(`${GATEWAY}/${channel}`, message, retain)
  }

  /** What the server, or its will, says of it. */
  server(state: Pick<ServerState, 'state' | 'session'>): void {
    this.#publish(SERVER, state, true)
  }

  #publish(topic: string, message: unknown, retain: boolean): void {
    const payload = Buffer.from(JSON.stringify(message))
    this.#aedes?.publish({ cmd: 'publish', topic, payload, qos: 1, retain, dup: false }, () => undefined)
  }

  #note(topic: string, payload: Buffer): void {
    if (!topic.startsWith(`${GATEWAY}/`)) return
    const channel = topic.slice(GATEWAY.length + 1)
    const message: unknown = JSON.parse(payload.toString())
    if (channel === 'state') this.states.push(message as GatewayState)
    if (channel === 'waveforms') this.waveforms.push(message as WaveformMessage)
    if (channel === 'health') this.healths.push(message as GatewayHealth)
    if (channel !== 'readings' && channel !== 'backlog') return
    const batch = message as Batch
    this.bytes.set(`${channel}/${batch.epoch}:${batch.seq}`, payload)
    ;(channel === 'readings' ? this.live : this.backlog).push(batch)
    if (!this.isConfirming) return
    this.confirmed.set(`${batch.epoch}:${batch.seq}`, batch)
    this.confirm({ epoch: batch.epoch, seqs: [[batch.seq, batch.seq]], credit: 8, time: batch.sent })
  }
}

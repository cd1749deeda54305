import { once } from 'node:events'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { Aedes } from 'aedes'
import type { Batch, Confirm } from '../../contracts/wire.ts'

/** A broker that confirms every batch as a server does, keeps none and counts what is in them. */
export class ConfirmingBroker implements AsyncDisposable {
  readings = 0
  good = 0
  readonly #aedes: Aedes
  readonly #server: Server

  private constructor(aedes: Aedes) {
    this.#aedes = aedes
    this.#server = createServer({ noDelay: true }, aedes.handle)
    aedes.on('publish', ({ topic, payload }) => this.#note(topic, payload))
  }

  static async start(): Promise<ConfirmingBroker> {
    const broker = new ConfirmingBroker(await Aedes.createBroker())
    broker.#server.listen(0, '127.0.0.1')
    await once(broker.#server, 'listening')
    return broker
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  #note(topic: string, payload: string | Buffer): void {
    const channel = /^(.*\/gateways\/[^/]+)\/(?:readings|backlog)$/.exec(topic)?.[1]
    if (channel === undefined) return
    const { epoch, seq, sent, readings } = JSON.parse(payload.toString()) as Batch
    this.readings += readings.length
    this.good += readings.filter(({ quality = 'good' }) => quality === 'good').length
    const confirm: Confirm = { epoch, seqs: [[seq, seq]], credit: 8, time: sent }
    this.#aedes.publish(
      {
        cmd: 'publish',
        topic: `${channel}/confirm`,
        payload: Buffer.from(JSON.stringify(confirm)),
        qos: 1,
        retain: false,
        dup: false,
      },
      () => undefined,
    )
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await new Promise<void>((resolve) => this.#aedes.close(() => resolve()))
    await new Promise((resolve) => this.#server.close(resolve))
  }
}

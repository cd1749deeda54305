import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import modbus from 'modbus-serial'
import { post, webhookMessage } from './webhook-message.ts'

const Client = modbus.default

/** Gateway, broker and server of a plant, as a watchdog sees them from outside. Its faults are switched by hand. */
export class FakePlant implements AsyncDisposable {
  readonly #device: number
  readonly #listen: number
  readonly #secret: string | undefined
  readonly #http: Server
  /** Raw values as they were read, without repetitions. */
  readonly values: number[] = []
  /** Status of each message, in order. */
  readonly answers: number[] = []
  isTelling = true
  /** How often each message is sent. */
  copies = 1
  #client: InstanceType<typeof Client> | undefined
  #occurrence = 0
  #isActive = false
  #isEnded = false
  #polling: Promise<void> | undefined

  private constructor(ports: { device: number; listen: number }, secret: string | undefined) {
    this.#device = ports.device
    this.#listen = ports.listen
    this.#secret = secret
    this.#http = createServer((_request, response) => response.end('{"status":"ok"}'))
  }

  static async start(
    ports: { device: number; listen: number; server: number },
    secret?: string,
  ): Promise<FakePlant> {
    const plant = new FakePlant(ports, secret)
    await new Promise<void>((resolve) => plant.#http.listen(ports.server, '127.0.0.1', resolve))
    plant.#polling = plant.#poll()
    return plant
  }

  get port(): number {
    return (this.#http.address() as AddressInfo).port
  }

  async #poll(): Promise<void> {
    while (!this.#isEnded) {
      await new Promise((resolve) => setTimeout(resolve, 50))
      try {
        await this.#read()
      } catch {
        this.#client?.close(() => undefined)
        this.#client = undefined
      }
    }
  }

  async #read(): Promise<void> {
    if (this.#client === undefined) {
      const client = new Client()
      await client.connectTCP('127.0.0.1', { port: this.#device })
      client.setID(7)
      client.setTimeout(500)
      this.#client = client
    }
    const [raw = 0] = (await this.#client.readHoldingRegisters(3, 1)).data
    if (raw !== this.values.at(-1)) this.values.push(raw)
    const isBeyond = raw * 0.1 >= 50
    if (isBeyond === this.#isActive) return
    this.#isActive = isBeyond
    if (isBeyond) this.#occurrence += 1
    if (!this.isTelling) return
    const body = webhookMessage({
      occurrence: `WD-1.H#${this.#occurrence}`,
      cause: isBeyond ? 'raised' : 'returned',
      value: raw * 0.1,
    })
    for (let copy = 0; copy < this.copies; copy++)
      this.answers.push((await post(`http://127.0.0.1:${this.#listen}/`, body, this.#secret)).status)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isEnded = true
    await this.#polling
    this.#client?.close(() => undefined)
    this.#http.closeAllConnections()
    await new Promise((resolve) => this.#http.close(resolve))
  }
}

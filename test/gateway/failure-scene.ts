import { join } from 'node:path'
import { expect } from 'vitest'
import { systemClock } from '../../contracts/clock.ts'
import { parseFacility } from '../../contracts/facility-load.ts'
import { type Logger, silentLogger } from '../../contracts/logger.ts'
import type { Batch, Gap } from '../../contracts/wire.ts'
import { EdgeGateway, type EdgeGatewayOptions } from '../../gateway/edge-gateway.ts'
import { isWithin } from '../../gateway/outbox/seq-ranges.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { ModbusPeer } from './modbus-peer.ts'
import { TestDisk } from './outbox/scene.ts'
import { TestBroker } from './test-broker.ts'

let epochs = 0

/**
 * A gateway with one sensor whose every answer is another number, so that it can be told at the end what became
 * of each. Its outbox is on the disk, in this thread.
 */
export class FailureScene implements AsyncDisposable {
  readonly folder = temporaryFolder()
  readonly path = join(this.folder, 'gw-1.db')
  readonly broker = new TestBroker()
  readonly peer = new ModbusPeer()
  readonly log: { level: string; fields: Record<string, unknown>; message: string }[] = []
  disk = new TestDisk()
  gateway: EdgeGateway | undefined
  /** Answers that the device has given: 1, 2, 3 ... */
  answers = 0

  static async begin(): Promise<FailureScene> {
    const scene = new FailureScene()
    await Promise.all([scene.peer.listen(), scene.broker.listen()])
    scene.peer.behave = (request) => {
      scene.answers += 1
      scene.peer.set({ unit: 1, code: 3, address: 0 }, scene.answers)
      return scene.peer.answer(request)
    }
    return scene
  }

  /** The file of its plant; `outbox` more of its outbox. */
  plantText(outbox = '', port = this.broker.port): string {
    return `
facility: { id: plant }
mqtt: { url: "mqtt://127.0.0.1:${port}" }
gateways:
  - id: gw-1
    heartbeat: 200ms
    outbox: { path: ${JSON.stringify(this.path)}${outbox} }
    buses:
      - id: plc
        driver: modbus-tcp
        host: 127.0.0.1
        port: ${this.peer.port}
        timeout: 5s
        devices:
          - id: panel
            poll: 50ms
            sensors:
              - { id: N-1, kind: other, unit: "1", register: { address: 0, type: uint16 } }
`
  }

  async start(given: Partial<EdgeGatewayOptions> & { outbox?: string } = {}): Promise<EdgeGateway> {
    this.disk = new TestDisk()
    const { outbox, ...options } = given
    const note = (level: string) => (fields: object, message: string) =>
      void this.log.push({ level, fields: fields as Record<string, unknown>, message })
    const logger: Logger = {
      ...silentLogger,
      info: note('info'),
      warn: note('warn'),
      error: note('error'),
      child: () => logger,
    }
    this.gateway = new EdgeGateway({
      facility: parseFacility(this.plantText(outbox), 'plant.yaml'),
      gateway: 'gw-1',
      clock: systemClock,
      random: () => 0,
      randomId: () => {
        epochs += 1
        return `id-${epochs}`
      },
      logger,
      startDisk: this.disk.start,
      ...options,
    })
    await this.gateway.start()
    return this.gateway
  }

  async stop(): Promise<void> {
    await this.gateway?.stop()
    this.gateway = undefined
  }

  /** Numbers of the device that the server has, or that were only heard while it was away. */
  numbers(from: Iterable<Batch> = this.broker.confirmed.values()): Set<number> {
    return new Set([...from].flatMap(({ readings }) => readings.flatMap(({ value }) => value ?? [])))
  }

  /** Losses that the server was told: each entry once, and what is `restart` but came all the same not at all. */
  get lost(): Gap[] {
    const { confirmed } = this.broker
    const entries = new Map<string, Gap>()
    for (const { gaps = [] } of confirmed.values()) {
      for (const gap of gaps) {
        const id = `${gap.epoch} ${gap.reason} ${gap.seqs[0]?.[0]}`
        // An entry never changes once it was told.
        expect(entries.get(id) ?? gap).toEqual(gap)
        entries.set(id, gap)
      }
    }
    return [...entries.values()].filter(
      ({ epoch, reason, seqs }) => reason !== 'restart' || !confirmed.has(`${epoch}:${seqs[0]?.[0]}`),
    )
  }

  /** Batches that were told as lost and that the server has all the same. */
  get lostAndConfirmed(): string[] {
    const { lost } = this
    return [...this.broker.confirmed.values()].flatMap(({ epoch, seq }) =>
      lost.some((gap) => gap.epoch === epoch && isWithin(gap.seqs, seq)) ? `${epoch}:${seq}` : [],
    )
  }

  get lostCount(): number {
    return this.lost.reduce((sum, { count }) => sum + count, 0)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.disk.wake()
    await this.stop()
    await Promise.all([this.peer.close(), this.broker.close()])
  }
}

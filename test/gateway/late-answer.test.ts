import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { systemClock } from '../../contracts/clock.ts'
import type { Device } from '../../contracts/facility.ts'
import { silentLogger } from '../../contracts/logger.ts'
import { DialInListeners } from '../../gateway/drivers/dial-in.ts'
import { createDriver } from '../../gateway/drivers/registry.ts'
import { Bus, type BusSink } from '../../gateway/polling/bus.ts'
import { DiscardTally } from '../../gateway/polling/discard-tally.ts'
import { bus } from './plant.ts'
import { deviceAt } from './virtual-bus.ts'

const TIMEOUT_MS = 40
/** Longer than the 40 ms for which Nagle's algorithm holds an answer back. */
const LATENESS_MS = 80

/** Table-less CRC-16 of the tests' own. */
function withCrc(bytes: readonly number[]): Buffer {
  let crc = 0xffff
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >> 1) ^ 0xa001 : crc >> 1
  }
  return Buffer.from([...bytes, crc & 0xff, crc >> 8])
}

/** An RTU line behind a converter that holds everything back while it stalls, and lets it all go then. */
class StallingLine {
  readonly server = createServer((socket) => this.#serve(socket))
  #stalledUntil = 0

  async listen(): Promise<number> {
    this.server.listen(0, '127.0.0.1')
    await once(this.server, 'listening')
    return (this.server.address() as AddressInfo).port
  }

  stall(ms: number): void {
    this.#stalledUntil = performance.now() + ms
  }

  /** Each register holds its own address, so that a value says where it was read. */
  #serve(socket: Socket): void {
    socket.on('error', () => undefined)
    socket.on('data', (chunk) => {
      for (let at = 0; at + 8 <= chunk.length; at += 8) {
        const [unit = 0, code = 0, high = 0, low = 0] = chunk.subarray(at)
        const answer = withCrc([unit, code, 2, high, low])
        setTimeout(() => socket.write(answer), Math.max(1, this.#stalledUntil - performance.now()))
      }
    })
  }
}

/** Every value that was told as read, as `asked for / found`. */
class Values implements BusSink {
  readonly found: [asked: number, value: number | undefined][] = []

  onBlock(...[, block, outcome]: Parameters<BusSink['onBlock']>): void {
    if (outcome.ok && outcome.data.kind === 'words') this.found.push([block.address, outcome.data.words[0]])
  }

  onPollEnd(): void {}

  onLost(_device: Device): void {}
}

describe('answers without a number', () => {
  const line = new StallingLine()
  let running: Bus | undefined
  afterEach(async () => {
    await running?.stop()
    line.server.close()
  })

  it('are never taken for those of another register, however long the line stalls', async () => {
    const config = bus({
      driver: 'modbus-rtu-over-tcp',
      transport: { kind: 'tcp', host: '127.0.0.1', port: await line.listen() },
      timeoutMs: TIMEOUT_MS,
      latenessMs: LATENESS_MS,
      devices: [
        deviceAt([100, 200, 300], { id: 'a', unitId: 1, pollMs: 30 }),
        deviceAt([400, 500], { id: 'b', unitId: 2, pollMs: 30 }),
      ],
    })
    const discards = new DiscardTally()
    const values = new Values()
    const dialIn = new DialInListeners({ logger: silentLogger })
    const driver = createDriver(config, { counter: discards, clock: systemClock, dialIn })
    running = new Bus({
      bus: config,
      driver,
      discards,
      sink: values,
      clock: systemClock,
      random: () => 0,
      logger: silentLogger,
    })
    running.start()
    for (const ms of [60, 90, 130, 170, 210, 300]) {
      // Enough answers for the silence to be excused: the unit is asked on in the same poll.
      const before = values.found.length
      await vi.waitFor(() => expect(values.found.length).toBeGreaterThan(before + 60))
      line.stall(ms)
      await sleep(ms)
    }
    await sleep(200)
    expect(values.found.filter(([asked, value]) => value !== asked)).toEqual([])
    expect(discards.snapshot()).toMatchObject({ late: expect.any(Number) })
  })
})

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { systemClock } from '../../../contracts/clock.ts'
import { silentLogger } from '../../../contracts/logger.ts'
import { DialInListeners } from '../../../gateway/drivers/dial-in.ts'
import { failureName } from '../../../gateway/drivers/driver.ts'
import { createDriver } from '../../../gateway/drivers/registry.ts'
import { RingSource } from '../../../gateway/seismic/ring-source.ts'
import type { SampleBlock } from '../../../gateway/seismic/sample-block.ts'
import { exception, ModbusPeer } from '../modbus-peer.ts'
import { quakeParts } from './quake-plant.ts'

const SOON = { interval: 10 }
const HOLDING = { unit: 1, code: 3 }
const CAPACITY = 400

describe('an instrument with a ring of registers', () => {
  let peer: ModbusPeer
  let source: RingSource
  let blocks: SampleBlock[]
  let losses: string[]
  let lost: string[]
  let failures: string[]
  let written: number

  const set = (address: number, value: number) => peer.set({ ...HOLDING, address }, value & 0xffff)
  /** Sample number k has the counts k, -k and 7. */
  const write = (samples: number) => {
    for (let n = 0; n < samples; n += 1) {
      const slot = 100 + (written % CAPACITY) * 3
      set(slot, written)
      set(slot + 1, -written)
      set(slot + 2, 7)
      written += 1
    }
    const time = 1_795_910_400_000 + (written - 1) * 10
    const seconds = Math.floor(time / 1_000)
    const micros = (time % 1_000) * 1_000
    const head = [written >> 16, written, seconds >>> 16, seconds, micros >> 16, micros, 100, CAPACITY, 1]
    for (const [at, word] of head.entries()) set(at, word)
  }
  const counts = (channel: 0 | 1 | 2) => blocks.flatMap(({ channels }) => Array.from(channels[channel]))
  const isReading = () => vi.waitFor(() => expect(peer.requests.length).toBeGreaterThan(0), SOON)

  beforeEach(async () => {
    peer = new ModbusPeer()
    await peer.listen()
    blocks = []
    losses = []
    lost = []
    failures = []
    written = 0
    write(50)
    const { bus } = quakeParts({ bus: { protocol: 'registers', timeout: '200ms' } })
    const drivers = {
      counter: { discard: () => undefined },
      clock: systemClock,
      dialIn: new DialInListeners({ logger: silentLogger }),
      address: { host: '127.0.0.1', port: peer.port },
    }
    source = new RingSource({
      bus,
      driver: createDriver(bus, drivers),
      sink: {
        onBlock: (_, block) => blocks.push(block),
        onLoss: (_, kind, count) => losses.push(`${kind} ${count}`),
        onLost: (device) => lost.push(device),
      },
      onFailure: (_, { failed }) => failures.push(failureName(failed)),
      clock: systemClock,
      random: () => 0,
      logger: silentLogger,
    })
    source.start()
  })

  afterEach(async () => {
    await source.stop()
    await peer.close()
  })

  it('reads what is new, each sample once, dated by the head', async () => {
    await isReading()
    await new Promise((resolve) => setTimeout(resolve, 50))
    for (let n = 0; n < 6; n += 1) {
      write(60)
      const until = written
      await vi.waitFor(() => expect(counts(0).at(-1)).toBe(until - 1), SOON)
    }
    expect(counts(0)).toEqual(Array.from({ length: 360 }, (_, n) => 50 + n))
    expect(counts(1)).toEqual(counts(0).map((count) => -count))
    expect(blocks[0]).toMatchObject({ time: 1_795_910_400_500, rate: 100, flags: { isTimed: true } })
    expect(losses).toEqual([])
    for (const { count } of peer.requests) expect(count).toBeLessThanOrEqual(123)
  })

  it('keeps its place over an exception and a lost connection', async () => {
    await isReading()
    await new Promise((resolve) => setTimeout(resolve, 50))
    let refusals = 3
    peer.behave = (request) => {
      refusals -= 1
      return refusals >= 0 ? exception(request, 4) : peer.answer(request)
    }
    write(30)
    await vi.waitFor(() => expect(counts(0)).toHaveLength(30), SOON)
    expect(failures).toEqual(['exception-4', 'exception-4', 'exception-4'])
    await peer.close()
    write(30)
    await peer.listen()
    await vi.waitFor(() => expect(counts(0)).toEqual(Array.from({ length: 60 }, (_, n) => 50 + n)), SOON)
    expect(losses).toEqual([])
  })

  it('tells once that nobody answers, and goes on when somebody does', async () => {
    await isReading()
    peer.behave = () => undefined
    await vi.waitFor(() => expect(lost).toEqual(['SG-1']), SOON)
    expect(failures[0]).toBe('timeout')
    peer.behave = (request) => peer.answer(request)
    write(10)
    await vi.waitFor(() => expect(counts(0).length).toBeGreaterThan(0), { interval: 20 })
    expect(lost).toEqual(['SG-1'])
  })
})

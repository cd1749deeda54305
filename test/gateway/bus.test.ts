import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { systemClock } from '../../contracts/clock.ts'
import type { Bus as BusConfig, Device } from '../../contracts/facility.ts'
import { silentLogger } from '../../contracts/logger.ts'
import { Bus, type BusSink } from '../../gateway/bus.ts'
import { failureName } from '../../gateway/drivers/driver.ts'
import { createDriver } from '../../gateway/drivers/registry.ts'
import { exception, ModbusPeer, type PeerRequest } from './modbus-peer.ts'
import { register, sensor } from './plant.ts'

const POLL_MS = 40
const TIMEOUT_MS = 50

/** Writes down what a bus tells, as `device/address ok` or `device/address timeout`. */
class Notebook implements BusSink {
  readonly lines: string[] = []
  readonly ends: string[] = []

  onBlock(...[device, block, outcome]: Parameters<BusSink['onBlock']>): void {
    this.lines.push(`${device.id}/${block.address} ${outcome.ok ? 'ok' : failureName(outcome.failed)}`)
  }

  onPollEnd(device: Device, answered: boolean): void {
    this.ends.push(`${device.id} ${answered ? 'answered' : 'silent'}`)
  }

  count(line: string): number {
    return this.lines.filter((each) => each === line).length
  }
}

function device(id: string, unitId: number, addresses: number[]): Device {
  const sensors = addresses.map((address) =>
    sensor({ id: `${id}-${address}`, register: register({ address }) }),
  )
  return { id, name: id, unitId, pollMs: POLL_MS, maxGap: 0, maxRegisters: 125, sensors }
}

describe('Bus', () => {
  let peer: ModbusPeer
  let bus: Bus
  let notes: Notebook

  function start(devices: Device[], port = peer.port): void {
    const config: BusConfig = {
      id: 'plc',
      driver: 'modbus-tcp',
      host: '127.0.0.1',
      port,
      timeoutMs: TIMEOUT_MS,
      devices,
    }
    notes = new Notebook()
    bus = new Bus({
      bus: config,
      driver: createDriver(config),
      sink: notes,
      clock: systemClock,
      random: () => 0,
      logger: silentLogger,
    })
    bus.start()
  }

  beforeEach(async () => {
    peer = new ModbusPeer()
    await peer.listen()
  })

  afterEach(async () => {
    await bus.stop()
    await peer.close()
  })

  it('polls every device at its rate, without drift and with one request in flight', async () => {
    let inFlight = 0
    let most = 0
    peer.behave = (request, socket) => {
      inFlight += 1
      most = Math.max(most, inFlight)
      setTimeout(() => {
        inFlight -= 1
        socket.write(peer.answer(request))
      }, 5)
      return undefined
    }
    const before = performance.now()
    start([device('a', 1, [0, 10]), device('b', 2, [0])])
    await vi.waitFor(() => expect(notes.count('a/0 ok')).toBe(15), { timeout: 3_000, interval: 5 })
    expect(performance.now() - before).toBeGreaterThan(14 * POLL_MS - 5)
    expect(performance.now() - before).toBeLessThan(17 * POLL_MS)
    expect(most).toBe(1)
    expect(Math.abs(notes.count('b/0 ok') - 15)).toBeLessThanOrEqual(1)
    expect(notes.ends).not.toContain('a silent')
    expect(bus.health()).toEqual({ connected: true, reconnects: 0 })
    expect(bus.deviceHealth().a).toMatchObject({ online: true, errors: {}, overruns: 0 })
  })

  it('keeps a healthy device on its schedule beside a dead one, which it asks ever less often', async () => {
    peer.behave = (request) => (request.unit === 1 ? undefined : peer.answer(request))
    start([device('dead', 1, [0, 10, 20]), device('well', 2, [0])])
    await vi.waitFor(() => expect(notes.count('well/0 ok')).toBeGreaterThan(24), {
      timeout: 4_000,
      interval: 10,
    })
    const asked = peer.requests.filter((request) => request.unit === 1).length
    // Three blocks in the first poll, then one probe each: 2 at full pace, then every 2nd, 4th, 8th.
    expect(asked).toBeLessThanOrEqual(9)
    expect(notes.lines.filter((line) => line.startsWith('well') && line !== 'well/0 ok')).toEqual([])
    expect(notes.ends.filter((end) => end.startsWith('dead')).every((end) => end === 'dead silent')).toBe(
      true,
    )
    expect(bus.deviceHealth().dead).toMatchObject({ online: false, errors: { timeout: asked } })
  })

  it('is back at full pace with the first answer', async () => {
    peer.behave = () => undefined
    start([device('a', 1, [0, 10])])
    await vi.waitFor(() => expect(notes.ends.length).toBeGreaterThan(2), { timeout: 2_000, interval: 5 })
    expect(notes.lines.every((line) => line.endsWith(' timeout'))).toBe(true)
    peer.behave = (request) => peer.answer(request)
    await vi.waitFor(() => expect(notes.count('a/10 ok')).toBeGreaterThan(3), { timeout: 2_000, interval: 5 })
    expect(notes.ends.at(-1)).toBe('a answered')
  })

  it('finds a device again whose first block it never answers', async () => {
    peer.behave = () => undefined
    start([device('a', 1, [0, 10])])
    await vi.waitFor(() => expect(notes.ends.length).toBeGreaterThan(1), { timeout: 2_000, interval: 5 })
    peer.behave = (request) => (request.address === 0 ? undefined : peer.answer(request))
    await vi.waitFor(() => expect(notes.count('a/10 ok')).toBeGreaterThan(2), { timeout: 3_000, interval: 5 })
  })

  it('does not let one refused block cost the device its others', async () => {
    peer.behave = (request) => (request.address === 0 ? exception(request, 2) : peer.answer(request))
    start([device('a', 1, [0, 10])])
    await vi.waitFor(() => expect(notes.count('a/10 ok')).toBeGreaterThan(2), { timeout: 2_000, interval: 5 })
    expect(notes.count('a/0 exception-2')).toBeGreaterThan(2)
    expect(notes.ends).not.toContain('a silent')
  })

  it.each([10, 11])('takes exception %d of a gateway for the silence of the device', async (code) => {
    peer.behave = (request) => exception(request, code)
    start([device('a', 1, [0])])
    await vi.waitFor(() => expect(notes.ends.length).toBeGreaterThan(1), { timeout: 2_000, interval: 5 })
    expect(notes.ends).not.toContain('a answered')
    expect(peer.connections).toBe(1)
  })

  it('tells comm-lost at every poll while the connection is down, and comes back by itself', async () => {
    start([device('a', 1, [0, 10])])
    await vi.waitFor(() => expect(notes.count('a/10 ok')).toBeGreaterThan(1), { timeout: 2_000, interval: 5 })
    await peer.close()
    await vi.waitFor(() => expect(notes.count('a/10 not-connected')).toBeGreaterThan(1), {
      timeout: 2_000,
      interval: 5,
    })
    expect(notes.ends.at(-1)).toBe('a silent')
    expect(bus.health().connected).toBe(false)
    const answers = notes.count('a/0 ok')
    await peer.listen()
    await vi.waitFor(() => expect(notes.count('a/0 ok')).toBeGreaterThan(answers), {
      timeout: 3_000,
      interval: 5,
    })
    expect(bus.health()).toEqual({ connected: true, reconnects: 1 })
  })

  it('replaces a connection that answers nothing but garbage', async () => {
    let isMad = true
    peer.behave = (request: PeerRequest) => (isMad ? Buffer.from('garbage!') : peer.answer(request))
    start([device('a', 1, [0])])
    await vi.waitFor(() => expect(notes.count('a/0 timeout')).toBe(3), { timeout: 2_000, interval: 5 })
    isMad = false
    await vi.waitFor(() => expect(notes.count('a/0 ok')).toBeGreaterThan(0), { timeout: 2_000, interval: 5 })
    expect(peer.connections).toBeGreaterThan(1)
    expect(notes.count('a/0 not-connected')).toBe(0)
  })

  it('reads all of a device that closes the connection after every answer', async () => {
    peer.behave = (request, socket) => void socket.end(peer.answer(request))
    start([device('a', 1, [0, 10]), device('b', 2, [0])])
    await vi.waitFor(() => expect(notes.count('a/10 ok')).toBeGreaterThan(4), { timeout: 2_000, interval: 5 })
    expect(notes.lines.filter((line) => !line.endsWith(' ok'))).toEqual([])
  })

  it('loses nothing of a device whose neighbour makes the line close', async () => {
    peer.behave = (request, socket) => (request.unit === 1 ? peer.answer(request) : void socket.destroy())
    start([device('a', 1, [0, 10]), device('b', 2, [0])])
    await vi.waitFor(() => expect(notes.count('b/0 not-connected')).toBeGreaterThan(4), {
      timeout: 2_000,
      interval: 5,
    })
    expect(notes.lines.filter((line) => line.startsWith('a') && !line.endsWith(' ok'))).toEqual([])
    expect(notes.count('a/10 ok')).toBeGreaterThan(3)
  })

  it('pauses before it tries again where connections are closed unasked', async () => {
    const server = createServer((socket) => socket.destroy())
    let connections = 0
    server.on('connection', () => {
      connections += 1
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    start([device('a', 1, [0])], port)
    await vi.waitFor(() => expect(notes.count('a/0 not-connected')).toBeGreaterThan(3), {
      timeout: 2_000,
      interval: 5,
    })
    // Two at once, then one after 250 ms or more.
    expect(connections).toBeLessThanOrEqual(3)
    server.close()
  })

  it('leaks no socket, timer or listener over hundreds of connections', async () => {
    peer.behave = (request, socket) => void socket.end(peer.answer(request))
    const warnings: string[] = []
    const onWarning = (warning: Error) => warnings.push(warning.message)
    process.on('warning', onWarning)
    start([device('a', 1, [0, 10, 20, 30, 40, 50, 60, 70, 80, 90])])
    await vi.waitFor(() => expect(peer.connections).toBeGreaterThan(20), { timeout: 2_000, interval: 5 })
    const before = process.getActiveResourcesInfo().length
    await vi.waitFor(() => expect(peer.connections).toBeGreaterThan(300), { timeout: 5_000, interval: 5 })
    expect(process.getActiveResourcesInfo().length).toBeLessThan(before + 10)
    process.off('warning', onWarning)
    expect(warnings).toEqual([])
  })

  it('counts a poll that is overrun, and skips it', async () => {
    peer.behave = (request, socket) => {
      setTimeout(() => socket.write(peer.answer(request)), 30)
      return undefined
    }
    start([device('slow', 1, [0, 10, 20])])
    await vi.waitFor(() => expect(notes.ends.length).toBeGreaterThan(2), { timeout: 2_000, interval: 5 })
    const { overruns = 0 } = bus.deviceHealth().slow ?? {}
    expect(overruns).toBeGreaterThanOrEqual(2 * (notes.ends.length - 1))
  })

  it('stops at once, whatever it is waiting for', async () => {
    peer.behave = () => undefined
    start([device('a', 1, [0])])
    await vi.waitFor(() => expect(peer.requests.length).toBe(1), { timeout: 2_000, interval: 5 })
    const before = performance.now()
    await bus.stop()
    expect(performance.now() - before).toBeLessThan(40)
    expect(notes.lines).toEqual([])
  })
})

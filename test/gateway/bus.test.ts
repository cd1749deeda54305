import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { systemClock } from '../../contracts/clock.ts'
import type { Device } from '../../contracts/facility.ts'
import { silentLogger } from '../../contracts/logger.ts'
import { DialInListeners } from '../../gateway/drivers/dial-in.ts'
import { createDriver } from '../../gateway/drivers/registry.ts'
import { Bus } from '../../gateway/polling/bus.ts'
import { DiscardTally } from '../../gateway/polling/discard-tally.ts'
import { exception, ModbusPeer, type PeerRequest } from './modbus-peer.ts'
import { Notebook } from './notebook.ts'
import { bus as plantBus } from './plant.ts'
import { deviceAt } from './virtual-bus.ts'

const POLL_MS = 40
const TIMEOUT_MS = 50
/** For tests in which every request is answered: no machine is so busy that it makes a silence of that. */
const PATIENT = { timeoutMs: 10_000 }
const SOON = { interval: 5 }

function device(id: string, unitId: number, addresses: number[], given: Partial<Device> = {}): Device {
  return deviceAt(addresses, { id, unitId, pollMs: POLL_MS, ...given })
}

describe('Bus', () => {
  let peer: ModbusPeer
  let bus: Bus
  let notes: Notebook

  function start(devices: Device[], { port = peer.port, timeoutMs = TIMEOUT_MS } = {}): void {
    const config = plantBus({
      transport: { kind: 'tcp', host: '127.0.0.1', port },
      timeoutMs,
      latenessMs: timeoutMs,
      devices,
    })
    const discards = new DiscardTally()
    const surroundings = { clock: systemClock, logger: silentLogger }
    const dialIn = new DialInListeners(surroundings)
    notes = new Notebook()
    bus = new Bus({
      ...surroundings,
      bus: config,
      driver: createDriver(config, { ...surroundings, counter: discards, dialIn }),
      discards,
      sink: notes,
      random: () => 0,
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

  it('polls every device, no oftener than its rate, with one request in flight', async () => {
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
    start([device('a', 1, [0, 10]), device('b', 2, [0])], PATIENT)
    // That nothing drifts is seen in virtual time: a busy machine leaves polls out.
    await vi.waitFor(() => expect(notes.count('a/0 ok')).toBeGreaterThanOrEqual(15), SOON)
    const polls = notes.count('a/0 ok')
    expect(performance.now() - before).toBeGreaterThan((polls - 1) * POLL_MS - 5)
    expect(most).toBe(1)
    expect(notes.count('b/0 ok')).toBeGreaterThan(0)
    expect(notes.ends).not.toContain('a silent')
    const line = bus.health()
    expect(line).toMatchObject({ connected: true, reconnects: 0, discarded: {} })
    const health = bus.deviceHealth().a
    expect(health).toMatchObject({ online: true, errors: {}, retries: 0, isolated: false })
    expect(health?.cycleMs).toBeGreaterThan(9)
    expect(health?.roundTrips?.counts.reduce((sum, each) => sum + each, 0)).toBe(health?.requests)
  })

  it('keeps a healthy device on its schedule beside a dead one (neuron#1602, OpenEMS#6)', async () => {
    peer.behave = (request) => (request.unit === 1 ? undefined : peer.answer(request))
    start([device('dead', 1, [0, 10, 20]), device('well', 2, [0])])
    await vi.waitFor(() => expect(notes.count('well/0 ok')).toBeGreaterThan(24), SOON)
    const asked = peer.requests.filter((request) => request.unit === 1).length
    // The first poll, what a new line has to spare, and one in 20 timeouts of the second that passed.
    expect(asked).toBeLessThanOrEqual(4)
    expect(notes.of('well').every((line) => line === 'well/0 ok')).toBe(true)
    // One silence is enough for all of its blocks; then it waits, and is lost.
    expect(notes.of('dead').slice(0, 3)).toEqual(['dead/0 timeout', 'dead/10 timeout', 'dead/20 timeout'])
    expect(notes.count('dead lost')).toBe(1)
    expect(notes.ends.filter((end) => end.startsWith('dead')).every((end) => end === 'dead silent')).toBe(
      true,
    )
    expect(bus.deviceHealth().dead).toMatchObject({
      online: false,
      isolated: true,
      errors: { timeout: asked },
    })
    expect(bus.deviceHealth().well).toMatchObject({ online: true, isolated: false, errors: {} })
  })

  it('is never online before it was read (node-red-contrib-modbus#369)', async () => {
    peer.behave = () => undefined
    start([device('a', 1, [0])])
    await vi.waitFor(() => expect(peer.requests.length).toBe(1), SOON)
    expect(bus.health().connected).toBe(true)
    expect(bus.deviceHealth().a).toMatchObject({ online: false })
  })

  it('is back at full pace with the first answer', async () => {
    peer.behave = () => undefined
    start([device('a', 1, [0, 10])])
    await vi.waitFor(() => expect(notes.count('a lost')).toBe(1), SOON)
    expect(notes.lines.filter((line) => !line.endsWith(' timeout'))).toEqual(['a lost'])
    peer.behave = (request) => peer.answer(request)
    await vi.waitFor(() => expect(notes.count('a/10 ok')).toBeGreaterThan(3), SOON)
    expect(notes.ends.at(-1)).toBe('a answered')
    expect(notes.count('a lost')).toBe(1)
    expect(bus.deviceHealth().a).toMatchObject({ online: true, isolated: false })
  })

  it('finds a device again whose first block it never answers', async () => {
    peer.behave = () => undefined
    start([device('a', 1, [0, 10])])
    await vi.waitFor(() => expect(notes.ends.length).toBeGreaterThan(1), SOON)
    peer.behave = (request) => (request.address === 0 ? undefined : peer.answer(request))
    await vi.waitFor(() => expect(notes.count('a/10 ok')).toBeGreaterThan(2), { interval: 5 })
  })

  it('loses one value to one bad register, and nothing else (telegraf#16873)', async () => {
    const isBad = ({ address, count }: PeerRequest) => address <= 12 && address + count > 12
    peer.behave = (request) => (isBad(request) ? exception(request, 2) : peer.answer(request))
    start([device('a', 1, [10, 11, 12, 13, 14], { maxGap: 8 })], PATIENT)
    await vi.waitFor(() => expect(notes.count('a/13 ok')).toBeGreaterThan(3), SOON)
    expect(
      notes.lines.filter((line) => line.endsWith('exception-2')).every((line) => line.startsWith('a/12')),
    ).toBe(true)
    expect(bus.deviceHealth().a?.refused).toEqual(['holding 12'])
    expect(notes.ends).not.toContain('a silent')
    // Once it is known, the others are read in two requests a poll.
    const before = peer.requests.length
    const polls = notes.ends.length
    await vi.waitFor(() => expect(notes.ends.length).toBe(polls + 3), SOON)
    expect(peer.requests.length - before).toBeLessThanOrEqual(8)
  })

  it.each([10, 11])('takes exception %d of a gateway for the silence of the device', async (code) => {
    peer.behave = (request) => exception(request, code)
    start([device('a', 1, [0])], PATIENT)
    await vi.waitFor(() => expect(notes.ends.length).toBeGreaterThan(1), SOON)
    expect(notes.ends).not.toContain('a answered')
    expect(peer.connections).toBe(1)
  })

  it('tells of the loss at once, and comes back by itself (PLC power-cycle, thingsboard-gateway#1592)', async () => {
    // Polled so seldom that the loss falls between polls.
    start([device('a', 1, [0, 10]), device('slow', 2, [0], { pollMs: 60_000 })], PATIENT)
    await vi.waitFor(() => expect(notes.count('slow/0 ok')).toBe(1), SOON)
    await peer.close()
    await vi.waitFor(() => expect(notes.count('slow lost')).toBe(1), SOON)
    await vi.waitFor(() => expect(notes.count('a/10 not-connected')).toBeGreaterThan(1), SOON)
    expect(notes.count('a lost')).toBe(1)
    expect(notes.ends.at(-1)).toBe('a silent')
    expect(bus.health().connected).toBe(false)
    expect(bus.deviceHealth()).toMatchObject({ a: { online: false }, slow: { online: false } })
    const answers = notes.count('a/0 ok')
    await peer.listen()
    await vi.waitFor(() => expect(notes.count('a/10 ok')).toBeGreaterThan(answers), SOON)
    expect(bus.health()).toMatchObject({ connected: true, reconnects: 1 })
    expect(notes.count('a lost')).toBe(1)
  })

  it('replaces a connection that answers garbage', async () => {
    let isMad = true
    peer.behave = (request: PeerRequest) => (isMad ? Buffer.from('garbage!') : peer.answer(request))
    start([device('a', 1, [0])], PATIENT)
    await vi.waitFor(() => expect(notes.count('a/0 bad-reply')).toBeGreaterThan(0), SOON)
    isMad = false
    await vi.waitFor(() => expect(notes.count('a/0 ok')).toBeGreaterThan(0), SOON)
    expect(peer.connections).toBeGreaterThan(1)
    expect(notes.lines.filter((line) => line.endsWith(' ok')).length).toBe(notes.count('a/0 ok'))
  })

  it('reads all of a device that closes the connection after every answer', async () => {
    peer.behave = (request, socket) => void socket.end(peer.answer(request))
    start([device('a', 1, [0, 10]), device('b', 2, [0])], PATIENT)
    await vi.waitFor(() => expect(notes.count('a/10 ok')).toBeGreaterThan(4), SOON)
    expect(notes.lines.filter((line) => !line.endsWith(' ok'))).toEqual([])
  })

  it.each([
    ['after', false],
    ['before', true],
  ])(
    'loses nothing of a device whose neighbour %s it makes the line close (node-red-contrib-modbus#288, #409)',
    async (_, isBefore) => {
      peer.behave = (request, socket) => (request.unit === 1 ? peer.answer(request) : void socket.destroy())
      const devices = [device('a', 1, [0, 10]), device('b', 2, [0])]
      start(isBefore ? devices.toReversed() : devices, PATIENT)
      await vi.waitFor(() => expect(notes.count('b lost')).toBe(1), SOON)
      await vi.waitFor(() => expect(notes.count('a/10 ok')).toBeGreaterThan(10), SOON)
      expect(notes.of('a').filter((line) => !line.endsWith(' ok'))).toEqual([])
      expect(notes.of('b').filter((line) => line.endsWith(' ok'))).toEqual([])
    },
  )

  it('never takes a late reply for the answer to a later request (telegraf#9253)', async () => {
    const values: number[] = []
    peer.set({ unit: 1, code: 3, address: 0 }, 11)
    peer.set({ unit: 1, code: 3, address: 10 }, 22)
    peer.behave = (request, socket) => {
      if (request.address !== 0) return peer.answer(request)
      // Late enough for a machine whose timers are.
      setTimeout(() => socket.write(peer.answer(request)), TIMEOUT_MS + 60)
      return undefined
    }
    start([device('a', 1, [0, 10])])
    notes.onBlock = (_, block, outcome) => {
      if (outcome.ok && outcome.data.kind === 'words') values.push(block.address, outcome.data.words[0] ?? 0)
    }
    await vi.waitFor(() => expect(bus.health().discarded?.late).toBeGreaterThan(1), SOON)
    await vi.waitFor(() => expect(values.length).toBeGreaterThan(3), SOON)
    for (let n = 0; n < values.length; n += 2) expect(values.slice(n, n + 2)).toEqual([10, 22])
  })

  it('holds one connection, whatever happens (device-modbus-go#356)', async () => {
    let open = 0
    let most = 0
    let asked = 0
    const seen = new Set<unknown>()
    peer.behave = (request, socket) => {
      if (!seen.has(socket)) {
        seen.add(socket)
        open += 1
        most = Math.max(most, open)
        socket.once('close', () => {
          open -= 1
        })
      }
      asked += 1
      if (asked % 7 === 0) return void socket.destroy()
      return asked % 5 === 0 ? undefined : peer.answer(request)
    }
    start([device('a', 1, [0, 10]), device('b', 2, [0]), device('c', 3, [0])])
    await vi.waitFor(() => expect(asked).toBeGreaterThan(40), SOON)
    expect(most).toBe(1)
  })

  it('keeps the counters of a unit apart from those of the same unit on another line (neuron)', async () => {
    peer.behave = () => undefined
    start([device('a', 1, [0])])
    const sick = bus
    const other = new ModbusPeer()
    await other.listen()
    start([device('b', 1, [0])], { port: other.port, ...PATIENT })
    await vi.waitFor(() => expect(notes.count('b/0 ok')).toBeGreaterThan(9), SOON)
    expect(bus.deviceHealth()).toMatchObject({ b: { online: true, errors: {}, isolated: false } })
    expect(sick.deviceHealth().a).toMatchObject({ online: false })
    expect(sick.deviceHealth().a?.errors.timeout).toBeGreaterThan(0)
    await sick.stop()
    await other.close()
  })

  it('tells of each block when its own answer comes, not after the last (telegraf)', async () => {
    peer.behave = (request, socket) => {
      setTimeout(() => socket.write(peer.answer(request)), 25)
      return undefined
    }
    start([device('a', 1, [0, 10, 20], { pollMs: 500 })], PATIENT)
    await vi.waitFor(() => expect(notes.count('a/20 ok')).toBe(1), SOON)
    const [first = 0, second = 0, third = 0] = notes.times
    expect(second - first).toBeGreaterThan(20)
    expect(third - second).toBeGreaterThan(20)
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
    const before = performance.now()
    start([device('a', 1, [0])], { port })
    await vi.waitFor(() => expect(notes.count('a/0 not-connected')).toBeGreaterThan(3), SOON)
    // Two at once, then one after 250 ms or more.
    expect(connections).toBeLessThanOrEqual(3 + (performance.now() - before) / 250)
    server.close()
  })

  it('leaks no socket, timer or listener over hundreds of connections', async () => {
    peer.behave = (request, socket) => void socket.end(peer.answer(request))
    const warnings: string[] = []
    const onWarning = (warning: Error) => warnings.push(warning.message)
    process.on('warning', onWarning)
    start([device('a', 1, [0, 10, 20, 30, 40, 50, 60, 70, 80, 90])], PATIENT)
    await vi.waitFor(() => expect(peer.connections).toBeGreaterThan(20), SOON)
    const before = process.getActiveResourcesInfo().length
    await vi.waitFor(() => expect(peer.connections).toBeGreaterThan(150), SOON)
    expect(process.getActiveResourcesInfo().length).toBeLessThan(before + 10)
    process.off('warning', onWarning)
    expect(warnings).toEqual([])
  })

  it('counts a poll that is overrun, and skips it', async () => {
    peer.behave = (request, socket) => {
      setTimeout(() => socket.write(peer.answer(request)), 30)
      return undefined
    }
    start([device('slow', 1, [0, 10, 20])], PATIENT)
    await vi.waitFor(() => expect(notes.ends.length).toBeGreaterThan(2), SOON)
    const { overruns = 0 } = bus.deviceHealth().slow ?? {}
    expect(overruns).toBeGreaterThanOrEqual(2 * (notes.ends.length - 1))
  })

  it('stops at once, whatever it is waiting for', async () => {
    peer.behave = () => undefined
    start([device('a', 1, [0])], { timeoutMs: 600_000 })
    await vi.waitFor(() => expect(peer.requests.length).toBe(1), SOON)
    await bus.stop()
    expect(notes.lines).toEqual([])
  })
})

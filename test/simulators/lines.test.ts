import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { systemClock } from '../../contracts/clock.ts'
import { parseFacility } from '../../contracts/facility-load.ts'
import { silentLogger } from '../../contracts/logger.ts'
import { DialInLine } from '../../simulators/line/dial-in-line.ts'
import { silenceMs, transmitMs } from '../../simulators/line/pace.ts'
import { asciiFraming } from '../../simulators/modbus/ascii.ts'
import { rtuFraming } from '../../simulators/modbus/rtu.ts'
import { parseScenario } from '../../simulators/scenario-load.ts'
import type { Simulation, SimulationOptions } from '../../simulators/simulation.ts'
import { takePort } from '../ports.ts'
import { portOf, virtual } from './plants.ts'
import { bytes, Wire } from './wire.ts'

const float = (id: string, at: string) =>
  `{ id: ${id}, kind: gas, unit: "%LEL", range: [0, 100], register: { ${at} } }`

/** Three units of one RTU line, one of an ASCII line, three instruments. */
const facility = parseFacility(
  `
facility: { id: lines }
gateways:
  - id: gw
    buses:
      - id: rtu
        driver: modbus-rtu-over-tcp
        host: 127.0.0.1
        port: 4001
        devices:
          - { id: one, unitId: 1, sensors: [ ${float('A', 'address: 0, type: float32')} ] }
          - { id: two, unitId: 2, sensors: [ ${float('B', 'table: input, address: 4, type: int16')} ] }
          - { id: three, unitId: 3, workarounds: { replyUnit: 9 }, sensors: [ ${float('C', 'table: coil, address: 0')} ] }
      - id: ascii
        driver: modbus-ascii
        host: 127.0.0.1
        port: 4002
        devices: [ { id: four, unitId: 4, sensors: [ ${float('D', 'address: 0, type: float32')} ] } ]
      - id: asked
        driver: serial-line
        host: 127.0.0.1
        port: 4003
        devices:
          - { id: gauge-1, line: { request: "#01\\r", start: ">", checksum: { kind: sum } }, sensors: [ ${float('E', 'field: 2')} ] }
          - { id: gauge-2, line: { request: "#02\\r", end: "\\r", pattern: "^L=(?<level>[+-]\\\\d+\\\\.\\\\d{2})$" }, sensors: [ ${float('F', 'field: level')} ] }
      - id: alone
        driver: serial-line
        host: 127.0.0.1
        port: 4004
        devices: [ { id: gauge-3, poll: 40ms, line: {}, sensors: [ ${float('G', 'field: 1')} ] } ]
`,
  'lines.yaml',
)
const quiet = parseScenario('{}', 'quiet.yaml', facility)

let simulations: Simulation[]
let wires: Wire[]

beforeEach(() => {
  simulations = []
  wires = []
})
afterEach(async () => {
  for (const wire of wires) wire.close()
  await Promise.all(simulations.map((simulation) => simulation.stop()))
})

async function started(more: Partial<SimulationOptions> = {}): Promise<Simulation> {
  const simulation = virtual(quiet, { facility, ...more })
  simulations.push(simulation)
  await simulation.start()
  return simulation
}

function dial(simulation: Simulation, bus: string): Wire {
  const wire = new Wire(portOf(simulation, `gw/${bus}`))
  wires.push(wire)
  return wire
}

const rtu = (unit: number, pdu: string) =>
  Buffer.from(rtuFraming.encode({ transaction: 0, unit, pdu: bytes(pdu) })).toString('hex')
const ascii = (unit: number, pdu: string) =>
  Buffer.from(asciiFraming.encode({ transaction: 0, unit, pdu: bytes(pdu) })).toString('hex')
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** 50 as a float: 42480000. */
const READ_ONE = rtu(1, '03 0000 0002')
const ONE = rtu(1, '03 04 42480000')

describe('an RTU line over TCP', () => {
  it.each([
    ['its first unit', READ_ONE, ONE],
    ['its second', rtu(2, '04 0004 0001'), rtu(2, '04 02 0007')],
    ['a unit that answers as another', rtu(3, '01 0000 0001'), rtu(9, '01 01 00')],
    ['two in one piece', READ_ONE + rtu(2, '04 0004 0001'), ONE + rtu(2, '04 02 0007')],
    ['behind garbage', `ff00aa${READ_ONE}`, ONE],
    ['behind a request with a wrong CRC', `010300000002ffff${READ_ONE}`, ONE],
    ['behind a request that was broken off', `010300${READ_ONE}`, ONE],
    ['behind the answer of another unit', `${rtu(7, '03 04 01020304')}${READ_ONE}`, ONE],
    ['behind a request to another unit', rtu(8, '03 0000 0002') + READ_ONE, ONE],
    ['behind a broadcast', rtu(0, '03 0000 0002') + READ_ONE, ONE],
    ['a write of a coil', rtu(1, '05 0000 ff00'), rtu(1, '85 01')],
    ['a write of a register', rtu(1, '06 0000 0001'), rtu(1, '86 01')],
    ['a write of coils', rtu(1, '0f 0000 0008 01 ff'), rtu(1, '8f 01')],
    ['a write of registers', rtu(1, '10 0000 0001 02 0001'), rtu(1, '90 01')],
    ['a masked write', rtu(1, '16 0000 00f2 0025'), rtu(1, '96 01')],
    ['a read and write', rtu(1, '17 0000 0001 0000 0001 02 0001'), rtu(1, '97 01')],
    ['a function that nobody knows', rtu(1, '2b 0e 01 00'), rtu(1, 'ab 01')],
    ['an address past its map', rtu(1, '03 0002 0001'), rtu(1, '83 02')],
  ])('answers %s', async (_name, request, answer) => {
    const simulation = await started()
    simulation.force('A', 50)
    simulation.force('B', 7)
    simulation.force('C', 0)
    const wire = dial(simulation, 'rtu')
    wire.send(request)
    await vi.waitFor(() => expect(wire.hex).toBe(answer))
  })

  it('answers a request that comes byte by byte', async () => {
    const simulation = await started()
    simulation.force('A', 50)
    const wire = dial(simulation, 'rtu')
    for (const byte of READ_ONE.match(/../g) ?? []) {
      wire.send(byte)
      await wait(2)
    }
    await vi.waitFor(() => expect(wire.hex).toBe(ONE))
  })

  it.each([
    ['another unit', rtu(8, '03 0000 0002')],
    ['everybody', rtu(0, '03 0000 0002')],
    ['a unit with a wrong CRC', '010300000002ffff'],
  ])('says nothing to %s', async (_name, request) => {
    const wire = dial(await started(), 'rtu')
    wire.send(request)
    await wait(40)
    expect(wire.hex).toBe('')
  })
})

describe('an ASCII line over TCP', () => {
  it('answers its unit and nobody else', async () => {
    const simulation = await started()
    simulation.force('D', 50)
    const wire = dial(simulation, 'ascii')
    wire.send(`5858${ascii(5, '03 0000 0002')}${ascii(4, '03 0000 0002')}`)
    await vi.waitFor(() => expect(wire.hex).toBe(ascii(4, '03 04 42480000')))
  })
})

describe('a line of ASCII instruments over TCP', () => {
  it('asks each by its own request', async () => {
    const simulation = await started()
    simulation.force('E', 12.5)
    simulation.force('F', -1)
    const wire = dial(simulation, 'asked')
    wire.socket.write('#01\r')
    // 0x30 + 0x2c + 0x31 + 0x32 + 0x2e + 0x35 is 0x122.
    await vi.waitFor(() => expect(wire.received.toString('latin1')).toBe('>0,12.522\r\n'))
    wire.socket.write('#02\r')
    await vi.waitFor(() => expect(wire.received.toString('latin1')).toBe('>0,12.522\r\nL=-1.00\r'))
  })

  it('hears the one that speaks by itself', async () => {
    const simulation = await started()
    simulation.force('G', 3.25)
    const wire = dial(simulation, 'alone')
    await vi.waitFor(() => expect(wire.received.toString('latin1')).toMatch(/^(3\.25\r\n){3,}$/))
    simulation.silence('gauge-3', true)
    await wait(50)
    const { length } = wire.received
    await wait(90)
    expect(wire.received).toHaveLength(length)
  })
})

describe('pace', () => {
  // domain facts: 11 bits to a character, 3.5 characters of silence up to 19200 baud, then 1.75 ms.
  it.each([
    [9_600, 1.146, 4.01],
    [19_200, 0.573, 2.005],
    [38_400, 0.286, 1.75],
    [115_200, 0.0955, 1.75],
  ])('of %d baud', (baudRate, character, silence) => {
    expect(transmitMs(1, baudRate)).toBeCloseTo(character, 3)
    expect(silenceMs(baudRate)).toBeCloseTo(silence, 3)
  })

  it.each([
    [9_600, 4],
    [38_400, 10],
  ])('of %d baud makes %d reads of 2 registers take the time of the line', async (baudRate, count) => {
    const simulation = await started({ pace: { baudRate }, clock: systemClock })
    simulation.force('A', 50)
    const wire = dial(simulation, 'rtu')
    // 8 characters of request, 9 of answer, one silence; the master's own silence is its own affair.
    const eachMs = transmitMs(17, baudRate) + silenceMs(baudRate)
    const took: number[] = []
    for (let n = 1; n <= count; n++) {
      const before = systemClock.monotonic()
      wire.send(READ_ONE)
      while (wire.hex.length < n * ONE.length) await once(wire.socket, 'data')
      took.push(systemClock.monotonic() - before)
    }
    const quickest = Math.min(...took)
    expect(wire.hex).toBe(ONE.repeat(count))
    expect(quickest).toBeGreaterThanOrEqual(eachMs)
    // A line that waits for timers alone would take twice the time, and each time; a busy machine takes some now and then.
    expect(quickest).toBeLessThan(1.4 * eachMs + 3)
  })

  it('lets an answer trickle in, and carries one thing at a time', async () => {
    const baudRate = 600
    const simulation = await started({ pace: { baudRate }, clock: systemClock })
    const wire = dial(simulation, 'rtu')
    const pieces: number[] = []
    wire.socket.on('data', (chunk) => pieces.push(chunk.length))
    const before = systemClock.monotonic()
    wire.send(READ_ONE + READ_ONE)
    await vi.waitFor(() => expect(wire.received).toHaveLength(18))
    const took = systemClock.monotonic() - before
    expect(took).toBeGreaterThanOrEqual(2 * (transmitMs(17, baudRate) + silenceMs(baudRate)))
    // A character takes 18 ms and is a piece; what stands in the socket while a machine is busy comes as one.
    expect(pieces.length).toBeGreaterThan(3)
  })
})

describe('a unit that dials in', () => {
  let gateway: Server
  let connections: Socket[]
  let heard: string
  let port: number

  const listen = (on: number) =>
    new Promise<void>((resolve) => {
      gateway = createServer((socket) => {
        connections.push(socket)
        socket.on('error', () => undefined)
        socket.on('data', (chunk) => {
          heard += chunk.toString('hex')
        })
      })
      gateway.listen(on, '127.0.0.1', resolve)
    })
  const hangUp = async () => {
    for (const socket of connections) socket.destroy()
    await new Promise((resolve) => gateway.close(resolve))
  }

  beforeEach(async () => {
    connections = []
    heard = ''
    port = await takePort()
    await listen(port)
  })
  afterEach(hangUp)

  const hex = (text: string) => Buffer.from(text, 'latin1').toString('hex')
  const dialling = (listen: number) =>
    parseFacility(
      `
facility: { id: dialling }
gateways: [ { id: gw, buses: [ { id: modem, driver: modbus-rtu-over-tcp, listen: { address: "0.0.0.0:${listen}", registration: "DAVY-01" },
  devices: [ { id: far, sensors: [ ${float('A', 'address: 0, type: float32')} ] } ] } ] } ]
`,
      'dialling.yaml',
    )

  it('says who it is, answers, and has no address of its own', async () => {
    const plant = dialling(port)
    const simulation = await started({ facility: plant, scenario: parseScenario('{}', 'q.yaml', plant) })
    simulation.force('A', 50)
    expect(simulation.addresses().size).toBe(0)
    await vi.waitFor(() => expect(heard).toBe(hex('DAVY-01')))
    connections[0]?.write(bytes(READ_ONE))
    await vi.waitFor(() => expect(heard).toBe(hex('DAVY-01') + ONE))
  })

  it('dials where it is told to, and hangs up when cut', async () => {
    const plant = dialling(9)
    const dialIn = new Map([['gw/modem', { host: '127.0.0.1', port }]])
    const simulation = await started({
      facility: plant,
      scenario: parseScenario('{}', 'q.yaml', plant),
      dialIn,
    })
    await vi.waitFor(() => expect(heard).toBe(hex('DAVY-01')))
    simulation.cut('modem', true)
    await vi.waitFor(() => expect(connections[0]?.closed).toBe(true))
    simulation.cut('modem', false)
    await vi.waitFor(() => expect(connections).toHaveLength(2))
  })

  it('dials again and again, and keeps its connection alive', async () => {
    const line = new DialInLine({
      host: '127.0.0.1',
      port,
      name: 'modem',
      clock: systemClock,
      logger: silentLogger,
      responder: () => ({ hear: () => ({ exchanges: [], skipped: 0, isBroken: false }) }),
      registration: 'REG',
      keepalive: 'alive',
      redialMs: 20,
      keepaliveMs: 20,
    })
    await line.start()
    await vi.waitFor(() => expect(heard).toMatch(new RegExp(`^${hex('REG')}(${hex('alive')}){2}`)))
    await hangUp()
    await wait(60)
    connections = []
    heard = ''
    await listen(port)
    await vi.waitFor(() => expect(heard.startsWith(hex('REG'))).toBe(true))
    await line.stop()
    await vi.waitFor(() => expect(connections.at(-1)?.closed).toBe(true))
    const { length } = connections
    await wait(60)
    expect(connections).toHaveLength(length)
  })
})

describe('what is refused', () => {
  it.each([
    ['a TCP bus that is not on this machine', 'modbus-rtu-over-tcp', 'host: 10.1.2.3', 'NOT_LOOPBACK'],
    [
      'a gateway that is not on this machine',
      'modbus-tcp',
      'listen: { address: "10.1.2.3:502" }',
      'NOT_LOOPBACK',
    ],
    ['a serial path where something is', 'modbus-rtu', 'serial: { path: /dev/null }', 'SERIAL_PATH_EXISTS'],
    ['a serial number of an adapter', 'modbus-rtu', 'serial: { path: A5069RR4 }', 'PTY_FAILED'],
    ['a serial line without socat', 'modbus-rtu', 'serial: { path: /nowhere/line }', 'SOCAT_MISSING'],
  ])('%s', async (_name, driver, way, code) => {
    const plant = parseFacility(
      `
facility: { id: refused }
gateways: [ { id: gw, buses: [ { id: b, driver: ${driver}, ${way}, devices: [ { id: d, sensors: [ ${float('A', 'address: 0')} ] } ] } ] } ]
`,
      'refused.yaml',
    )
    const simulation = virtual(parseScenario('{}', 'q.yaml', plant), { facility: plant })
    vi.stubEnv('PATH', '/nowhere')
    await expect(simulation.start()).rejects.toMatchObject({ code })
    vi.unstubAllEnvs()
  })

  it('a pattern that cannot be written', () => {
    const plant = parseFacility(
      `
facility: { id: refused }
gateways: [ { id: gw, buses: [ { id: b, driver: serial-line, host: 127.0.0.1, port: 4009,
  devices: [ { id: d, line: { pattern: "^(?=x)(.*)$" }, sensors: [ ${float('A', 'field: 1')} ] } ] } ] } ]
`,
      'refused.yaml',
    )
    expect(() => virtual(parseScenario('{}', 'q.yaml', plant), { facility: plant })).toThrow(
      expect.objectContaining({ code: 'PATTERN_NOT_RENDERED' }),
    )
  })
})

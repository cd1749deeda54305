import { execFile } from 'node:child_process'
import { existsSync, lstatSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import modbus from 'modbus-serial'
import { SerialPort } from 'serialport'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { systemClock } from '../../contracts/clock.ts'
import type { Facility } from '../../contracts/facility.ts'
import { parseFacility } from '../../contracts/facility-load.ts'
import { silentLogger } from '../../contracts/logger.ts'
import { silenceMs, transmitMs } from '../../simulators/line/pace.ts'
import { parseScenario } from '../../simulators/scenario-load.ts'
import { Simulation, type SimulationOptions } from '../../simulators/simulation.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { unlessReal } from './unless-real.ts'

const socat = unlessReal('/usr/bin/socat')
const MBPOLL = '/usr/bin/mbpoll'
const mbpoll = unlessReal('/usr/bin/socat', MBPOLL)
const run = promisify(execFile)

const Client = modbus.default
type Master = InstanceType<typeof Client>

const sensor = (id: string, register: string) =>
  `{ id: ${id}, kind: gas, unit: "%LEL", range: [0, 100], register: { ${register} } }`
/** The characters in the paths mean something to socat when they are not escaped. */
const plant = (folder: string) =>
  parseFacility(
    `
facility: { id: serial }
gateways:
  - id: gw
    buses:
      - id: rtu
        driver: modbus-rtu
        serial: { path: "${folder}/by-path:0,1", baudRate: 19200 }
        devices:
          - { id: one, unitId: 1, sensors: [ ${sensor('A', 'address: 0, type: float32')} ] }
          - { id: two, unitId: 2, sensors: [ ${sensor('B', 'table: input, address: 0, type: int16')} ] }
      - id: ascii
        driver: modbus-ascii
        serial: { path: "${folder}/ascii", baudRate: 115200 }
        devices: [ { id: three, unitId: 3, sensors: [ ${sensor('C', 'address: 0, type: float32')} ] } ]
      - id: line
        driver: serial-line
        serial: { path: "${folder}/line", baudRate: 115200 }
        devices: [ { id: gauge, poll: 50ms, line: {}, sensors: [ ${sensor('D', 'field: 1')} ] } ]
`,
    'serial.yaml',
  )

const stops: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop()
})

function simulated(facility: Facility, more: Partial<SimulationOptions> = {}): Simulation {
  const simulation = new Simulation({
    facility,
    scenario: parseScenario('{}', 'quiet.yaml', facility),
    clock: systemClock,
    logger: silentLogger,
    speed: 0,
    ...more,
  })
  stops.push(() => simulation.stop())
  return simulation
}

async function started(more: Partial<SimulationOptions> = {}) {
  const folder = temporaryFolder()
  const simulation = simulated(plant(folder), more)
  await simulation.start()
  return { folder, simulation }
}

function pathOf(simulation: Simulation, bus: string): string {
  const address = simulation.addresses().get(`gw/${bus}`)
  if (address === undefined || !('path' in address)) throw new Error(`${bus} has no path`)
  return address.path
}

async function master(path: string, unit: number, kind: 'rtu' | 'ascii' = 'rtu'): Promise<Master> {
  const client = new Client()
  if (kind === 'rtu') await client.connectRTUBuffered(path, { baudRate: 19_200 })
  else await client.connectAsciiSerial(path, { baudRate: 115_200 })
  client.setID(unit)
  client.setTimeout(20_000)
  stops.push(() => closed(client))
  return client
}

async function closed(client: Master): Promise<void> {
  if (client.isOpen) await new Promise<void>((resolve) => client.close(() => resolve()))
}

const floatOf = (words: readonly number[]) => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt16BE(words[0] ?? 0, 0)
  bytes.writeUInt16BE(words[1] ?? 0, 2)
  return bytes.readFloatBE()
}

describe.skipIf(socat.skip)(`simulated serial lines${socat.reason}`, () => {
  it('are found at the paths of the facility, and gone after the stop', async () => {
    const { folder, simulation } = await started()
    const paths = ['rtu', 'ascii', 'line'].map((bus) => pathOf(simulation, bus))
    expect(paths).toEqual([`${folder}/by-path:0,1`, `${folder}/ascii`, `${folder}/line`])
    for (const path of paths) expect(lstatSync(path).isSymbolicLink()).toBe(true)
    const before = systemClock.monotonic()
    await simulation.stop()
    expect(systemClock.monotonic() - before).toBeLessThan(2_000)
    for (const path of paths) expect(existsSync(path)).toBe(false)
  })

  it('appear in a folder of their own when asked to', async () => {
    const ptyFolder = temporaryFolder()
    const { simulation } = await started({ ptyFolder })
    expect(pathOf(simulation, 'rtu')).toBe(join(ptyFolder, 'gw-rtu'))
    expect(existsSync(join(ptyFolder, 'gw-rtu'))).toBe(true)
  })

  it('several units answer a foreign RTU master on one line', async () => {
    const { simulation } = await started()
    simulation.force('A', 12.5)
    simulation.force('B', -7)
    const client = await master(pathOf(simulation, 'rtu'), 1)
    expect(floatOf((await client.readHoldingRegisters(0, 2)).data)).toBe(12.5)
    client.setID(2)
    expect((await client.readInputRegisters(0, 1)).data).toEqual([0x10000 - 7])
    await expect(client.writeRegister(0, 1)).rejects.toMatchObject({ modbusCode: 1 })
    client.setID(9)
    client.setTimeout(100)
    await expect(client.readHoldingRegisters(0, 1)).rejects.toMatchObject({ errno: 'ETIMEDOUT' })
  })

  it('a foreign ASCII master is answered', async () => {
    const { simulation } = await started()
    simulation.force('C', 12.5)
    const client = await master(pathOf(simulation, 'ascii'), 3, 'ascii')
    expect(floatOf((await client.readHoldingRegisters(0, 2)).data)).toBe(12.5)
  })

  it('an instrument speaks by itself', async () => {
    const { simulation } = await started()
    simulation.force('D', 3.25)
    const port = new SerialPort({ path: pathOf(simulation, 'line'), baudRate: 115_200 })
    stops.push(() => new Promise((resolve) => port.close(resolve)))
    let heard = ''
    port.on('data', (chunk: Buffer) => {
      heard += chunk.toString('latin1')
    })
    await vi.waitFor(() => expect(heard).toMatch(/(^|\n)3\.25\r\n3\.25\r\n/))
  })

  it('a reader may close and open again', async () => {
    const { simulation } = await started()
    for (const value of [1, 2, 3]) {
      simulation.force('A', value)
      const client = await master(pathOf(simulation, 'rtu'), 1)
      expect(floatOf((await client.readHoldingRegisters(0, 2)).data)).toBe(value)
      await closed(client)
    }
  })

  it('keeps the pace of its baud rate', async () => {
    const { simulation } = await started()
    const client = await master(pathOf(simulation, 'rtu'), 1)
    const took: number[] = []
    for (let n = 0; n < 10; n++) {
      const before = systemClock.monotonic()
      await client.readHoldingRegisters(0, 2)
      took.push(systemClock.monotonic() - before)
    }
    // A busy machine takes some time now and then.
    const quickest = Math.min(...took)
    const line = transmitMs(8 + 9, 19_200) + silenceMs(19_200)
    expect(quickest).toBeGreaterThanOrEqual(line)
    expect(quickest).toBeLessThan(1.5 * line + 3)
  })

  it('is pulled out and plugged in again', async () => {
    const { simulation } = await started()
    const path = pathOf(simulation, 'rtu')
    simulation.cut('rtu', true)
    await vi.waitFor(() => expect(existsSync(path)).toBe(false))
    simulation.cut('rtu', false)
    await vi.waitFor(() => expect(existsSync(path)).toBe(true))
    simulation.force('A', 5)
    const client = await master(path, 1)
    expect(floatOf((await client.readHoldingRegisters(0, 2)).data)).toBe(5)
  })

  it.each([
    ['a file', (path: string) => symlinkSync('/dev/null', path)],
    ['a link that leads nowhere', (path: string) => symlinkSync('/nowhere', path)],
  ])('refuses a path where there is %s, and leaves it alone', async (_name, put) => {
    const folder = temporaryFolder()
    put(join(folder, 'ascii'))
    const simulation = simulated(plant(folder))
    await expect(simulation.start()).rejects.toMatchObject({ code: 'SERIAL_PATH_EXISTS' })
    expect(lstatSync(join(folder, 'ascii')).isSymbolicLink()).toBe(true)
    expect(existsSync(join(folder, 'line'))).toBe(false)
  })

  it('says so when the folder is not there', async () => {
    const simulation = simulated(plant(join(temporaryFolder(), 'missing')))
    await expect(simulation.start()).rejects.toMatchObject({ code: 'PTY_FAILED' })
  })
})

describe.skipIf(mbpoll.skip)(`simulated serial lines and mbpoll${mbpoll.reason}`, () => {
  it('reads a float over RTU', async () => {
    const { simulation } = await started()
    simulation.force('A', 12.5)
    const line = ['-m', 'rtu', '-b', '19200', '-P', 'none']
    const what = ['-a', '1', '-r', '0', '-0', '-c', '1', '-t', '4:float', '-B', '-1']
    const { stdout } = await run(MBPOLL, [...line, ...what, pathOf(simulation, 'rtu')])
    expect(stdout).toMatch(/\[0\]:\s+12\.5/)
  })
})

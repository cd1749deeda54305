import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import modbus from 'modbus-serial'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import type { Device, PolledSensor, Register } from '../../contracts/facility.ts'
import { parseFacility } from '../../contracts/facility-load.ts'
import { statusKey } from '../../simulators/device/status-key.ts'
import { widthOf } from '../../simulators/modbus/encode.ts'
import { parseScenario } from '../../simulators/scenario-load.ts'
import type { Simulation } from '../../simulators/simulation.ts'
import { portOf, virtual } from './plants.ts'
import { bigEndian, READERS } from './reading.ts'

const Client = modbus.default
type Master = InstanceType<typeof Client>

const FOLDER = fileURLToPath(new URL('../../gateway/profiles/', import.meta.url))
interface ProfileFile {
  profile: string
  drivers: string[]
  points: Record<string, { channels?: { max: number } }>
}
const profiles = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.yaml'))
  .map((file) => parse(readFileSync(`${FOLDER}${file}`, 'utf8')) as ProfileFile)

/** The ways in which a foreign client over TCP speaks to a device. */
const WAYS = { 'modbus-tcp': 'tcp', 'modbus-rtu-over-tcp': 'rtu' } as const
type Way = keyof typeof WAYS

/** Every profile with all of its points, once for each way that it knows. */
const buses = profiles.flatMap(({ profile, drivers, points }) =>
  Object.keys(WAYS)
    .filter((way) => drivers.includes(way))
    .map((driver) => {
      const device = `${profile}.${WAYS[driver as Way]}`
      return {
        id: device,
        driver,
        host: '127.0.0.1',
        port: 5000,
        devices: [
          {
            id: device,
            profile,
            unitId: 11,
            sensors: Object.entries(points).flatMap(([point, { channels }]) =>
              channels === undefined
                ? [{ id: `${device}.${point}`, point }]
                : [1, channels.max].map((channel) => ({
                    id: `${device}.${point}.${channel}`,
                    point,
                    channel,
                  })),
            ),
          },
        ],
      }
    }),
)
const facility = parseFacility(
  JSON.stringify({
    facility: { id: 'shelf' },
    gateways: [{ id: 'gw', buses: buses.map((bus, index) => ({ ...bus, port: 5000 + index })) }],
  }),
  fileURLToPath(new URL('shelf.yaml', import.meta.url)),
)

let simulation: Simulation
beforeAll(async () => {
  simulation = virtual(parseScenario('{}', 'quiet.yaml', facility), { facility })
  await simulation.start()
  simulation.tick(60_000)
})
afterAll(() => simulation.stop())

async function connected(bus: string, way: Way): Promise<Master> {
  const client = new Client()
  const options = { port: portOf(simulation, `gw/${bus}`) }
  if (way === 'modbus-tcp') await client.connectTCP('127.0.0.1', options)
  // Its `connectTcpRTUBuffered` sends Modbus TCP frames; RTU over a socket is what it calls telnet.
  else await client.connectTelnet('127.0.0.1', options)
  client.setID(11)
  client.setTimeout(20_000)
  return client
}

/** What the client gets from the addresses of a register: bytes, or one bit. */
async function read(client: Master, { table, address, type, length }: Register): Promise<Buffer> {
  const width = widthOf({ type, ...(length === undefined ? {} : { length }) })
  switch (table) {
    case 'coil':
      return Buffer.of(Number((await client.readCoils(address, 1)).data[0]))
    case 'discrete':
      return Buffer.of(Number((await client.readDiscreteInputs(address, 1)).data[0]))
    case 'holding':
      return (await client.readHoldingRegisters(address, width)).buffer
    case 'input':
      return (await client.readInputRegisters(address, width)).buffer
    case 'record':
      throw new Error('a field of a record')
  }
}

function rawOf(bytes: Buffer, { type, order, bit }: Register): number {
  if (bytes.length === 1) return bytes.readUInt8()
  if (type === 'bit') return (bytes.readUInt16BE() >> (bit ?? 0)) & 1
  return Number(READERS[type]?.(bigEndian(bytes, order)))
}

const meet = (a: Register, b: Register) =>
  a.table === b.table && a.address < b.address + widthOf(b) && b.address < a.address + widthOf(a)

/** True where the registers hold something else as well: status, heartbeat, or another point. */
function isShared({ id, register }: PolledSensor, { sensors, heartbeat }: Device): boolean {
  const others = sensors.filter((other) => other.id !== id).map((other) => other.register)
  const status = sensors.flatMap((sensor) => sensor.status.map((rule) => rule.register))
  const own = heartbeat === undefined ? [] : [heartbeat.register]
  return [...others, ...status, ...own].some((other) => meet(other, register))
}

it('there are profiles', () => {
  expect(profiles.length).toBeGreaterThan(10)
})

describe.each(
  facility.gateways.flatMap(({ buses }) =>
    buses.flatMap(({ id, driver, devices }) =>
      devices.map((device) => ({ id, driver: driver as Way, device })),
    ),
  ),
)('$id, read by a foreign client', ({ id, driver, device }) => {
  let client: Master
  beforeAll(async () => {
    client = await connected(id, driver)
  })
  afterAll(() => new Promise<void>((resolve) => client.close(() => resolve())))

  it('holds what is measured, in the register, type and order of its manual', async () => {
    let compared = 0
    for (const sensor of device.sensors) {
      const { register } = sensor
      const bytes = await read(client, register)
      if (isShared(sensor, device) || register.type === 'string') continue
      compared += 1
      const value = rawOf(bytes, register) * register.scale + register.offset
      const measured = simulation.value(sensor.id) ?? Number.NaN
      const step = register.type.startsWith('float')
        ? 1e-5 * Math.max(1, Math.abs(measured))
        : Math.abs(register.scale)
      expect(Math.abs(value - measured), `${sensor.id}: ${value} for ${measured}`).toBeLessThanOrEqual(step)
    }
    expect(compared).toBeGreaterThan(0)
  })

  it('says that it is well', async () => {
    for (const { id: sensor, status, register: own } of device.sensors) {
      for (const rule of status) {
        expect(statusKey(rule, 'good'), `${sensor} can be well`).toBeDefined()
        if (rule.register.address === own.address && rule.bits === undefined) continue
        const raw = rawOf(await read(client, rule.register), rule.register)
        const [low, high] = rule.bits ?? [0, 31]
        const found =
          rule.bits === undefined
            ? raw * rule.register.scale + rule.register.offset
            : Math.floor(raw / 2 ** low) % 2 ** (high - low + 1)
        const meaning = [...rule.means].find(([key]) => Number(key) === found)?.[1] ?? rule.others
        expect(meaning, `${sensor}: ${found} in ${rule.register.address}`).toBe('good')
      }
    }
  })

  it('moves its heartbeat', async () => {
    const { heartbeat } = device
    if (heartbeat === undefined) return
    const before = rawOf(await read(client, heartbeat.register), heartbeat.register)
    simulation.tick(heartbeat.withinMs / 2)
    expect(rawOf(await read(client, heartbeat.register), heartbeat.register)).not.toBe(before)
  })

  it('refuses to be written to', async () => {
    await expect(client.writeRegister(0, 1)).rejects.toMatchObject({ modbusCode: 1 })
    await expect(client.writeCoil(0, true)).rejects.toMatchObject({ modbusCode: 1 })
    await expect(client.writeRegisters(0, [1, 2])).rejects.toMatchObject({ modbusCode: 1 })
  })
})

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { systemClock } from '../../contracts/clock.ts'
import type { Facility, Gateway, PolledSensor, Register } from '../../contracts/facility.ts'
import { parseFacility } from '../../contracts/facility-load.ts'
import type { Driver } from '../../contracts/facility-words.ts'
import { silentLogger } from '../../contracts/logger.ts'
import { polledSensors } from '../../contracts/polled-sensors.ts'
import { loadProfile, profileNames, profilePath } from '../../contracts/profile-load.ts'
import { readOnce } from '../../gateway/commissioning/read-once.ts'
import type { ReadLine } from '../../gateway/commissioning/reading-line.ts'
import type { BusAddress } from '../../gateway/drivers/registry.ts'
import type { FaultKind } from '../../simulators/fault/fault-kinds.ts'
import { parseScenario } from '../../simulators/scenario-load.ts'
import { Simulation } from '../../simulators/simulation.ts'

// Every instrument of gateway/profiles, simulated by the codec of the simulators and read by that of the gateway.

/** Drivers that need no serial line. */
const OVER_TCP: readonly Driver[] = ['modbus-tcp', 'modbus-rtu-over-tcp', 'modbus-ascii']

const PROFILES = profileNames().map((name) => ({ name, ...loadProfile(profilePath(name)) }))

const CASES = PROFILES.flatMap(({ name, drivers }) =>
  drivers
    .filter((driver) => OVER_TCP.includes(driver))
    .map((driver) => ({ name, driver, bus: `${name}.${driver}` })),
)
const OPTIONAL = PROFILES.flatMap(({ name, points, drivers }) =>
  Object.entries(points)
    .filter(([, { optional }]) => optional)
    .map(([point]) => ({ name, point, driver: drivers.find((driver) => OVER_TCP.includes(driver)) })),
)

/**
 * A bus for every profile and driver, with what an instrument has by itself, two channels of it where there
 * are channels; and another for every profile, with a unit for each point that has to be asked for.
 */
function instruments(): Facility {
  const whole = CASES.map(({ name, driver, bus }) => {
    const { points } = loadProfile(profilePath(name))
    const channels = Object.values(points).some((point) => point.channels !== undefined)
      ? ', channels: 2'
      : ''
    return { bus, driver, devices: [`{ id: ${bus}, profile: ${name}${channels} }`] }
  })
  const single = [...Map.groupBy(OPTIONAL, ({ name }) => name)].map(([name, options]) => ({
    bus: `${name}.options`,
    driver: options[0]?.driver,
    devices: options.map(
      ({ point }, n) =>
        `{ id: ${name}.${point}, unitId: ${n + 1}, profile: ${name}, sensors: [ { id: ${name}.${point}, point: ${point} } ] }`,
    ),
  }))
  const buses = [...whole, ...single].map(
    ({ bus, driver, devices }, n) => `
      - { id: ${bus}, driver: ${driver}, host: 127.0.0.1, port: ${2_000 + n}, timeout: 2s, devices: [
          ${devices.join(',\n          ')} ] }`,
  )
  return parseFacility(
    `
facility: { id: instruments }
gateways:
  - id: gw
    buses:${buses.join('')}
`,
    'instruments.yaml',
  )
}

/** Where a value of the sensor may lie, in its unit. */
function spanOf({ register, range, valid }: PolledSensor): [number, number] {
  const { scale, offset } = register
  const ends = (register.valid ?? []).map((raw) => raw * scale + offset)
  const spans = [
    range,
    valid,
    ends.length > 0 ? ([Math.min(...ends), Math.max(...ends)] as const) : undefined,
  ]
  const known = spans.filter((span) => span !== undefined)
  if (known.length === 0) return [0, 100]
  return [Math.max(...known.map(([low]) => low)), Math.min(...known.map(([, high]) => high))]
}

/** Another one for each sensor, so that the value of one is not that of its neighbour. */
function valueFor(sensor: PolledSensor, n: number): number {
  if (sensor.kind === 'state' || sensor.register.type === 'bit') return n % 2
  const [low, high] = spanOf(sensor)
  return low + (high - low) * (0.15 + 0.07 * (n % 11))
}

/** Half of the last digit of an integer, and what a float leaves out. */
function resolutionOf({ type, scale }: Register, value: number): number {
  return type.startsWith('float') ? Math.abs(value) * 1e-6 + 1e-9 : Math.abs(scale) * 0.501
}

describe('an instrument with a profile', () => {
  const facility = instruments()
  const gateway = facility.gateways[0]
  let simulation: Simulation
  /** Key: sensor id. */
  let readings: ReadonlyMap<string, ReadLine>

  beforeAll(async () => {
    simulation = new Simulation({
      facility,
      scenario: parseScenario('{}', 'quiet.yaml', facility),
      clock: systemClock,
      logger: silentLogger,
      ports: 'ephemeral',
      speed: 0,
    })
    for (const [n, sensor] of [...polledSensors(facility).values()].entries())
      simulation.force(sensor.id, valueFor(sensor, n))
    await simulation.start()
    readings = await readAll(gateway, simulation.addresses())
  })
  afterAll(() => simulation.stop())

  function expectAsSimulated({ id, register }: PolledSensor): void {
    const reading = readings.get(id)
    const value = simulation.value(id) ?? Number.NaN
    expect(reading, id).toMatchObject({ quality: 'good' })
    const error = Math.abs((reading?.value ?? Number.NaN) - value)
    expect(error, id).toBeLessThanOrEqual(resolutionOf(register, value))
  }

  it.each(CASES)('$name over $driver is read as it was simulated', ({ bus }) => {
    const sensors = [...polledSensors(facility).values()].filter((sensor) => sensor.bus === bus)
    expect(sensors.length).toBeGreaterThan(0)
    for (const sensor of sensors) expectAsSimulated(sensor)
  })

  it.each(OPTIONAL)('$name has its $point where it is simulated', ({ name, point }) => {
    const sensor = polledSensors(facility).get(`${name}.${point}`)
    if (sensor === undefined) throw new Error('the point has no sensor')
    expectAsSimulated(sensor)
  })

  it.each([
    [
      'warm-up',
      'warm-up',
      ['honeywell-midas', 'honeywell-xcd', 'honeywell-xrl', 'icpdas-sar-713', 'msa-ultima-x'],
    ],
    ['inhibit', 'inhibited', ['honeywell-midas', 'honeywell-xcd', 'honeywell-xrl', 'igd-toc-635']],
    ['calibration', 'calibrating', ['honeywell-midas', 'honeywell-xcd', 'honeywell-xrl', 'msa-ultima-x']],
  ] as const)('says that it is in %s where it can', async (kind, reason, names) => {
    const devices = CASES.map(({ bus }) => bus).filter((device) => begins(simulation, device, kind))
    const told = await readAll(gateway, simulation.addresses())
    for (const device of devices) simulation.fault(device, kind, false)
    const saying = CASES.filter(({ bus }) =>
      [...told.values()].some(
        (line) => polledSensors(facility).get(line.sensor)?.bus === bus && line.reason === reason,
      ),
    )
    expect([...new Set(saying.map(({ name }) => name))]).toEqual(names)
    expect(saying.map(({ bus }) => bus)).toEqual(devices)
  })
})

/** False when the device has no way to say so. */
function begins(simulation: Simulation, device: string, kind: FaultKind): boolean {
  try {
    simulation.fault(device, kind, true)
    return true
  } catch (error) {
    expect(error).toMatchObject({ code: 'FAULT_UNSUITED' })
    return false
  }
}

async function readAll(
  gateway: Gateway | undefined,
  addresses: ReturnType<Simulation['addresses']>,
): Promise<Map<string, ReadLine>> {
  if (gateway === undefined) throw new Error('the facility has a gateway')
  const busAddresses = new Map<string, BusAddress>(
    [...addresses].map(([key, address]) => [key.slice(gateway.id.length + 1), address]),
  )
  const { readings } = await readOnce(gateway, {
    clock: systemClock,
    stopped: new Promise(() => undefined),
    busAddresses,
  })
  return new Map(readings.map((line) => [line.sensor, line]))
}

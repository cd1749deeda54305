import type { Bus, Device, Facility, PolledSensor, Register } from '../../contracts/facility.ts'
import { parseFacility } from '../../contracts/facility-load.ts'

/** A register with everything that a test does not care about filled in. */
export function register(given: Partial<Register> = {}): Register {
  return {
    table: 'holding',
    address: 0,
    type: 'uint16',
    order: 'ABCD',
    scale: 1,
    offset: 0,
    ...given,
  }
}

/** A sensor likewise. */
export function sensor(given: Partial<PolledSensor> = {}): PolledSensor {
  return {
    id: 'S-1',
    name: 'S-1',
    kind: 'gas',
    unit: '%LEL',
    quantity: 'CH4',
    area: 'a',
    gateway: 'gw-1',
    bus: 'plc',
    device: 'panel',
    register: register(),
    status: [],
    plausibility: {},
    report: { deadband: 0, maxIntervalMs: 30_000 },
    pollMs: 1_000,
    staleAfterMs: 10_000,
    alarms: [],
    ...given,
  }
}

/** A Modbus device likewise; its sensors are what a test is about. */
export function device(given: Partial<Device> = {}): Device {
  return {
    id: 'panel',
    name: 'panel',
    unitId: 1,
    pollMs: 1_000,
    maxGap: 8,
    maxRegisters: 125,
    workarounds: { singleReads: false, blocks: [], pauseMs: 0 },
    sensors: [],
    ...given,
  }
}

/** A bus likewise: Modbus TCP on this machine. */
export function bus(given: Partial<Bus> = {}): Bus {
  return {
    id: 'plc',
    driver: 'modbus-tcp',
    transport: { kind: 'tcp', host: '127.0.0.1', port: 502 },
    timeoutMs: 200,
    latenessMs: 400,
    devices: [],
    ...given,
  }
}

/** One gateway, one Modbus TCP bus, two devices: a panel with two sensors and a gauge with one. */
export function smallPlant(
  changes: { heartbeat?: string; driver?: string; outbox?: string; deadband?: number } = {},
): Facility {
  const { heartbeat = '300ms', driver = 'modbus-tcp', outbox = '{ path: memory }', deadband = 0 } = changes
  return parseFacility(
    `
facility: { id: plant }
gateways:
  - id: gw-1
    heartbeat: ${heartbeat}
    outbox: ${outbox}
    buses:
      - id: plc
        driver: ${driver}
        host: 127.0.0.1
        port: 502
        timeout: 2s
        devices:
          - id: panel
            unitId: 1
            poll: 50ms
            sensors:
              - { id: GT-1, kind: gas, unit: "%LEL", register: { address: 0, type: int16, scale: 0.1 }, report: { deadband: ${deadband} } }
              - { id: GT-2, kind: gas, unit: "%LEL", register: { address: 40, type: int16, scale: 0.1 } }
          - id: gauge
            unitId: 2
            poll: 50ms
            sensors:
              - { id: LT-1, kind: level, unit: m, register: { table: input, address: 7, type: uint16, scale: 0.001 } }
`,
    'plant.yaml',
  )
}

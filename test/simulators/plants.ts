import { fileURLToPath } from 'node:url'
import type { Clock } from '../../contracts/clock.ts'
import type { AlarmConfig, Facility, PolledSensor } from '../../contracts/facility.ts'
import { loadFacility, parseFacility } from '../../contracts/facility-load.ts'
import { silentLogger } from '../../contracts/logger.ts'
import type { Scenario } from '../../simulators/scenario.ts'
import { Simulation, type SimulationOptions } from '../../simulators/simulation.ts'

export const EXAMPLE_FILE = fileURLToPath(new URL('../../facility.example.yaml', import.meta.url))
export const example: Facility = loadFacility(EXAMPLE_FILE)

/** A clock that stands still: these simulations move by `tick` alone. */
export const stillClock: Clock = { wall: () => 0, monotonic: () => 0 }

/** A simulation that plays as fast as it is ticked. */
export function virtual(scenario: Scenario, more: Partial<SimulationOptions> = {}): Simulation {
  return new Simulation({
    facility: example,
    scenario,
    clock: stillClock,
    logger: silentLogger,
    ports: 'ephemeral',
    speed: 0,
    ...more,
  })
}

/** A small facility of two devices on one port and one on another, in one gateway each. */
export function smallFacility(
  sensors = '',
  host = '127.0.0.1',
  ports: [number, number] = [1502, 1503],
): Facility {
  return parseFacility(
    `
facility: { id: small }
gateways:
  - id: gw-1
    buses:
      - { id: a, driver: modbus-tcp, host: ${host}, port: ${ports[0]}, devices: [ { id: panel, unitId: 1, sensors: [
          { id: G-1, kind: gas, unit: "%LEL", range: [0, 100], register: { address: 0, type: float32 }, alarms: { H: { when: high, limit: 20 } } },
          { id: G-2, kind: gas, unit: ppm, quantity: H2S, range: [0, 50], register: { address: 2, type: int16, scale: 0.1 } },
          ${sensors}
        ] } ] }
      - { id: b, driver: modbus-tcp, host: ${host}, port: ${ports[0]}, devices: [ { id: gauge, unitId: 2, sensors: [
          { id: L-1, kind: level, unit: m, range: [0, 10], register: { table: input, address: 0, type: float32 } }
        ] } ] }
  - id: gw-2
    buses:
      - { id: c, driver: modbus-tcp, host: ${host}, port: ${ports[1]}, devices: [ { id: switch, unitId: 1, sensors: [
          { id: S-1, kind: state, unit: "1", register: { table: coil, address: 0 }, alarms: { OFF: { when: equals, limit: 0 } } }
        ] } ] }
`,
    'small.yaml',
  )
}

/** Ids of the alarms on a value that a sensor's present value is beyond. */
export function beyond(sensor: PolledSensor, value: number): string[] {
  return sensor.alarms.filter((alarm) => isBeyond(alarm, value)).map((alarm) => alarm.id)
}

function isBeyond(alarm: AlarmConfig, value: number): boolean {
  switch (alarm.when) {
    case 'high':
      return value >= alarm.limit
    case 'low':
      return value <= alarm.limit
    case 'equals':
      return value === alarm.limit
    case 'not-equals':
      return value !== alarm.limit
    case 'fault':
      return Number.isNaN(value)
    case 'stale':
      return false
  }
}

/** The TCP port of a simulated bus; 0 for one that has none. */
export function portOf(simulation: Simulation, bus: string): number {
  const address = simulation.addresses().get(bus)
  return address !== undefined && 'port' in address ? address.port : 0
}

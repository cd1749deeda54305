import { CodedError } from '../../contracts/errors.ts'
import type { Bus } from '../../contracts/facility.ts'
import type { Driver } from './driver.ts'
import { ModbusTcpDriver } from './modbus-tcp.ts'

/** Where and how patiently a bus is spoken to; tests give another host and port. */
export interface BusAddress {
  readonly host: string
  readonly port: number
}

type DriverFactory = (bus: Bus, address: BusAddress) => Driver

/** Every driver that is built. Key: `driver` of a bus in the facility file. */
const DRIVER_FACTORIES: Readonly<Partial<Record<Bus['driver'], DriverFactory>>> = Object.freeze({
  'modbus-tcp': (bus: Bus, address: BusAddress) =>
    new ModbusTcpDriver({ host: address.host, port: address.port, timeoutMs: bus.timeoutMs }),
})

export function isDriverBuilt(driver: Bus['driver']): boolean {
  return DRIVER_FACTORIES[driver] !== undefined
}

/** @throws CodedError CONFIG_NOT_BUILT for a driver that this release does not have. */
export function createDriver(bus: Bus, address: BusAddress = bus): Driver {
  const factory = DRIVER_FACTORIES[bus.driver]
  if (factory === undefined) {
    throw new CodedError('CONFIG_NOT_BUILT', `bus ${bus.id}: driver ${bus.driver} is not built yet`)
  }
  return factory(bus, address)
}

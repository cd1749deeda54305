import { isLoopback } from '../contracts/address.ts'
import { CodedError } from '../contracts/errors.ts'
import type { Facility, Sensor } from '../contracts/facility.ts'
import type { RegisterTable } from '../contracts/facility-schema.ts'
import type { Logger } from '../contracts/logger.ts'
import { busesNamed, busesOf, type KeyedBus } from './bus-key.ts'
import { encodeFault, encodeValue, widthOf } from './modbus/encode.ts'
import { RegisterImage } from './modbus/register-image.ts'
import { ModbusServer } from './modbus/server.ts'
import { Unit } from './modbus/unit.ts'
import type { FieldFaults } from './timeline.ts'

/** Where a sensor's value goes. */
interface Slot {
  readonly sensor: Sensor
  readonly unit: Unit
}

/** The Modbus side of a facility: one server per host and port, one unit per unit id there. */
export class Field {
  readonly servers: readonly ModbusServer[]
  /** Key: bus key. */
  readonly #serverOfBus = new Map<string, ModbusServer>()
  /** Key: device id; value: bus key. */
  readonly #busOfDevice = new Map<string, string>()
  /** Key: device id. */
  readonly #unitOfDevice = new Map<string, Unit>()
  /** Key: sensor id. */
  readonly #slots = new Map<string, Slot>()
  /** Key: bus key. */
  readonly #hosts = new Map<string, string>()
  readonly #facility: Facility

  constructor(options: { facility: Facility; ephemeral: boolean; logger: Logger }) {
    this.#facility = options.facility
    const servers: ModbusServer[] = []
    for (const [address, buses] of byAddress(options.facility)) {
      const units = this.#wireUnits(buses)
      const { host, port } = buses[0]?.bus ?? { host: '127.0.0.1', port: 0 }
      const server = new ModbusServer({
        host,
        port: options.ephemeral ? 0 : port,
        units,
        name: `simulated ${buses.map(({ key }) => key).join(', ')}`,
        logger: options.logger.child({ address }),
      })
      for (const { key } of buses) {
        this.#serverOfBus.set(key, server)
        this.#hosts.set(key, host)
      }
      servers.push(server)
    }
    this.servers = servers
  }

  /** Key: bus key `{gateway}/{bus}`. Ports are known once the servers have started. */
  addresses(): Map<string, { host: string; port: number }> {
    return new Map(
      [...this.#serverOfBus].map(([key, server]) => [
        key,
        { host: this.#hosts.get(key) ?? '127.0.0.1', port: server.port },
      ]),
    )
  }

  /** Puts a value, in the sensor's unit, into its registers; NaN becomes the fault value of its type. */
  write(sensorId: string, value: number): void {
    const slot = this.#slots.get(sensorId)
    if (slot === undefined) return
    const { register } = slot.sensor
    slot.unit.image.write(
      register.table,
      register.address,
      Number.isNaN(value) ? encodeFault(register) : encodeValue(register, value),
    )
  }

  /** Makes units silent, registers fail and servers refuse, and mends all that is not named. */
  apply(faults: FieldFaults): void {
    const silent = new Set([...faults.silent].map((device) => this.#unitOfDevice.get(device)))
    for (const unit of this.#unitOfDevice.values()) unit.isSilent = silent.has(unit)

    for (const [id, { sensor, unit }] of this.#slots) {
      const failure = faults.failed.get(id)
      if (failure?.mode !== 'exception') unit.failing.delete(id)
      else {
        const { table, address } = sensor.register
        unit.failing.set(id, {
          table,
          address,
          count: widthOf(sensor.register),
          exception: failure.exception,
        })
      }
    }

    const cut = new Set([...faults.cut].map((name) => this.#serverNamed(name)))
    for (const server of this.servers) server.cut(cut.has(server))
  }

  hasDevice(id: string): boolean {
    return this.#unitOfDevice.has(id)
  }

  hasBus(name: string): boolean {
    return this.#serverNamed(name) !== undefined
  }

  #serverNamed(busOrDevice: string): ModbusServer | undefined {
    const key = this.#busOfDevice.get(busOrDevice) ?? busesNamed(this.#facility, busOrDevice)[0]?.key ?? ''
    return this.#serverOfBus.get(key)
  }

  /** Devices that share a unit id at one address share its registers, as they would on a real line. */
  #wireUnits(buses: readonly KeyedBus[]): Map<number, Unit> {
    const units = new Map<number, Unit>()
    const devices = buses.flatMap(({ key, bus }) => bus.devices.map((device) => ({ key, device })))
    for (const id of new Set(devices.map(({ device }) => device.unitId))) {
      const own = devices.filter(({ device }) => device.unitId === id)
      const sensors = own.flatMap(({ device }) => device.sensors)
      const unit = new Unit(new RegisterImage(sizesFor(sensors)))
      units.set(id, unit)
      for (const sensor of sensors) this.#slots.set(sensor.id, { sensor, unit })
      for (const { key, device } of own) {
        this.#unitOfDevice.set(device.id, unit)
        this.#busOfDevice.set(device.id, key)
      }
    }
    return units
  }
}

/** @throws CodedError NOT_LOOPBACK naming the first bus whose host is not this machine. */
export function checkLoopback(facility: Facility): void {
  for (const { key, bus } of busesOf(facility)) {
    if (bus.driver === 'modbus-tcp' && !isLoopback(bus.host))
      throw new CodedError('NOT_LOOPBACK', `bus ${key}: ${bus.host} is not this machine's loopback address`)
  }
}

/** Buses that Modbus TCP reaches, by the address they share. */
function byAddress(facility: Facility): Map<string, KeyedBus[]> {
  const groups = new Map<string, KeyedBus[]>()
  for (const keyed of busesOf(facility)) {
    if (keyed.bus.driver !== 'modbus-tcp') continue
    const address = `${keyed.bus.host}:${keyed.bus.port}`
    groups.set(address, [...(groups.get(address) ?? []), keyed])
  }
  return groups
}

/** Each table reaches to the end of its last sensor. */
function sizesFor(sensors: readonly Sensor[]): Record<RegisterTable, number> {
  const sizes: Record<RegisterTable, number> = { coil: 0, discrete: 0, holding: 0, input: 0 }
  for (const { register } of sensors) {
    const end = register.address + widthOf(register)
    sizes[register.table] = Math.max(sizes[register.table], end)
  }
  return sizes
}

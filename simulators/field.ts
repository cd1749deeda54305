import { isLoopback } from '../contracts/address.ts'
import { CodedError } from '../contracts/errors.ts'
import type { Facility, PolledSensor } from '../contracts/facility.ts'
import { busesNamed, busesOf, type KeyedBus } from './bus-key.ts'
import { type Answering, type Conduct, together } from './device/conduct.ts'
import type { SimulatedDevice } from './device/simulated-device.ts'
import type { ActiveFault } from './fault/fault.ts'
import { wireStation } from './field-devices.ts'
import { dialled, type FieldOptions, linesOf, openLine } from './field-line.ts'
import type { Line, SimulatedAddress } from './line/line.ts'
import { widthOf } from './modbus/encode.ts'
import { Unit } from './modbus/unit.ts'
import type { SeismicArray } from './seismic/seismic-array.ts'
import { wireSeismographs } from './seismic/seismic-station.ts'
import type { FieldFaults } from './timeline.ts'

const NO_FAULTS: readonly ActiveFault[] = []

/** The devices of a facility and the lines that lead to them. */
export class Field {
  readonly lines: readonly Line[]
  /** Key: bus key. */
  readonly #lineOfBus = new Map<string, Line>()
  /** Key: device id. */
  readonly #devices = new Map<string, SimulatedDevice>()
  /** Devices that answer as one unit. */
  readonly #ends = new Map<Answering, SimulatedDevice[]>()
  /** Key: sensor id. */
  readonly #slots = new Map<string, { sensor: PolledSensor; device: SimulatedDevice }>()
  /** Key: device id; value: bus key. */
  readonly #busOfDevice = new Map<string, string>()
  readonly #facility: Facility

  /** @throws CodedError PATTERN_NOT_RENDERED */
  constructor(facility: Facility, array: SeismicArray, options: FieldOptions) {
    this.#facility = facility
    const lines: Line[] = []
    for (const [first, ...others] of linesOf(busesOf(facility)).values()) {
      if (first === undefined) continue
      const buses: [KeyedBus, ...KeyedBus[]] = [first, ...others]
      const { responder, devices } =
        first.bus.driver === 'seismic' ? wireSeismographs(buses, array) : wireStation(buses)
      const line = openLine(buses, responder, options)
      for (const { key, bus } of buses) {
        this.#lineOfBus.set(key, line)
        for (const { id } of bus.devices) this.#busOfDevice.set(id, key)
      }
      for (const device of devices) this.#take(device)
      lines.push(line)
    }
    this.lines = lines
  }

  /** Key: bus key `{gateway}/{bus}`. Known once the lines have started; buses that dial in have none. */
  addresses(): Map<string, SimulatedAddress> {
    return new Map(
      [...this.#lineOfBus].flatMap(([key, { address }]) => (address === undefined ? [] : [[key, address]])),
    )
  }

  /** Puts a value, in the sensor's unit, where its device keeps it; NaN for no measurement. */
  write(sensorId: string, value: number): void {
    const slot = this.#slots.get(sensorId)
    slot?.device.write(slot.sensor, value)
  }

  /** Makes registers fail and lines go away, and mends all that is not named. */
  apply(faults: FieldFaults): void {
    for (const [id, { sensor, device }] of this.#slots) {
      if (!(device.end instanceof Unit)) continue
      const failure = faults.failed.get(id)
      const { register } = sensor
      if (failure?.mode !== 'exception' || register.table === 'record') device.end.failing.delete(id)
      else {
        const { table, address } = register
        const span = { table, address, count: widthOf(register), exception: failure.exception }
        device.end.failing.set(id, span)
      }
    }
    const cut = new Set([...faults.cut].map((name) => this.#lineNamed(name)))
    for (const line of this.lines) line.cut(cut.has(line))
  }

  /** Moves the devices themselves on to a time: heartbeats, status, and how they answer. */
  step(faults: Pick<FieldFaults, 'silent' | 'active'>, timeMs: number): void {
    for (const [end, devices] of this.#ends) {
      const conducts = devices.map((simulated): Conduct => {
        const { id } = simulated.device
        const conduct = simulated.step(faults.active.get(id) ?? NO_FAULTS, timeMs)
        return faults.silent.has(id) ? { ...conduct, isSilent: true } : conduct
      })
      end.behave(together(conducts))
    }
  }

  device(id: string): SimulatedDevice | undefined {
    return this.#devices.get(id)
  }

  hasBus(name: string): boolean {
    return this.#lineNamed(name) !== undefined
  }

  #take(simulated: SimulatedDevice): void {
    const { device, end } = simulated
    this.#devices.set(device.id, simulated)
    this.#ends.set(end, [...(this.#ends.get(end) ?? []), simulated])
    for (const sensor of device.sensors) this.#slots.set(sensor.id, { sensor, device: simulated })
  }

  #lineNamed(busOrDevice: string): Line | undefined {
    const key = this.#busOfDevice.get(busOrDevice) ?? busesNamed(this.#facility, busOrDevice)[0]?.key ?? ''
    return this.#lineOfBus.get(key)
  }
}

/** @throws CodedError NOT_LOOPBACK naming the first bus whose host is not this machine. */
export function checkLoopback(facility: Facility): void {
  for (const { key, bus } of busesOf(facility)) {
    const { transport } = bus
    if (transport.kind === 'serial') continue
    // A gateway may listen everywhere; a simulated device must not.
    const host = transport.kind === 'dial-in' ? dialled(transport.host) : transport.host
    if (!isLoopback(host))
      throw new CodedError('NOT_LOOPBACK', `bus ${key}: ${host} is not this machine's loopback address`)
  }
}

import type { Bus, Device, Register, StatusRule } from '../contracts/facility.ts'
import type { RegisterTable } from '../contracts/facility-words.ts'
import type { KeyedBus } from './bus-key.ts'
import { SimulatedDevice } from './device/simulated-device.ts'
import { isOwnValue } from './device/status-key.ts'
import type { Responder } from './line/line.ts'
import { widthOf } from './modbus/encode.ts'
import type { Framing } from './modbus/frame.ts'
import { FRAMINGS } from './modbus/framings.ts'
import { mbapFraming } from './modbus/mbap.ts'
import { ModbusResponder } from './modbus/modbus-responder.ts'
import { RegisterImage } from './modbus/register-image.ts'
import { RegisterMemory } from './modbus/register-memory.ts'
import { Unit } from './modbus/unit.ts'
import { Instrument } from './record/instrument.ts'
import { RecordResponder } from './record/record-responder.ts'

/** The devices at one line, and who answers for them on every connection to it. */
export interface Station {
  readonly devices: readonly SimulatedDevice[]
  readonly responder: () => Responder
}

interface PlacedDevice {
  readonly bus: Bus
  readonly device: Device
}

/**
 * All buses have the driver of the first.
 * @throws CodedError PATTERN_NOT_RENDERED
 */
export function wireStation(buses: readonly [KeyedBus, ...KeyedBus[]]): Station {
  const placed = buses.flatMap(({ bus }) => bus.devices.map((device) => ({ bus, device })))
  const { driver } = buses[0].bus
  return driver === 'serial-line'
    ? wireInstruments(placed)
    : wireUnits(placed, FRAMINGS[driver] ?? mbapFraming)
}

function wireInstruments(placed: readonly PlacedDevice[]): Station {
  const wired = placed.flatMap(({ bus, device }) => {
    const { record: format, pollMs: everyMs } = device
    if (format === undefined) return []
    const instrument = new Instrument({ format, everyMs, fields: fieldsOf(device) })
    return [
      {
        instrument,
        simulated: new SimulatedDevice({ bus, device, end: instrument, memory: instrument.memory }),
      },
    ]
  })
  const instruments = wired.map(({ instrument }) => instrument)
  return {
    devices: wired.map(({ simulated }) => simulated),
    responder: () => new RecordResponder(instruments),
  }
}

/** Devices that share a unit id at one address share its registers, as they would on a real line. */
function wireUnits(placed: readonly PlacedDevice[], framing: Framing): Station {
  const units = new Map<number, Unit>()
  const devices: SimulatedDevice[] = []
  for (const [unitId, own] of Map.groupBy(placed, ({ device }) => device.unitId)) {
    const image = new RegisterImage(sizesFor(own.map(({ device }) => device)))
    const unit = new Unit(image, own[0]?.device.workarounds.replyUnit)
    const memory = new RegisterMemory(
      image,
      own.flatMap(({ device }) => ownPlaces(device)),
    )
    units.set(unitId, unit)
    for (const { bus, device } of own) devices.push(new SimulatedDevice({ bus, device, end: unit, memory }))
  }
  return { devices, responder: () => new ModbusResponder(framing, units) }
}

/** Every register that a device has. */
function registersOf({ sensors, heartbeat }: Device): Register[] {
  const own = heartbeat === undefined ? [] : [heartbeat.register]
  return [
    ...own,
    ...sensors.flatMap(({ register, status }) => [register, ...status.map((rule) => rule.register)]),
  ]
}

/** Where a device tells how it does. A sensor whose own value is a status, such as 65535 for a fault, has none. */
function ownPlaces({ sensors, heartbeat }: Device): Pick<StatusRule, 'register' | 'bits'>[] {
  const rules = sensors.flatMap(({ status, register }) =>
    status.filter((rule) => !isOwnValue(rule, register)),
  )
  return heartbeat === undefined ? rules : [...rules, heartbeat]
}

/** Each table reaches to the end of its last register or block. */
function sizesFor(devices: readonly Device[]): Record<RegisterTable, number> {
  const sizes: Record<RegisterTable, number> = { coil: 0, discrete: 0, holding: 0, input: 0 }
  const reach = (table: RegisterTable, end: number) => {
    sizes[table] = Math.max(sizes[table], end)
  }
  for (const device of devices) {
    for (const register of registersOf(device)) {
      if (register.table !== 'record') reach(register.table, register.address + widthOf(register))
    }
    for (const { table, address, count } of device.workarounds.blocks) reach(table, address + count)
  }
  return sizes
}

/** Which fields of a record hold numbers, and which the words of a status. */
function fieldsOf(device: Device): { numbers: string[]; texts: string[] } {
  const { sensors, heartbeat } = device
  const named = ({ field }: Register) => (field === undefined ? [] : [field])
  const numbers = new Set([
    ...(heartbeat === undefined ? [] : named(heartbeat.register)),
    ...sensors.flatMap(({ register }) => named(register)),
  ])
  const texts = new Set(sensors.flatMap(({ status }) => status.flatMap(({ register }) => named(register))))
  return { numbers: [...numbers], texts: [...texts.difference(numbers)] }
}

import type { BusFile, LineFile } from './bus-schema.ts'
import { formatPath, type Path } from './config-document.ts'
import type { Problem } from './config-problems.ts'
import type { DeviceFile } from './device-schema.ts'
import type { Driver } from './facility-words.ts'
import { repeatsRepeats } from './pattern-risk.ts'
import { type RegisterContext, registerProblems, statusProblems } from './register-rules.ts'
import { seismicBusProblems, seismicDeviceProblems } from './seismic-rules.ts'
import { sensorProblems } from './sensor-rules.ts'
import { type Placed, placed, type Sound } from './sound-parts.ts'

/** The keys that say which way the bytes take. */
type Way = 'host' | 'serial' | 'listen'

/** Key: the driver. Values: the ways it knows. */
const WAYS: Readonly<Record<Driver, readonly Way[]>> = {
  'modbus-tcp': ['host', 'listen'],
  'modbus-rtu': ['serial'],
  'modbus-rtu-over-tcp': ['host', 'listen'],
  'modbus-ascii': ['serial', 'host', 'listen'],
  'serial-line': ['serial', 'host', 'listen'],
  seismic: ['serial', 'host', 'listen'],
}

/** What buses, their devices and sensors of the right shape can still get wrong. */
export function busesProblems(buses: readonly Placed<Sound<BusFile>>[]): Problem[] {
  return [
    ...sharedLines(buses),
    ...buses.flatMap(({ part, path }) => [
      ...lineProblems(part, path),
      ...seismicBusProblems(part, path),
      ...placed(part.devices, [...path, 'devices']).flatMap((device) =>
        part.driver === 'seismic' ? seismicDeviceProblems(device, part) : deviceProblems(device, part),
      ),
    ]),
  ]
}

/** Which way the bytes take: exactly one, and one that the driver knows. */
export function lineProblems(bus: Sound<LineFile>, path: Path): Problem[] {
  const { driver } = bus
  if (driver === undefined) return []
  const ways = WAYS[driver]
  const problems = (['host', 'serial', 'listen'] as const)
    .filter((way) => bus[way] !== undefined && !ways.includes(way))
    .map((way) => ({ path: [...path, way], message: `driver ${driver} has no "${way}"` }))
  const given = ways.filter((way) => bus[way] !== undefined)
  const [first = 'host', ...others] = ways
  if (given.length === 0) {
    const choice = others.length === 0 ? '' : ` (or give ${others.join(' or ')})`
    problems.push({
      path: [...path, first],
      message: `required key "${first}" is missing for driver ${driver}${choice}`,
    })
  }
  const [, second] = given
  if (second !== undefined)
    problems.push({ path: [...path, second], message: `give one of ${given.join(', ')}` })
  if (driver === 'modbus-rtu' && bus.serial?.dataBits === 7)
    problems.push({ path: [...path, 'serial', 'dataBits'], message: 'Modbus RTU needs 8 data bits' })
  return problems
}

/** Two buses cannot use one line, nor tell units apart that dial in without a name. */
function sharedLines(buses: readonly Placed<Sound<BusFile>>[]): Problem[] {
  const first = new Map<string, string>()
  return buses.flatMap(({ part: { serial, listen }, path }) => {
    const line =
      serial?.path === undefined
        ? listen?.address === undefined
          ? undefined
          : { name: `${listen.address} ${listen.registration ?? ''}`, key: 'listen' }
        : { name: serial.path, key: 'serial' }
    if (line === undefined) return []
    const other = first.get(line.name)
    first.set(line.name, other ?? formatPath(path))
    const remedy =
      line.key === 'serial' ? 'put all its devices on one bus' : 'give each a registration of its own'
    return other === undefined
      ? []
      : [{ path: [...path, line.key], message: `${other} uses the same: ${remedy}` }]
  })
}

function deviceProblems({ part: device, path }: Placed<Sound<DeviceFile>>, bus: Sound<BusFile>): Problem[] {
  const problems: Problem[] = []
  const refuse = (key: string, message: string) => problems.push({ path: [...path, key], message })
  const isRecord = bus.driver === 'serial-line'
  if (device.sensors === undefined && device.profile === undefined)
    refuse('sensors', 'required key "sensors" is missing for a device without a profile')
  if (isRecord && device.line === undefined)
    refuse('line', 'required key "line" is missing for driver serial-line')
  if (device.seismic !== undefined) refuse('seismic', 'only devices of driver seismic have it')
  if (!isRecord && device.line !== undefined) refuse('line', 'only devices of driver serial-line have a line')
  const speaksAlone = isRecord && device.line !== undefined && device.line.request === undefined
  if (speaksAlone && (bus.devices?.length ?? 0) > 1)
    refuse('line', 'an instrument that sends by itself is alone on its line: give a request')
  const isSerialModbus = bus.driver === 'modbus-rtu' || bus.driver === 'modbus-ascii'
  if (isSerialModbus && device.unitId === 0) refuse('unitId', 'unit 0 is broadcast: nobody answers it')

  const { names, problems: lineProblems } = groupsOf(device.line, [...path, 'line'])
  const context: RegisterContext = { base: device.addressBase ?? 'pdu', isRecord, names }
  const heartbeat = device.heartbeat?.register
  return [
    ...problems,
    ...lineProblems,
    ...(heartbeat === undefined
      ? []
      : registerProblems(heartbeat, [...path, 'heartbeat', 'register'], context)),
    ...statusProblems(device.status, [...path, 'status'], context),
    ...placed(device.sensors, [...path, 'sensors']).flatMap(({ part, path: at }) =>
      sensorProblems(part, at, context),
    ),
  ]
}

/** The named groups of the pattern, and what is wrong with the line. */
function groupsOf(line: Sound<DeviceFile['line']>, path: Path): { names: string[]; problems: Problem[] } {
  const problems: Problem[] = []
  const refuse = (key: string, message: string) => problems.push({ path: [...path, key], message })
  if (line?.end !== undefined && line.length !== undefined) refuse('length', 'give either end or length')
  if (line?.length !== undefined && line.request === undefined && (line.start ?? '') === '')
    refuse('start', 'an instrument that sends by itself needs a start or an end to know its records by')
  if (line?.pattern === undefined) return { names: [], problems }
  if (line.separator !== undefined) refuse('separator', 'give either pattern or separator')
  try {
    // A match with the empty alternative tells the groups without any input.
    const groups = new RegExp(`${line.pattern}|`).exec('')
    if ((groups?.length ?? 0) < 2) refuse('pattern', 'the pattern has no group')
    if (repeatsRepeats(line.pattern))
      refuse(
        'pattern',
        'it repeats what repeats already: on noise that can take seconds, for all lines; write it with one repeat, or with a separator',
      )
    return { names: Object.keys(groups?.groups ?? {}), problems }
  } catch (error) {
    refuse('pattern', (error as Error).message)
    return { names: [], problems }
  }
}

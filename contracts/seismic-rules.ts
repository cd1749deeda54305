import { FEATURE_UNITS, FEATURES } from './analytics/seismic/wave.ts'
import type { BusFile } from './bus-schema.ts'
import type { Path } from './config-document.ts'
import type { Problem } from './config-problems.ts'
import type { DeviceFile } from './device-schema.ts'
import { parseDuration } from './duration.ts'
import { isFeature } from './seismic-resolve.ts'
import type { SeismicFile } from './seismic-schema.ts'
import { sensorProblems } from './sensor-rules.ts'
import type { SensorFile } from './sensor-schema.ts'
import { type Placed, placed, type Sound } from './sound-parts.ts'
import { didYouMean } from './suggestion.ts'
import { convert } from './units.ts'

type Refuse = (key: string, message: string) => void

/** The port of a bus that gives none: that of Modbus. */
const MODBUS_PORT = 502
/** Features are computed once a second. */
const SECOND_MS = 1_000
const UNUSED_REGISTER_KEYS = [
  'address',
  'table',
  'type',
  'bit',
  'length',
  'scale',
  'offset',
  'from',
  'to',
  'signal',
  'valid',
] as const

/** What the keys of a bus say about instruments that send waveforms, and should not of any other. */
export function seismicBusProblems(bus: Sound<BusFile>, path: Path): Problem[] {
  const problems: Problem[] = []
  const refuse: Refuse = (key, message) => problems.push({ path: [...path, key], message })
  if (bus.driver === undefined) return []
  if (bus.driver !== 'seismic') {
    for (const key of ['protocol', 'link'] as const)
      if (bus[key] !== undefined) refuse(key, `driver ${bus.driver} has no ${key}`)
    return problems
  }
  const { protocol = 'frames', link, host, serial, listen } = bus
  if (link !== undefined && protocol !== 'registers') refuse('link', `protocol ${protocol} has no link`)
  if (protocol === 'registers') linkProblems(bus, refuse)
  if (protocol === 'seedlink') {
    if (serial !== undefined) refuse('serial', 'SeedLink is spoken over TCP: give host')
    if (listen !== undefined) refuse('listen', 'a SeedLink server does not dial in: give host')
  }
  if (protocol !== 'registers' && host !== undefined && bus.port === MODBUS_PORT)
    refuse('port', `the port is missing${protocol === 'seedlink' ? ': SeedLink usually has 18000' : ''}`)
  return [...problems, ...sharedStations(bus, path)]
}

function linkProblems({ link, serial, host, listen }: Sound<BusFile>, refuse: Refuse): void {
  const isSerial = serial !== undefined
  if (isSerial && (link === 'modbus-tcp' || link === 'modbus-rtu-over-tcp'))
    refuse('link', `${link} is not spoken over a serial line`)
  if ((host !== undefined || listen !== undefined) && link === 'modbus-rtu')
    refuse('link', 'modbus-rtu is spoken over a serial line; over TCP it is modbus-rtu-over-tcp')
}

/** Two stations of one number on a line cannot be told apart; nor two clients of one station over SeedLink. */
function sharedStations(bus: Sound<BusFile>, path: Path): Problem[] {
  const { protocol = 'frames' } = bus
  const first = new Set<string>()
  return placed(bus.devices, [...path, 'devices']).flatMap(({ part: { unitId, seismic }, path: at }) => {
    const [key, name] =
      protocol === 'seedlink'
        ? [[...at, 'seismic', 'station'], `station ${seismic?.network ?? ''} ${seismic?.station ?? ''}`]
        : [[...at, 'unitId'], `unitId ${unitId ?? ''}`]
    const isShared = first.has(name)
    first.add(name)
    return isShared ? [{ path: key, message: `another device of the bus has ${name}` }] : []
  })
}

/** What a device of driver seismic, and its sensors, can get wrong. */
export function seismicDeviceProblems(
  { part: device, path }: Placed<Sound<DeviceFile>>,
  { protocol = 'frames' }: Sound<BusFile>,
): Problem[] {
  const problems: Problem[] = []
  const refuse: Refuse = (key, message) => problems.push({ path: [...path, key], message })
  if (device.seismic === undefined) refuse('seismic', 'required key "seismic" is missing for driver seismic')
  if (device.sensors === undefined) refuse('sensors', 'required key "sensors" is missing for driver seismic')
  for (const key of ['profile', 'channels', 'heartbeat', 'line'] as const)
    if (device[key] !== undefined) refuse(key, `a device of driver seismic has no ${key}`)
  if ((device.status?.length ?? 0) > 0) refuse('status', 'a device of driver seismic has no status registers')
  if (device.poll !== undefined && parseDuration(device.poll) !== SECOND_MS)
    refuse('poll', 'features of driver seismic are computed once a second: leave poll out')
  return [
    ...problems,
    ...(device.seismic === undefined
      ? []
      : instrumentProblems(device.seismic, protocol, [...path, 'seismic'])),
    ...placed(device.sensors, [...path, 'sensors']).flatMap(({ part, path: at }) =>
      featureProblems(part, at),
    ),
  ]
}

function instrumentProblems(
  seismic: Sound<SeismicFile>,
  protocol: NonNullable<Sound<BusFile>['protocol']>,
  path: Path,
): Problem[] {
  const problems: Problem[] = []
  const refuse: Refuse = (key, message) => problems.push({ path: [...path, key], message })
  const { scale, sensitivity, axes, trigger, channels, registers } = seismic
  if (scale === undefined && sensitivity === undefined)
    refuse('scale', 'required key "scale" is missing (or give sensitivity)')
  if (scale !== undefined && sensitivity !== undefined)
    refuse('sensitivity', 'give either scale or sensitivity')
  if (repeats((axes ?? []).map((axis) => axis?.replace('-', '')))) refuse('axes', 'each of ns, ew, ud once')
  if (repeats(channels ?? [])) refuse('channels', 'three different codes')
  if (protocol === 'seedlink') {
    for (const key of ['network', 'station', 'channels'] as const)
      if (seismic[key] === undefined) refuse(key, `required key "${key}" is missing for protocol seedlink`)
  }
  if (registers !== undefined && protocol !== 'registers')
    refuse('registers', `protocol ${protocol} has no registers`)
  return [...problems, ...triggerProblems(trigger, [...path, 'trigger'])]
}

function repeats(items: readonly unknown[]): boolean {
  const given = items.filter((item) => item !== undefined)
  return new Set(given).size < given.length
}

function triggerProblems(trigger: Sound<SeismicFile['trigger']> | undefined, path: Path): Problem[] {
  const problems: Problem[] = []
  const refuse: Refuse = (key, message) => problems.push({ path: [...path, key], message })
  const { on, off } = trigger ?? {}
  if (on !== undefined && off !== undefined && off >= on) refuse('off', 'it has to be below `on`')
  const [sta, lta, pre, post, maxEvent] = (['sta', 'lta', 'pre', 'post', 'maxEvent'] as const).map((key) => {
    const text = trigger?.[key]
    return text === undefined ? undefined : parseDuration(text)
  })
  if (sta !== undefined && lta !== undefined) {
    if (sta < 50 || sta > 60_000) refuse('sta', 'between 50ms and 60s')
    if (on !== undefined && on >= lta / sta)
      refuse('on', `it is never reached: the ratio stays below lta / sta, ${lta / sta}`)
    if (lta < 2 * sta || lta > 600_000) refuse('lta', 'at least twice the short term average, at most 10m')
  }
  if (pre !== undefined && pre > 300_000) refuse('pre', 'at most 5m')
  if (maxEvent !== undefined && pre !== undefined && post !== undefined) {
    if (maxEvent > 900_000) refuse('maxEvent', 'at most 15m: a server takes no longer record')
    if (maxEvent <= pre + post) refuse('maxEvent', 'it has to be longer than pre and post together')
  }
  return problems
}

/** A sensor of a seismic device names a feature, in a unit that fits it. */
function featureProblems(sensor: Sound<SensorFile>, path: Path): Problem[] {
  const { register, status, ...rest } = sensor
  const problems: Problem[] = sensorProblems(rest, path, { base: 'pdu', isRecord: true })
  const refuse = (key: string, message: string) =>
    problems.push({ path: [...path, 'register', key], message })
  for (const key of UNUSED_REGISTER_KEYS)
    if (register?.[key] !== undefined) refuse(key, `a feature of a waveform has no ${key}`)
  if ((status?.length ?? 0) > 0)
    problems.push({ path: [...path, 'status'], message: 'a feature of a waveform has no status registers' })
  const field = register?.field
  if (register === undefined) return problems
  if (field === undefined) refuse('field', 'required key "field" is missing for driver seismic')
  else if (typeof field !== 'string' || !isFeature(field))
    refuse('field', `no feature "${field}"${didYouMean(String(field), Object.keys(FEATURES))}`)
  else if (sensor.unit !== undefined && convert(1, FEATURE_UNITS[field], sensor.unit) === undefined)
    problems.push({
      path: [...path, 'unit'],
      message: `${field} is in ${FEATURE_UNITS[field]}, which cannot be converted to ${sensor.unit}`,
    })
  return problems
}

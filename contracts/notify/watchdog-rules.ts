import { isLoopback, parseAddress } from '../address.ts'
import { WATCHDOG_CLASS } from '../alarm-class.ts'
import type { AlarmFile } from '../alarm-schema.ts'
import type { BusFile } from '../bus-schema.ts'
import type { Path } from '../config-document.ts'
import type { Problem } from '../config-problems.ts'
import type { DeviceFile } from '../device-schema.ts'
import { formatDuration, parseDuration } from '../duration.ts'
import type { FacilityFile } from '../facility-schema.ts'
import type { SensorFile } from '../sensor-schema.ts'
import { type Placed, placed, type Sound } from '../sound-parts.ts'
import type { NotifyFile } from './schema.ts'
import { registerStep, watchdogValues } from './watchdog-values.ts'

type File = Sound<FacilityFile>
type WatchdogFile = Sound<NonNullable<NotifyFile['watchdog']>>

/** Where the synthetic sensor stands; paths in the file. */
interface Place {
  readonly bus: Sound<BusFile>
  readonly busPath: Path
  readonly device: Sound<DeviceFile>
  readonly sensor: Sound<SensorFile>
  readonly path: Path
}

const WATCHDOG: Path = ['notify', 'watchdog']
/** Who listens there does so at every address of its machine. */
const EVERYWHERE: readonly string[] = ['0.0.0.0', '::']

/** Whether the watchdog can play the device of its sensor, be heard by it and be told, and tell people itself. */
export function watchdogPlaceProblems(file: File, watchdog: WatchdogFile): Problem[] {
  const place = placeOf(file, watchdog.sensor)
  return [
    ...(place === undefined
      ? notPolled(file, watchdog)
      : [...placeProblems(place, watchdog), ...strayProblems(file, watchdog.sensor)]),
    ...acknowledging(file),
    ...listenProblems(watchdog),
    ...tellProblems(file, watchdog),
  ]
}

function placeOf(file: File, sensor: string | undefined): Place | undefined {
  for (const { part: gateway, path: gatewayPath } of placed(file.gateways, ['gateways']))
    for (const { part: bus, path: busPath } of placed(gateway.buses, [...gatewayPath, 'buses']))
      for (const { part: device, path: devicePath } of placed(bus.devices, [...busPath, 'devices']))
        for (const { part, path } of placed(device.sensors, [...devicePath, 'sensors']))
          if (part.id !== undefined && part.id === sensor) return { bus, busPath, device, sensor: part, path }
  return undefined
}

/** One that is there, but that no gateway reads. */
function notPolled(file: File, { sensor }: WatchdogFile): Problem[] {
  const isDerived = placed(file.derived, []).some(({ part }) => part.id !== undefined && part.id === sensor)
  const isForeign = placed(file.foreign, []).some(({ part }) =>
    placed(part.sensors, []).some(({ part: own }) => own.id !== undefined && own.id === sensor),
  )
  return isDerived || isForeign
    ? [
        {
          path: [...WATCHDOG, 'sensor'],
          message: `no gateway reads "${sensor}": the watchdog plays a device on a bus`,
        },
      ]
    : []
}

function placeProblems({ bus, busPath, device, sensor, path }: Place, watchdog: WatchdogFile): Problem[] {
  const problems: Problem[] = []
  if (bus.driver !== undefined && bus.driver !== 'modbus-tcp')
    problems.push({
      path: [...busPath, 'driver'],
      message: 'the watchdog plays a device of driver modbus-tcp',
    })
  const count = (bus.devices ?? []).reduce((sum, each) => sum + (each?.sensors ?? []).length, 0)
  if (count > 1)
    problems.push({
      path: [...busPath, 'devices'],
      message: 'the watchdog plays all of this bus: leave nothing on it but its own sensor',
    })
  return [
    ...problems,
    ...addressProblems(bus, watchdog),
    ...alarmProblems(sensor, path),
    ...timeProblems(device, sensor, watchdog),
  ]
}

function addressProblems({ host, port = 502, listen }: Sound<BusFile>, { device }: WatchdogFile): Problem[] {
  if (device === undefined) return []
  const own = parseAddress(device)
  const isSameHost = host === undefined || host === own.host || EVERYWHERE.includes(own.host)
  if (listen === undefined && isSameHost && port === own.port) return []
  const there = listen === undefined ? `${host ?? ''}:${port}` : 'where units dial in'
  return [
    {
      path: [...WATCHDOG, 'device'],
      message: `${device}: the bus of its sensor connects to ${there}; give both the same host and port`,
    },
  ]
}

function alarmProblems(sensor: Sound<SensorFile>, path: Path): Problem[] {
  const own = Object.entries(sensor.alarms ?? {}).filter(([key]) => key !== 'FAULT')
  const [first] = own
  const alarms: Path = [...path, 'alarms']
  if (own.length !== 1 || first === undefined)
    return [
      {
        path: own.length === 0 ? path : alarms,
        message: `the sensor of the watchdog has one alarm: { when: high, class: ${WATCHDOG_CLASS} }`,
      },
    ]
  const [key, alarm] = first
  if (alarm === undefined) return []
  const at: Path = [...alarms, key]
  const problems: Problem[] = []
  if (alarm.when !== undefined && alarm.when !== 'high')
    problems.push({ path: [...at, 'when'], message: 'the alarm of the watchdog is high' })
  if (alarm.class !== WATCHDOG_CLASS)
    problems.push({
      path: [...at, 'class'],
      message: `the alarm of the watchdog has class ${WATCHDOG_CLASS}`,
    })
  if (alarm.latching === true)
    problems.push({ path: [...at, 'latching'], message: 'nobody would reset the alarm of the watchdog' })
  return [...problems, ...roomProblems(sensor, alarm, path)]
}

/** Rounds are told apart by values, for which there has to be room. */
function roomProblems(
  { range, register }: Sound<SensorFile>,
  { limit, deadband = 0 }: Sound<AlarmFile>,
  path: Path,
): Problem[] {
  if (register?.signal !== undefined)
    return [{ path: [...path, 'register', 'signal'], message: 'the watchdog plays a plain number' }]
  const [low, high] = range ?? []
  if (low === undefined || high === undefined)
    return [{ path, message: 'the sensor of the watchdog needs a range: [0, 100]' }]
  if (limit === undefined) return []
  const { from, to, scale = 1, type = 'uint16' } = register ?? {}
  const [fromLow = 0, fromHigh = 1] = from ?? []
  const [toLow = 0, toHigh = 1] = to ?? []
  const factor = from === undefined ? scale : (toHigh - toLow) / (fromHigh - fromLow)
  const values = watchdogValues({ range: [low, high], limit, deadband, step: registerStep(type, factor) })
  return values === undefined
    ? [
        {
          path: [...path, 'range'],
          message: `limit ${limit} leaves no room for values that tell rounds apart: register uint16, range [0, 100], limit 50`,
        },
      ]
    : []
}

function timeProblems(
  device: Sound<DeviceFile>,
  sensor: Sound<SensorFile>,
  { every, within }: WatchdogFile,
): Problem[] {
  const ms = (text: string | undefined, missing: string) => parseDuration(text ?? missing) ?? 0
  const poll = ms(device.poll, '1s')
  const alarm = Object.entries(sensor.alarms ?? {}).find(([key]) => key !== 'FAULT')?.[1]
  const [on, off] = [ms(alarm?.onDelay, '0s'), ms(alarm?.offDelay, '0s')]
  const withinMs = ms(within, '30s')
  const everyMs = ms(every, '5m')
  const least = poll + Math.max(on, off)
  if (withinMs <= least)
    return [
      {
        path: [...WATCHDOG, 'within'],
        message: `${within ?? '30s'}: poll and delays of its alarm alone take up to ${formatDuration(least)}`,
      },
    ]
  const whole = withinMs + poll + off
  return everyMs <= whole
    ? [
        {
          path: [...WATCHDOG, 'every'],
          message: `${every ?? '5m'}: a round takes up to ${formatDuration(whole)} (within, poll and offDelay); give more`,
        },
      ]
    : []
}

/** An alarm of this class that is not that of the watchdog would be told to nobody. */
function strayProblems(file: File, sensor: string | undefined): Problem[] {
  const problems: Problem[] = []
  for (const { part, path } of sensorsOf(file)) {
    if (part.id === undefined || part.id === sensor) continue
    for (const [key, alarm] of Object.entries(part.alarms ?? {}))
      if (alarm?.class === WATCHDOG_CLASS)
        problems.push({
          path: [...path, 'alarms', key, 'class'],
          message: `${WATCHDOG_CLASS} is the class of the sensor of notify.watchdog alone: nobody would be told`,
        })
  }
  return problems
}

function sensorsOf(file: File): Placed<Pick<Sound<SensorFile>, 'id' | 'alarms'>>[] {
  const polled = placed(file.gateways, ['gateways']).flatMap(({ part: gateway, path: gatewayPath }) =>
    placed(gateway.buses, [...gatewayPath, 'buses']).flatMap(({ part: bus, path: busPath }) =>
      placed(bus.devices, [...busPath, 'devices']).flatMap(({ part, path }) =>
        placed(part.sensors, [...path, 'sensors']),
      ),
    ),
  )
  const foreign = placed(file.foreign, ['foreign']).flatMap(({ part, path }) =>
    placed(part.sensors, [...path, 'sensors']),
  )
  return [...polled, ...foreign, ...placed(file.derived, ['derived'])]
}

function acknowledging(file: File): Problem[] {
  const acknowledge = file.classes?.[WATCHDOG_CLASS]?.acknowledge ?? 'auto'
  return acknowledge === 'auto'
    ? []
    : [
        {
          path: ['classes', WATCHDOG_CLASS, 'acknowledge'],
          message: 'nobody acknowledges the alarm of the watchdog: auto',
        },
      ]
}

function listenProblems({ listen, tls }: WatchdogFile): Problem[] {
  if (listen === undefined || tls !== undefined) return []
  return isLoopback(parseAddress(listen).host)
    ? []
    : [
        {
          path: [...WATCHDOG, 'listen'],
          message: `${listen}: beyond loopback it takes messages by HTTPS only: give tls`,
        },
      ]
}

function tellProblems(file: File, { tell = [], to = [], channel }: WatchdogFile): Problem[] {
  const emails = placed(file.notify?.channels, []).flatMap(({ part }) =>
    part.kind === 'email' ? [part.id] : [],
  )
  const problems: Problem[] = tell.flatMap((name, index) =>
    name !== undefined && name === channel
      ? [
          {
            path: [...WATCHDOG, 'tell', index],
            message: `"${name}" leads to the watchdog itself, and to nobody else`,
          },
        ]
      : [],
  )
  if (!tell.some((name) => name !== undefined && emails.includes(name))) return problems
  if (to.length === 0)
    problems.push({ path: [...WATCHDOG, 'to'], message: 'a channel of kind email needs somebody to tell' })
  for (const [index, person] of to.entries()) {
    const found = placed(file.responders, []).find(({ part }) => part.id !== undefined && part.id === person)
    if (found !== undefined && found.part.email === undefined)
      problems.push({ path: [...WATCHDOG, 'to', index], message: `"${person}" has no email` })
  }
  return problems
}

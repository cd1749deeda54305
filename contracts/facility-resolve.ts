import { parseDuration, parseSize } from './duration.ts'
import type { AlarmConfig, Area, Bus, Device, Facility, Gateway, Register, Sensor } from './facility.ts'
import type { FacilityFile } from './facility-schema.ts'
import { alarmId } from './ids.ts'
import { parseModicon } from './modicon.ts'
import type { AlarmFile, RegisterFile, SensorFile } from './sensor-schema.ts'

type GatewayFile = FacilityFile['gateways'][number]
type BusFile = GatewayFile['buses'][number]
type DeviceFile = BusFile['devices'][number]

/** A device without evidence for this long is stale, whatever its poll (DESIGN section 7). */
const LEAST_STALE_MS = 10_000

/** A checked file with its defaults becomes the frozen model that programs use. */
export function resolveFacility(
  file: FacilityFile,
  origin: Pick<Facility, 'file' | 'digest' | 'given'>,
): Facility {
  const gateways = file.gateways.map(resolveGateway)
  const sensors = gateways.flatMap((g) => g.buses.flatMap((b) => b.devices.flatMap((d) => d.sensors)))
  const { retention, ...store } = file.store
  return {
    id: file.facility.id,
    name: file.facility.name ?? file.facility.id,
    timezone: file.facility.timezone,
    ...optional('location', file.facility.location),
    ...origin,
    mqtt: file.mqtt,
    store: { ...store, retentionMs: ms(retention) },
    server: file.server,
    areas: resolveAreas(file, sensors),
    gateways,
    sensors: new Map(sensors.map((sensor) => [sensor.id, sensor])),
    notBuilt: notBuilt(file),
  }
}

function notBuilt(file: FacilityFile): string[] {
  const list: string[] = []
  if (file.derived.length > 0)
    list.push(`derived: ${file.derived.length} sensors are checked but not computed yet`)
  if (file.responders.length > 0) list.push('responders: nobody is notified yet')
  if (file.plans.length > 0) list.push('plans: not shown yet')
  for (const gateway of file.gateways) {
    if (gateway.outbox.path !== undefined)
      list.push(
        `gateways ${gateway.id}: the outbox is kept in memory, not in ${gateway.outbox.path}, until it is built`,
      )
  }
  return list
}

/** The areas listed, and those that only sensors name. */
function resolveAreas(file: FacilityFile, sensors: readonly Sensor[]): Area[] {
  const areas = new Map<string, Area>()
  for (const area of file.areas) {
    areas.set(area.id, { id: area.id, name: area.name ?? area.id, ...optional('location', area.location) })
  }
  for (const sensor of sensors) {
    if (!areas.has(sensor.area)) areas.set(sensor.area, { id: sensor.area, name: sensor.area })
  }
  return [...areas.values()]
}

function resolveGateway(file: GatewayFile): Gateway {
  return {
    id: file.id,
    name: file.name ?? file.id,
    heartbeatMs: ms(file.heartbeat),
    outbox: {
      ...optional('path', file.outbox.path),
      maxBytes: parseSize(file.outbox.maxSize) ?? 0,
      maxAgeMs: ms(file.outbox.maxAge),
    },
    buses: file.buses.map((bus) => resolveBus(bus, file.id)),
  }
}

function resolveBus(file: BusFile, gateway: string): Bus {
  return {
    id: file.id,
    driver: file.driver,
    host: file.host ?? '127.0.0.1',
    port: file.port,
    timeoutMs: ms(file.timeout),
    devices: file.devices.map((device) => resolveDevice(device, gateway, file.id)),
  }
}

function resolveDevice(file: DeviceFile, gateway: string, bus: string): Device {
  const pollMs = ms(file.poll)
  const place = { gateway, bus, device: file.id, area: file.area ?? gateway, pollMs }
  return {
    id: file.id,
    name: file.name ?? file.id,
    unitId: file.unitId,
    pollMs,
    maxGap: file.maxGap,
    maxRegisters: file.maxRegisters,
    sensors: file.sensors.filter((sensor) => !sensor.retired).map((sensor) => resolveSensor(sensor, place)),
  }
}

function resolveSensor(
  file: SensorFile,
  place: { gateway: string; bus: string; device: string; area: string; pollMs: number },
): Sensor {
  return {
    ...place,
    id: file.id,
    name: file.name ?? file.id,
    kind: file.kind,
    unit: file.unit,
    quantity: file.quantity ?? file.kind,
    area: file.area ?? place.area,
    ...optional('range', pair(file.range)),
    ...optional('valid', pair(file.valid)),
    register: resolveRegister(file.register),
    report: { deadband: file.report.deadband, maxIntervalMs: ms(file.report.maxInterval) },
    staleAfterMs:
      file.staleAfter === undefined ? Math.max(3 * place.pollMs, LEAST_STALE_MS) : ms(file.staleAfter),
    alarms: resolveAlarms(file.id, file.alarms ?? {}),
  }
}

export function resolveRegister(file: RegisterFile): Register {
  const modicon = typeof file.address === 'string' ? parseModicon(file.address) : undefined
  const table = modicon?.table ?? file.table ?? 'holding'
  const slope =
    file.from === undefined || file.to === undefined
      ? { scale: file.scale ?? 1, offset: file.offset ?? 0 }
      : lineThrough(file.from, file.to)
  return {
    table,
    address: modicon?.address ?? Number(file.address),
    type: file.type ?? (table === 'coil' || table === 'discrete' ? 'bit' : 'uint16'),
    order: file.order,
    ...slope,
    ...optional('bit', file.bit),
    ...optional('length', file.length),
    // Without `from` the raw value is the current in mA as it is.
    ...optional('ne43', file.signal === 'ne43' ? (pair(file.from) ?? ([4, 20] as const)) : undefined),
    ...optional('valid', pair(file.valid)),
  }
}

function lineThrough(from: readonly number[], to: readonly number[]): { scale: number; offset: number } {
  const [fromLow = 0, fromHigh = 1] = from
  const [toLow = 0, toHigh = 1] = to
  const scale = (toHigh - toLow) / (fromHigh - fromLow)
  return { scale, offset: toLow - fromLow * scale }
}

/** The FAULT alarm that every sensor has, unless its file overrides it. */
const FAULT: AlarmFile = {
  when: 'fault',
  deadband: 0,
  onDelay: '0s',
  offDelay: '0s',
  priority: 'medium',
  latching: false,
  onBad: 'freeze',
}

export function resolveAlarms(sensor: string, file: Readonly<Record<string, AlarmFile>>): AlarmConfig[] {
  return Object.entries('FAULT' in file ? file : { ...file, FAULT }).map(([key, alarm]) => ({
    id: alarmId(sensor, key),
    key,
    sensor,
    when: alarm.when,
    limit: alarm.limit ?? Number.NaN,
    deadband: alarm.deadband,
    onDelayMs: ms(alarm.onDelay),
    offDelayMs: ms(alarm.offDelay),
    priority: alarm.priority,
    latching: alarm.latching,
    onBad: alarm.onBad,
    ...optional('message', alarm.message),
  }))
}

/** Durations of a checked file always parse. */
function ms(text: string): number {
  return parseDuration(text) ?? 0
}

function pair(list: readonly number[] | undefined): readonly [number, number] | undefined {
  const [low, high] = list ?? []
  return low === undefined || high === undefined ? undefined : [low, high]
}

/** A key that is left out when there is no value, as exactOptionalPropertyTypes wants it. */
function optional<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { [P in K]?: V })
}

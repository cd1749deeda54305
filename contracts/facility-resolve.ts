import { parseAddress } from './address.ts'
import { resolveBus } from './bus-resolve.ts'
import { parseSize } from './duration.ts'
import type { Area, Facility, Gateway, Sensor } from './facility.ts'
import type { FacilityFile } from './facility-schema.ts'
import { ms, optional } from './resolve-parts.ts'

type GatewayFile = FacilityFile['gateways'][number]

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
    ...optional('metrics', file.metrics === undefined ? undefined : parseAddress(file.metrics)),
    outbox: {
      ...optional('path', file.outbox.path),
      maxBytes: parseSize(file.outbox.maxSize) ?? 0,
      maxAgeMs: ms(file.outbox.maxAge),
    },
    buses: file.buses.map((bus) => resolveBus(bus, file.id)),
  }
}

import { dirname, resolve as resolvePath } from 'node:path'
import { parseAddress } from './address.ts'
import { type AlarmResolver, alarmResolver } from './alarm-resolve.ts'
import { resolveDerived } from './analytics/derived-resolve.ts'
import { surroundingsOf } from './analytics/surroundings.ts'
import { resolveAnnunciator } from './annunciator-resolve.ts'
import { resolveBus } from './bus-resolve.ts'
import { parseSize } from './duration.ts'
import type { Area, Facility, Gateway, Sensor } from './facility.ts'
import type { FacilityFile } from './facility-schema.ts'
import { resolveForeign } from './foreign-resolve.ts'
import { resolveNotify } from './notify/resolve.ts'
import type { OidcConfig } from './oidc-schema.ts'
import type { RegisterConfig } from './register/database-schema.ts'
import { resolvePlans } from './register/incident-resolve.ts'
import { resolveRegister } from './register/resolve.ts'
import { ms, optional } from './resolve-parts.ts'

type GatewayFile = FacilityFile['gateways'][number]

/** A checked file with its defaults becomes the frozen model that programs use. */
export function resolveFacility(
  file: FacilityFile,
  origin: Pick<Facility, 'file' | 'digest' | 'fingerprint' | 'given' | 'refusals'>,
): Facility {
  const resolveAlarms = alarmResolver(file)
  const gateways = file.gateways.map((gateway) => resolveGateway(gateway, file.facility.id, resolveAlarms))
  const foreign = file.foreign.map((device) => resolveForeign(device, resolveAlarms))
  const read: Sensor[] = [
    ...gateways.flatMap((g) => g.buses.flatMap((b) => b.devices.flatMap((d) => d.sensors))),
    ...foreign.flatMap((device) => device.sensors),
  ]
  const register = resolveRegister(file.register, origin.file)
  const { timezone, shifts } = file.facility
  const surroundings = surroundingsOf(
    { tanks: file.tanks, timezone, shifts, sources: register.sources },
    origin.file,
  )
  const derived = resolveDerived(file.derived, { sensors: read, surroundings, resolveAlarms })
  const sensors: Sensor[] = [...read, ...derived]
  return {
    id: file.facility.id,
    name: file.facility.name ?? file.facility.id,
    timezone,
    shifts,
    maxInhibitMs: ms(file.facility.maxInhibit),
    ...optional('location', file.facility.location),
    ...optional('region', file.facility.region),
    ...origin,
    mqtt: file.mqtt,
    store: resolveStore(file.store),
    server: resolveServer(file.server, dirname(origin.file)),
    areas: resolveAreas(file, sensors),
    gateways,
    foreign,
    derived,
    sensors: new Map(sensors.map((sensor) => [sensor.id, sensor])),
    notify: resolveNotify(file, origin.file),
    register,
    plans: resolvePlans(file.plans),
    annunciators: file.annunciators.map(resolveAnnunciator),
    tanks: surroundings.tanks,
  }
}

/** The areas listed, and those that only sensors name. */
function resolveAreas(file: FacilityFile, sensors: readonly Sensor[]): Area[] {
  const areas = new Map<string, Area>()
  for (const area of file.areas) {
    areas.set(area.id, {
      id: area.id,
      name: area.name ?? area.id,
      ...optional('location', area.location),
      ...optional('outline', area.outline),
    })
  }
  for (const sensor of sensors) {
    if (!areas.has(sensor.area)) areas.set(sensor.area, { id: sensor.area, name: sensor.area })
  }
  return [...areas.values()]
}

function resolveStore({ retention, rollUpRetention, ...store }: FacilityFile['store']): Facility['store'] {
  return { ...store, retentionMs: ms(retention), rollUpRetentionMs: ms(rollUpRetention) }
}

function resolveServer(
  { log, journal, sessions, oidc, register, ...server }: FacilityFile['server'],
  folder: string,
): Facility['server'] {
  const { retention, ...key } = journal
  return {
    ...server,
    logMaxBytes: parseSize(log.maxSize) ?? 0,
    sessions: { idleMs: ms(sessions.idle), absoluteMs: ms(sessions.absolute), lockMs: ms(sessions.lock) },
    journal: { retentionMs: ms(retention), ...key },
    register: resolveDatabase(register, folder),
    ...optional('oidc', oidc && resolveOidc(oidc, folder)),
  }
}

function resolveDatabase({ passwordFile, ca, ...register }: RegisterConfig, folder: string): RegisterConfig {
  const path = (name: string | undefined) => (name === undefined ? undefined : resolvePath(folder, name))
  return { ...register, ...optional('passwordFile', path(passwordFile)), ...optional('ca', path(ca)) }
}

function resolveOidc({ clientSecretFile, ca, ...oidc }: OidcConfig, folder: string): OidcConfig {
  const path = (name: string | undefined) => (name === undefined ? undefined : resolvePath(folder, name))
  return { ...oidc, ...optional('clientSecretFile', path(clientSecretFile)), ...optional('ca', path(ca)) }
}

/** Who wants readings to be forgotten at a restart says so. */
const IN_MEMORY = 'memory'

function resolveGateway(file: GatewayFile, facility: string, resolveAlarms: AlarmResolver): Gateway {
  const path = file.outbox.path ?? `data/${facility}.${file.id}.db`
  return {
    id: file.id,
    name: file.name ?? file.id,
    heartbeatMs: ms(file.heartbeat),
    ...optional('metrics', file.metrics === undefined ? undefined : parseAddress(file.metrics)),
    outbox: {
      ...optional('path', path === IN_MEMORY ? undefined : path),
      maxBytes: parseSize(file.outbox.maxSize) ?? 0,
      maxAgeMs: ms(file.outbox.maxAge),
    },
    buses: file.buses.map((bus) => resolveBus(bus, file.id, resolveAlarms)),
  }
}

import { STANDARD_CLASSES } from './alarm-class.ts'
import { referenceProblems } from './alarm-rules.ts'
import { derivedProblems } from './analytics/derived-rules.ts'
import { annunciatorProblems } from './annunciator-rules.ts'
import { busesProblems } from './bus-rules.ts'
import { formatPath, type Path } from './config-document.ts'
import type { Problem } from './config-problems.ts'
import { parseDuration } from './duration.ts'
import type { FacilityFile } from './facility-schema.ts'
import { foreignProblems, reservedGateways } from './foreign-rules.ts'
import { SYSTEM_PREFIX } from './ids.ts'
import { isTimezone } from './iso-time.ts'
import { notifyProblems } from './notify/rules.ts'
import { oidcProblems } from './oidc-rules.ts'
import { databaseProblems } from './register/database-rules.ts'
import { incidentProblems } from './register/incident-rules.ts'
import { registerSectionProblems } from './register/rules.ts'
import { type Placed, placed, type Sound, soundParts } from './sound-parts.ts'
import { didYouMean } from './suggestion.ts'
import { circleProblems } from './suppression-circles.ts'

/**
 * What the schema cannot say. The rules read every part of the content that has the right shape, so that
 * people are told all errors at once; `shape` is what the schema has found, `origin` the path of the file.
 */
export function ruleProblems(content: unknown, shape: readonly Problem[], origin: string): Problem[] {
  const faulty = shape.map(({ path }) => path)
  const parts = partsOf(soundParts<FacilityFile>(content, faulty.map(judgedWith)))
  const told = new Set(faulty.map(formatPath))
  return [
    ...sectionProblems(parts),
    ...busesProblems(parts.buses),
    ...foreignProblems(parts.foreign, parts.file.mqtt?.prefix ?? ''),
    ...areaProblems(parts),
    ...idProblems(parts),
    ...derivedProblems(parts.file, origin),
    ...alarmReferences(parts),
    ...notifyProblems(parts.file, {
      areas: idsOf(parts.areas),
      sensors: idsOf([...parts.sensors, ...parts.derived]),
    }),
    ...registerSectionProblems(parts.file, {
      areas: idsOf(parts.areas),
      sensors: idsOf([...parts.sensors, ...parts.derived]),
    }),
    ...incidentProblems(parts.file, {
      areas: idsOf(parts.areas),
      sensors: idsOf([...parts.sensors, ...parts.derived]),
      classes: [...STANDARD_CLASSES, ...Object.keys(parts.file.classes ?? {})],
    }),
    ...annunciatorProblems(parts.annunciators, serialPorts(parts), {
      classes: [...STANDARD_CLASSES, ...Object.keys(parts.file.classes ?? {})],
      areas: idsOf(parts.areas),
      sensors: idsOf([...parts.sensors, ...parts.derived]),
    }),
  ].filter(({ path }) => !told.has(formatPath(path)))
}

/** The keys of a register are judged together: with one of them wrong nothing is said about the others. */
function judgedWith(path: Path): Path {
  // The section of hazards, and that of its database, are others of the same name.
  const register = path.indexOf('register', 2)
  return register === -1 ? path : path.slice(0, register + 1)
}

type Parts = ReturnType<typeof partsOf>

function partsOf(file: Sound<FacilityFile>) {
  const gateways = placed(file.gateways, ['gateways'])
  const buses = gateways.flatMap(({ part, path }) => placed(part.buses, [...path, 'buses']))
  const devices = buses.flatMap(({ part, path }) => placed(part.devices, [...path, 'devices']))
  const foreign = placed(file.foreign, ['foreign'])
  const polled = devices.flatMap(({ part, path }) => placed(part.sensors, [...path, 'sensors']))
  const told = foreign.flatMap(({ part, path }) => placed(part.sensors, [...path, 'sensors']))
  return {
    file,
    areas: placed(file.areas, ['areas']),
    gateways,
    buses,
    devices,
    foreign,
    sensors: [...polled, ...told],
    derived: placed(file.derived, ['derived']),
    tanks: placed(file.tanks, ['tanks']),
    groups: placed(file.groups, ['groups']),
    annunciators: placed(file.annunciators, ['annunciators']),
  }
}

function serialPorts({ buses }: Parts): string[] {
  return buses.flatMap(({ part }) => part.serial?.path ?? [])
}

/** Where the store is, for those that are somewhere else. */
function storeProblems(store: Sound<FacilityFile>['store']): Problem[] {
  if (store?.kind !== 'influxdb') return []
  const missing = (store.api ?? 'v2') === 'v1' ? (['url', 'database'] as const) : (['url', 'bucket'] as const)
  const problems = missing
    .filter((key) => store[key] === undefined)
    .map((key) => ({ path: ['store'], message: `kind influxdb needs ${key}` }))
  const urls = [store.url, store.mirror].filter((url) => url !== undefined)
  return [
    ...problems,
    ...urls
      .filter((url) => !/^https?:\/\/[^/]/.test(url))
      .map((url) => ({ path: ['store'], message: `"${url}" is no http:// or https:// URL` })),
  ]
}

/** Times and places of the sections, gateways and lines. */
function sectionProblems({ file, gateways, buses, devices }: Parts): Problem[] {
  const problems: Problem[] = []
  const zone = file.facility?.timezone
  if (zone !== undefined && !isTimezone(zone))
    problems.push({ path: ['facility', 'timezone'], message: `"${zone}" is no IANA time zone` })

  for (const [index, shift] of (file.facility?.shifts ?? []).entries()) {
    const before = file.facility?.shifts?.[index - 1]
    if (shift !== undefined && before !== undefined && shift <= before)
      problems.push({
        path: ['facility', 'shifts', index],
        message: `${shift}: shifts are listed in the order of the day, after ${before}`,
      })
  }

  // The most that a timer of Node holds is about 24 days; who means more has mistaken the unit.
  const within = (text: string | undefined, path: Path, least: string, most: string) => {
    const ms = text === undefined ? undefined : parseDuration(text)
    if (ms !== undefined && (ms < (parseDuration(least) ?? 0) || ms > (parseDuration(most) ?? 0)))
      problems.push({ path, message: `${text}: expected ${least} to ${most}` })
  }
  within(file.facility?.maxInhibit, ['facility', 'maxInhibit'], '1m', '7d')
  within(file.store?.retention, ['store', 'retention'], '30d', '36500d')
  within(file.store?.rollUpRetention, ['store', 'rollUpRetention'], '30d', '36500d')
  within(file.server?.journal?.retention, ['server', 'journal', 'retention'], '400d', '36500d')
  problems.push(...storeProblems(file.store), ...oidcProblems(file.server), ...databaseProblems(file.server))
  for (const { part, path } of gateways) within(part.heartbeat, [...path, 'heartbeat'], '100ms', '1h')
  for (const { part, path } of devices) {
    within(part.poll, [...path, 'poll'], '10ms', '1d')
    within(part.workarounds?.pause, [...path, 'workarounds', 'pause'], '0ms', '1m')
  }
  for (const { part, path } of buses) {
    within(part.timeout, [...path, 'timeout'], '1ms', '10m')
    within(part.lateness, [...path, 'lateness'], '0ms', '10m')
    within(part.gap, [...path, 'gap'], '0ms', '10s')
  }
  return problems
}

function areaProblems({ areas, devices, foreign, sensors, derived, tanks }: Parts): Problem[] {
  const known = idsOf(areas)
  // A file that lists no areas at all takes them from its sensors.
  if (known.length === 0) return []
  return [...devices, ...foreign, ...sensors, ...derived, ...tanks].flatMap(({ part: { area }, path }) =>
    area === undefined || known.includes(area)
      ? []
      : [{ path: [...path, 'area'], message: `no area "${area}"${didYouMean(area, known)}` }],
  )
}

function alarmReferences({ file, groups, sensors, derived }: Parts): Problem[] {
  const places = [...sensors, ...derived].map(({ part, path }) => ({
    sensor: part.id,
    alarms: part.alarms,
    path: [...path, 'alarms'],
  }))
  const known = {
    classes: Object.keys(file.classes ?? {}),
    groups: idsOf(groups),
    sensors: idsOf([...sensors, ...derived]),
  }
  return [...referenceProblems(places, known), ...circleProblems(places)]
}

function idProblems(parts: Parts): Problem[] {
  const { file, areas, gateways, devices, foreign, sensors, derived, groups, annunciators } = parts
  const allSensors = [...sensors, ...derived]
  const reserved = allSensors
    .filter(({ part }) => part.id?.toLowerCase().startsWith(SYSTEM_PREFIX))
    .map(({ path }) => ({
      path: [...path, 'id'],
      message: `ids that begin with "${SYSTEM_PREFIX}" are the system's own`,
    }))
  return [
    ...repeatedIds('area', areas),
    ...repeatedIds('group', groups),
    ...repeatedIds('gateway', gateways),
    ...reservedGateways(gateways),
    ...gateways.flatMap(({ part, path }) => repeatedIds('bus', placed(part.buses, [...path, 'buses']))),
    ...repeatedIds('device', [...devices, ...foreign]),
    ...repeatedIds('responder', placed(file.responders, ['responders'])),
    ...repeatedIds('duty', placed(file.roster, ['roster'])),
    ...repeatedIds('channel', placed(file.notify?.channels, ['notify', 'channels'])),
    ...repeatedIds('policy', placed(file.notify?.policies, ['notify', 'policies'])),
    ...repeatedIds('annunciator', annunciators),
    ...annunciators.flatMap(({ part, path }) =>
      repeatedIds('output', placed(part.outputs, [...path, 'outputs'])),
    ),
    ...repeatedIds('sensor', allSensors),
    ...reserved,
  ]
}

type WithId = Placed<{ readonly id?: string | undefined }>

/** Ids are unique whatever their case. */
function repeatedIds(what: string, parts: readonly WithId[]): Problem[] {
  const first = new Map<string, string>()
  return parts.flatMap(({ part: { id }, path }) => {
    if (id === undefined) return []
    const other = first.get(id.toLowerCase())
    if (other === undefined) {
      first.set(id.toLowerCase(), formatPath(path))
      return []
    }
    return [{ path: [...path, 'id'], message: `${what} "${id}" is there already: ${other}` }]
  })
}

function idsOf(parts: readonly WithId[]): string[] {
  return parts.flatMap(({ part: { id } }) => id ?? [])
}

import { alarmsProblems } from './alarm-rules.ts'
import { calibrationProblems } from './calibration-schema.ts'
import { formatPath, type Path } from './config-document.ts'
import type { Problem } from './config-problems.ts'
import { FOREIGN_GATEWAY } from './foreign-device.ts'
import type { ForeignDeviceFile, ForeignSensorFile, ForeignStatusFile } from './foreign-schema.ts'
import { INHIBIT_GATEWAY } from './inhibit-gateway.ts'
import { parseJsonPath } from './json-path.ts'
import { spanProblems } from './register-rules.ts'
import { type Placed, placed, type Sound } from './sound-parts.ts'
import { filterProblem, filtersOverlap } from './topic-filter.ts'
import { Topics } from './topics.ts'

type PlacedDevice = Placed<Sound<ForeignDeviceFile>>
type PlacedSensor = Placed<Sound<ForeignSensorFile>>
type Refuse = (key: string, message: string) => void

/** What foreign devices of the right shape can still get wrong. `prefix` is that of section mqtt. */
export function foreignProblems(devices: readonly PlacedDevice[], prefix: string): Problem[] {
  return [
    ...devices.flatMap((device) => deviceProblems(device, prefix)),
    ...repeatedSources(devices),
    ...devices.flatMap(({ part, path }) =>
      placed(part.sensors, [...path, 'sensors']).flatMap((sensor) => sensorProblems(sensor, part)),
    ),
  ]
}

function deviceProblems({ part: device, path }: PlacedDevice, prefix: string): Problem[] {
  const problems: Problem[] = []
  const refuse: Refuse = (key, message) => problems.push({ path: [...path, key], message })
  if (device.topic !== undefined)
    topicProblems(device.topic, device.absolute === true ? prefix : undefined, refuse)
  if (device.payload === 'text') {
    if (device.time !== undefined) refuse('time', 'a payload of text has no time in it')
    if ((device.status?.length ?? 0) > 0) refuse('status', 'a payload of text has no status in it')
  }
  return [
    ...problems,
    ...pathProblems(device.time?.path, [...path, 'time', 'path']),
    ...statusProblems(device.status, [...path, 'status']),
  ]
}

/** `prefix` is given for a topic that stands by itself. */
function topicProblems(topic: string, prefix: string | undefined, refuse: Refuse): void {
  const problem = filterProblem(topic)
  if (problem !== undefined) refuse('topic', problem)
  else if (topic.endsWith('#'))
    refuse('topic', '# would take in whatever is published below: name the levels; + stands for one')
  else if (prefix === undefined) {
    if (topic.startsWith('/')) refuse('topic', 'it begins without a slash; or say absolute: true')
  } else if (topic.startsWith('$share/')) refuse('topic', '$share is a way to subscribe, not a topic')
  else if (ownTopics(prefix).some((own) => filtersOverlap(own, topic)))
    refuse('topic', `it takes in topics of ${prefix} that are the system's own`)
}

/** What any server of this prefix says or listens to. */
function ownTopics(prefix: string): string[] {
  const topics = new Topics(prefix, '+')
  return [topics.server(), topics.journal(), topics.everyAlarm(), `${topics.root}/gateways/#`]
}

function sensorProblems({ part: sensor, path }: PlacedSensor, device: Sound<ForeignDeviceFile>): Problem[] {
  const problems: Problem[] = []
  const refuse: Refuse = (key, message) => problems.push({ path: [...path, key], message })
  if (device.payload === 'text') {
    if (sensor.path !== undefined && sensor.path !== '$')
      refuse('path', 'a payload of text is the value: leave path out')
    if ((sensor.status?.length ?? 0) > 0) refuse('status', 'a payload of text has no status in it')
  } else if (sensor.path === undefined && device.payload !== undefined)
    refuse('path', 'required key "path" is missing: $ when the payload is the value')
  if (sensor.scale === 0) refuse('scale', 'a scale of 0 would lose the value')
  return [
    ...problems,
    ...pathProblems(sensor.path, [...path, 'path']),
    ...statusProblems(sensor.status, [...path, 'status']),
    ...spanProblems(sensor.range, [...path, 'range']),
    ...spanProblems(sensor.valid, [...path, 'valid']),
    ...alarmsProblems(sensor.alarms, [...path, 'alarms']),
    ...calibrationProblems(sensor, path),
  ]
}

function statusProblems(
  rules: readonly (Sound<ForeignStatusFile> | undefined)[] | undefined,
  path: Path,
): Problem[] {
  return placed(rules, path).flatMap(({ part, path: at }) => pathProblems(part.path, [...at, 'path']))
}

function pathProblems(text: string | undefined, path: Path): Problem[] {
  const parsed = text === undefined ? { path: [] } : parseJsonPath(text)
  return 'problem' in parsed ? [{ path, message: parsed.problem }] : []
}

/** Devices may share a topic; two sensors that read the same value of it are one too many. */
function repeatedSources(devices: readonly PlacedDevice[]): Problem[] {
  const first = new Map<string, string>()
  return devices.flatMap(({ part: { topic, absolute, sensors }, path: at }) =>
    placed(sensors, [...at, 'sensors']).flatMap(({ part: sensor, path }) => {
      const parsed = parseJsonPath(sensor.path ?? '$')
      if (topic === undefined || sensor.retired === true || 'problem' in parsed) return []
      const key = JSON.stringify([absolute === true, topic, parsed.path])
      const other = first.get(key)
      first.set(key, other ?? formatPath(path))
      return other === undefined
        ? []
        : [{ path: [...path, 'path'], message: `${other} reads the same value of "${topic}"` }]
    }),
  )
}

/** Ids of no gateway of the file. Key: the id. */
const RESERVED: ReadonlyMap<string, string> = new Map([
  [FOREIGN_GATEWAY, 'the devices of section foreign'],
  [INHIBIT_GATEWAY, 'detectors that are inhibited'],
])

/** Some ids stand for what has no gateway. */
export function reservedGateways(
  gateways: readonly Placed<{ readonly id?: string | undefined }>[],
): Problem[] {
  return gateways.flatMap(({ part: { id }, path }) => {
    const means = id === undefined ? undefined : RESERVED.get(id.toLowerCase())
    return means === undefined
      ? []
      : [{ path: [...path, 'id'], message: `"${id?.toLowerCase()}" stands for ${means}` }]
  })
}

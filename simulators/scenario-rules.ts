import type { Path } from '../contracts/config-document.ts'
import type { Problem } from '../contracts/config-problems.ts'
import { parseDuration } from '../contracts/duration.ts'
import type { Facility, PolledSensor } from '../contracts/facility.ts'
import { nearest } from '../contracts/suggestion.ts'
import { convert, type Unit } from '../contracts/units.ts'
import { busesNamed, deviceNamed } from './bus-key.ts'
import { unsuited } from './fault/suitability.ts'
import { GAS_UNITS } from './plant/substances.ts'
import { TANK_GAUGE_NAMES, TANK_GAUGES } from './plant/tank-gauges.ts'
import { resolveFault } from './scenario-resolve.ts'
import { EFFECT_KINDS, type EntryFile, type ScenarioFile } from './scenario-schema.ts'
import { seismographsOf, simulatedSensors } from './simulated-sensors.ts'

/** What a scenario of the right shape can still get wrong, above all ids that the facility lacks. */
export function scenarioProblems(file: ScenarioFile, facility: Facility): Problem[] {
  return [...plantProblems(file, facility), ...timelineProblems(file, facility)]
}

/**
 * Foreign devices speak for themselves, and what is computed from waveforms no device holds: neither is simulated.
 */
const SENSOR = 'sensor that a gateway reads'
const SEISMOGRAPH = 'device of driver seismic'

function plantProblems(file: ScenarioFile, facility: Facility): Problem[] {
  const problems: Problem[] = []
  const users = new Map<string, string>()
  const sensors = simulatedSensors(facility)
  const place = (id: string, path: Path, unit: Unit | 'gas') => {
    const problem = sensorProblem(id, path, sensors)
    const other = users.get(id)
    if (problem !== undefined) problems.push(problem)
    else if (other !== undefined)
      problems.push({ path, message: `sensor "${id}" is placed already: ${other}` })
    else if (!fits(sensors.get(id)?.unit, unit)) {
      const wanted = unit === 'gas' ? GAS_UNITS.join(', ') : `${unit} or what converts to it`
      problems.push({
        path,
        message: `sensor "${id}" has unit ${sensors.get(id)?.unit}: expected ${wanted}`,
      })
    }
    users.set(id, path.slice(1).join('.'))
  }
  for (const [name, tank] of Object.entries(file.plant.tanks)) {
    const path = ['plant', 'tanks', name]
    for (const key of TANK_GAUGE_NAMES) {
      const id = tank[key]
      if (id !== undefined) place(id, [...path, key], TANK_GAUGES[key].unit)
    }
    if (!((tank.between[0] ?? 0) < (tank.between[1] ?? 0)))
      problems.push({ path: [...path, 'between'], message: 'the first level must be below the second' })
    if (tank.start > tank.height)
      problems.push({ path: [...path, 'start'], message: 'a tank cannot start above its rim' })
  }
  for (const id of Object.keys(file.plant.detectors)) place(id, ['plant', 'detectors', id], 'gas')
  for (const id of Object.keys(file.plant.accelerographs)) place(id, ['plant', 'accelerographs', id], 'Gal')
  const seismographs = seismographsOf(facility)
  for (const id of Object.keys(file.plant.seismographs)) {
    const problem = unknownProblem(id, ['plant', 'seismographs', id], {
      known: seismographs,
      what: SEISMOGRAPH,
    })
    if (problem !== undefined) problems.push(problem)
  }
  for (const [id, drum] of Object.entries(file.plant.drums)) {
    place(id, ['plant', 'drums', id], 'kg')
    if (drum.spent >= drum.full)
      problems.push({
        path: ['plant', 'drums', id, 'spent'],
        message: 'a drum is spent below its full weight',
      })
  }
  return problems
}

function fits(unit: Unit | undefined, wanted: Unit | 'gas'): boolean {
  if (unit === undefined) return false
  return wanted === 'gas' ? GAS_UNITS.some((known) => known === unit) : convert(1, wanted, unit) !== undefined
}

function timelineProblems(file: ScenarioFile, facility: Facility): Problem[] {
  const problems: Problem[] = []
  const loopMs = file.loop === undefined ? Infinity : (parseDuration(file.loop) ?? 0)
  if (loopMs < 1000) problems.push({ path: ['loop'], message: 'a loop is at least 1s' })
  for (const [index, entry] of file.timeline.entries()) {
    const path: Path = ['timeline', index]
    const kinds = EFFECT_KINDS.filter((kind) => entry[kind] !== undefined)
    if (kinds.length !== 1) {
      const message = `an entry does exactly one of ${EFFECT_KINDS.join(', ')}; this one does ${kinds.join(' and ') || 'nothing'}`
      problems.push({ path, message })
    }
    const atMs = parseDuration(entry.at) ?? 0
    const endMs = atMs + (parseDuration(entry.duration ?? '0s') ?? 0)
    if (atMs >= loopMs || endMs > loopMs)
      problems.push({ path: [...path, 'at'], message: `it does not end within the loop of ${file.loop}` })
    if (entry.duration !== undefined && endMs === atMs)
      problems.push({ path: [...path, 'duration'], message: 'a duration is more than 0' })
    problems.push(...effectProblems(entry, path, { file, facility }))
  }
  return problems
}

function effectProblems(
  entry: EntryFile,
  path: Path,
  given: { file: ScenarioFile; facility: Facility },
): Problem[] {
  const { file, facility } = given
  const problems: Problem[] = []
  const named = (key: readonly string[], id: string, known: Iterable<string>, what: string) => {
    const problem = unknownProblem(id, [...path, ...key], { known: [...known], what })
    if (problem !== undefined) problems.push(problem)
  }
  const { leak, overfill, transfer, heat, earthquake, disconnect, set, fault } = entry
  const tanks = Object.keys(file.plant.tanks)
  if (leak !== undefined) {
    if (leak.source !== undefined)
      named(['leak', 'source'], leak.source, Object.keys(file.plant.sources), 'source')
    if ((leak.source === undefined) !== (leak.at !== undefined && leak.gas !== undefined))
      problems.push({ path: [...path, 'leak'], message: 'a leak has a source, or both at and gas' })
  }
  if (overfill !== undefined) named(['overfill', 'tank'], overfill.tank, tanks, 'tank')
  if (transfer !== undefined) problems.push(...transferProblems(transfer, [...path, 'transfer'], tanks))
  if (heat?.tank !== undefined) named(['heat', 'tank'], heat.tank, tanks, 'tank')
  const hole = entry['tank-leak']
  if (hole !== undefined) named(['tank-leak', 'tank'], hole.tank, tanks, 'tank')
  if (earthquake !== undefined && (earthquake.peak === undefined) === (earthquake.magnitude === undefined))
    problems.push({ path: [...path, 'earthquake'], message: 'an earthquake has a peak or a magnitude' })
  const sensors = simulatedSensors(facility).keys().toArray()
  const dead = entry['dead-detector']
  if (dead !== undefined) named(['dead-detector', 'sensor'], dead.sensor, sensors, SENSOR)
  if (set !== undefined) named(['set', 'sensor'], set.sensor, sensors, SENSOR)
  const silent = entry['silent-device']
  const devices = facility.gateways.flatMap((g) => g.buses.flatMap((b) => b.devices.map((d) => d.id)))
  if (fault !== undefined) {
    const { device, kind, ...parameters } = resolveFault(fault)
    const place = deviceNamed(facility, device)
    const why = place === undefined ? undefined : unsuited(kind, parameters, place)
    named(['fault', 'device'], device, devices, 'device of the facility')
    if (why !== undefined) problems.push({ path: [...path, 'fault'], message: why })
  }
  problems.push(...seismicProblems(entry, path, facility))
  if (silent !== undefined)
    named(['silent-device', 'device'], silent.device, devices, 'device of the facility')
  if (disconnect !== undefined) {
    if ((disconnect.device === undefined) === (disconnect.bus === undefined))
      problems.push({ path: [...path, 'disconnect'], message: 'a disconnect has a device or a bus' })
    if (disconnect.device !== undefined)
      named(['disconnect', 'device'], disconnect.device, devices, 'device of the facility')
    if (disconnect.bus !== undefined && busesNamed(facility, disconnect.bus).length !== 1)
      problems.push({
        path: [...path, 'disconnect', 'bus'],
        message: `no single bus "${disconnect.bus}" in the facility; say {gateway}/{bus}`,
      })
  }
  return problems
}

function transferProblems(
  { from, to, temperature }: NonNullable<EntryFile['transfer']>,
  path: Path,
  tanks: readonly string[],
): Problem[] {
  const problems: Problem[] = []
  for (const [key, id] of Object.entries({ from, to })) {
    const problem =
      id === undefined ? undefined : unknownProblem(id, [...path, key], { known: tanks, what: 'tank' })
    if (problem !== undefined) problems.push(problem)
  }
  if (from === to) problems.push({ path, message: 'a transfer has a from, a to, or two tanks' })
  if (from !== undefined && temperature !== undefined)
    problems.push({
      path: [...path, 'temperature'],
      message: `what comes from ${from} is as warm as it is there`,
    })
  return problems
}

function seismicProblems(entry: EntryFile, path: Path, facility: Facility): Problem[] {
  const known = seismographsOf(facility)
  const problems: Problem[] = []
  const named = (key: Path, id: string) => {
    const problem = unknownProblem(id, [...path, ...key], { known, what: SEISMOGRAPH })
    if (problem !== undefined) problems.push(problem)
  }
  for (const [index, id] of entry.accelerogram?.devices.entries() ?? [])
    named(['accelerogram', 'devices', index], id)
  if (entry.bump !== undefined) named(['bump', 'device'], entry.bump.device)
  const fault = entry['seismograph-fault']
  if (fault === undefined) return problems
  named(['seismograph-fault', 'device'], fault.device)
  for (const [key, kind] of [
    ['axis', 'dead-channel'],
    ['offset', 'clock'],
  ] as const) {
    if (fault[key] !== undefined && fault.kind !== kind)
      problems.push({ path: [...path, 'seismograph-fault', key], message: `${fault.kind} takes no ${key}` })
  }
  return problems
}

function sensorProblem(
  id: string,
  path: Path,
  sensors: ReadonlyMap<string, PolledSensor>,
): Problem | undefined {
  return unknownProblem(id, path, { known: [...sensors.keys()], what: SENSOR })
}

function unknownProblem(
  id: string,
  path: Path,
  among: { known: readonly string[]; what: string },
): Problem | undefined {
  if (among.known.includes(id)) return undefined
  const meant = nearest(id, among.known)
  const hint = meant === undefined ? '' : `, did you mean "${meant}"?`
  return { path, message: `no ${among.what} is called "${id}"${hint}` }
}

import { formatDuration, parseDuration } from '../contracts/duration.ts'
import type { Facility } from '../contracts/facility.ts'
import { busesNamed } from './bus-key.ts'
import type { Fault } from './fault/fault.ts'
import { attenuatedPeak } from './plant/ground-motion.ts'
import { TANK_GAUGE_NAMES, type TankGauge } from './plant/tank-gauges.ts'
import type { Position } from './plant/wind.ts'
import type { Effect, PlantDescription, Scenario, TankSensors, TimelineEntry } from './scenario.ts'
import type { EntryFile, ScenarioFile } from './scenario-schema.ts'
import type { Accelerogram } from './seismic/accelerogram.ts'
import { excerpt } from './seismic/accelerogram.ts'
import { magnitudeOf } from './seismic/earthquake.ts'

/** A checked file with its defaults becomes what the simulation plays. */
export function resolveScenario(
  file: ScenarioFile,
  name: string,
  { facility, recordOf }: Pick<Names, 'facility' | 'recordOf'>,
): Scenario {
  return {
    name,
    description: file.description,
    ...(file.loop === undefined ? {} : { loopMs: ms(file.loop) }),
    plant: resolvePlant(file.plant),
    timeline: file.timeline
      .map((entry) => resolveEntry(entry, { sources: file.plant.sources, facility, recordOf }))
      .sort((a, b) => a.atMs - b.atMs),
  }
}

function resolvePlant(file: ScenarioFile['plant']): PlantDescription {
  return {
    wind: file.wind,
    tanks: Object.entries(file.tanks).map(([name, tank]) => {
      const { diameter, height, start, between, flow, drain, switchAt, expansion } = tank
      const gauging = {
        sigma: tank.sigma * METRES_A_MM,
        resolution: tank.resolution * METRES_A_MM,
        waves: tank.waves,
      }
      const shape = {
        name,
        diameter,
        height,
        start,
        between: pair(between),
        flow,
        drain,
        switchAt,
        expansion,
      }
      return { ...shape, ...gauging, sensors: sensorsOf(tank) }
    }),
    detectors: Object.entries(file.detectors).map(([sensor, { at, height, t90 }]) => ({
      sensor,
      at: pair(at),
      height,
      t90Ms: ms(t90),
    })),
    accelerographs: Object.entries(file.accelerographs).map(([sensor, { at, site }]) => ({
      sensor,
      at: pair(at),
      site,
    })),
    seismographs: Object.entries(file.seismographs).map(([device, { at, site, machinery }]) => ({
      device,
      at: pair(at),
      site,
      machineryGal: machinery,
    })),
    drums: Object.entries(file.drums).map(([sensor, drum]) => ({ sensor, ...drum })),
  }
}

const METRES_A_MM = 0.001

function sensorsOf(tank: ScenarioFile['plant']['tanks'][string]): TankSensors {
  const sensors: Partial<Record<TankGauge, string>> = {}
  for (const name of TANK_GAUGE_NAMES) {
    const id = tank[name]
    if (id !== undefined) sensors[name] = id
  }
  return sensors
}

interface Names {
  readonly sources: ScenarioFile['plant']['sources']
  readonly facility: Facility
  /** The record in a file that the scenario names. */
  readonly recordOf: (file: string, rate: number) => Accelerogram
}

function resolveEntry(file: EntryFile, names: Names): TimelineEntry {
  const durationMs = file.duration === undefined ? Number.POSITIVE_INFINITY : ms(file.duration)
  const effect = resolveEffect(file, names)
  const lasting = file.duration === undefined ? '' : ` for ${formatDuration(durationMs)}`
  return { atMs: ms(file.at), durationMs, effect, note: file.note ?? `${describe(effect)}${lasting}` }
}

/** The rules have seen to it that exactly one kind is there, with all it needs. */
function resolveEffect(file: EntryFile, { sources, facility, recordOf }: Names): Effect {
  if (file.leak !== undefined) {
    const source = sources[file.leak.source ?? '']
    return {
      kind: 'leak',
      gas: source?.gas ?? file.leak.gas ?? 'CH4',
      at: pair(source?.at ?? file.leak.at ?? [0, 0]),
      height: source?.height ?? file.leak.height,
      rate: file.leak.rate,
    }
  }
  if (file.overfill !== undefined) return { kind: 'overfill', ...file.overfill }
  if (file.transfer !== undefined) return { kind: 'transfer', ...file.transfer }
  if (file.heat !== undefined) return { kind: 'heat', ...file.heat }
  const hole = file['tank-leak']
  if (hole !== undefined) return { kind: 'tank-leak', ...hole }
  if (file.earthquake !== undefined) {
    const { peak, magnitude, distance, from } = file.earthquake
    return {
      kind: 'earthquake',
      peakGal: peak ?? attenuatedPeak(magnitude ?? 1, distance),
      magnitude: magnitude ?? magnitudeOf(peak ?? 1, distance),
      distanceKm: distance,
      from,
    }
  }
  if (file.accelerogram !== undefined) {
    const { file: record, rate, factor, from, length, devices } = file.accelerogram
    const whole = recordOf(record, rate)
    const cut = { fromMs: ms(from), lengthMs: length === undefined ? Number.POSITIVE_INFINITY : ms(length) }
    return { kind: 'accelerogram', file: record, record: excerpt(whole, cut), factor, devices }
  }
  if (file.bump !== undefined) return { kind: 'bump', device: file.bump.device, peakGal: file.bump.peak }
  const trouble = file['seismograph-fault']
  if (trouble !== undefined) {
    const { device, kind, axis = 'ud', offset = 5 } = trouble
    return { kind: 'seismograph-fault', trouble: { device, kind, axis, offsetMs: offset * 1_000 } }
  }
  const dead = file['dead-detector']
  if (dead !== undefined) return { kind: 'dead-detector', ...dead }
  const silent = file['silent-device']
  if (silent !== undefined) return { kind: 'silent-device', ...silent }
  if (file.disconnect !== undefined) {
    const { device, bus } = file.disconnect
    // The key of a bus has a slash, so that no device can have the same name.
    return { kind: 'disconnect', target: device ?? busesNamed(facility, bus ?? '')[0]?.key ?? '' }
  }
  if (file.fault !== undefined) return { kind: 'fault', fault: resolveFault(file.fault) }
  if (file.set !== undefined) return { kind: 'set', ...file.set }
  return { kind: 'wind', wind: file.wind ?? { speed: 2, from: 225, turn: 0 } }
}

/** What the file says of a fault, with its durations in milliseconds. */
export function resolveFault({ delay, silence, ...rest }: NonNullable<EntryFile['fault']>): Fault {
  return {
    ...rest,
    ...(delay === undefined ? {} : { delayMs: ms(delay) }),
    ...(silence === undefined ? {} : { silenceMs: ms(silence) }),
  }
}

function describe(effect: Effect): string {
  switch (effect.kind) {
    case 'leak':
      return `${effect.gas} leaks at ${effect.rate} kg/s`
    case 'overfill':
      return `${effect.tank} is filled at ${effect.inflow} m3/h and nobody stops it`
    case 'transfer':
      return `${effect.flow} m3/h from ${effect.from ?? 'outside'} to ${effect.to ?? 'outside'}`
    case 'tank-leak':
      return `${effect.tank} leaks ${effect.rate} L/h`
    case 'heat':
      return `${effect.tank ?? 'every tank'} warms by ${effect.rate} K/h`
    case 'earthquake':
      return `earthquake of ${Math.round(effect.peakGal)} Gal`
    case 'accelerogram':
      return `the record ${effect.file} is played`
    case 'bump':
      return `the housing of ${effect.device} is struck`
    case 'seismograph-fault':
      return `${effect.trouble.device}: ${effect.trouble.kind}`
    case 'dead-detector':
      return `${effect.sensor} fails (${effect.mode})`
    case 'silent-device':
      return `${effect.device} falls silent`
    case 'disconnect':
      return `${effect.target} is disconnected`
    case 'fault':
      return `${effect.fault.sensor ?? effect.fault.device}: ${effect.fault.kind}`
    case 'set':
      return `${effect.sensor} is set to ${effect.value}`
    case 'wind':
      return `wind of ${effect.wind.speed} m/s from ${effect.wind.from} degrees`
  }
}

/** Durations and pairs of a checked file always fit. */
function ms(text: string): number {
  return parseDuration(text) ?? 0
}

function pair(list: readonly number[]): Position {
  return [list[0] ?? 0, list[1] ?? 0]
}

import type { ActiveFault } from './fault/fault.ts'
import type { Influences } from './plant/plant.ts'
import { turned } from './plant/wind.ts'
import type { FailMode, Scenario, TimelineEntry } from './scenario.ts'

/** An entry that lasts now. */
export interface ActiveEntry {
  readonly entry: TimelineEntry
  /** When it began, from the start of the simulation. */
  readonly startedMs: number
}

/** What plays at a time, counted from the start of the simulation: a pure function of both. */
export function activeAt(scenario: Scenario, timeMs: number): ActiveEntry[] {
  const lapMs = lapStart(scenario, timeMs)
  return scenario.timeline.flatMap((entry) => {
    const since = timeMs - lapMs - entry.atMs
    return since >= 0 && since < entry.durationMs ? [{ entry, startedMs: lapMs + entry.atMs }] : []
  })
}

/** Where in the timeline, from the start of its lap, a time lies. */
export function lapTime(scenario: Scenario, timeMs: number): number {
  return timeMs - lapStart(scenario, timeMs)
}

function lapStart(scenario: Scenario, timeMs: number): number {
  return scenario.loopMs === undefined ? 0 : Math.floor(timeMs / scenario.loopMs) * scenario.loopMs
}

/** What active entries do to the plant at a time, counted from the start of the simulation. */
export function influencesOf(active: readonly ActiveEntry[], timeMs: number): Influences {
  const leaks: Influences['leaks'][number][] = []
  const overfills = new Map<string, number>()
  const transfers: Influences['transfers'][number][] = []
  const tankLeaks = new Map<string, number>()
  const heats: Influences['heats'][number][] = []
  const quakes: Influences['quakes'][number][] = []
  let wind: Influences['wind']
  for (const { entry, startedMs } of active) {
    const { effect } = entry
    if (effect.kind === 'leak') leaks.push(effect)
    if (effect.kind === 'overfill') overfills.set(effect.tank, effect.inflow)
    if (effect.kind === 'transfer') transfers.push(effect)
    if (effect.kind === 'tank-leak')
      tankLeaks.set(effect.tank, (tankLeaks.get(effect.tank) ?? 0) + effect.rate / LITRES_A_CUBIC_METRE)
    if (effect.kind === 'heat') heats.push(effect)
    if (effect.kind === 'wind') wind = turned(effect.wind, timeMs - startedMs)
    if (effect.kind === 'earthquake') {
      quakes.push({ startedMs, durationMs: quakeLastsMs(entry), peakGal: effect.peakGal, from: effect.from })
    }
  }
  const weather = wind === undefined ? {} : { wind }
  return { leaks, overfills, transfers, tankLeaks, heats, quakes, ...weather }
}

const LITRES_A_CUBIC_METRE = 1_000
/** An earthquake ends even where nobody said when. */
const QUAKE_MS = 20_000

export function quakeLastsMs({ durationMs }: TimelineEntry): number {
  return Number.isFinite(durationMs) ? durationMs : QUAKE_MS
}

/** A failed sensor: how, and for `exception` which one. */
export interface Failure {
  readonly mode: FailMode
  readonly exception: number
}

/** What is wrong with the field itself, whatever the plant does. */
export interface FieldFaults {
  /** Key: sensor id; value in its unit. */
  readonly held: ReadonlyMap<string, number>
  /** Key: sensor id. */
  readonly failed: ReadonlyMap<string, Failure>
  /** Device ids. */
  readonly silent: ReadonlySet<string>
  /** Device ids and bus keys. */
  readonly cut: ReadonlySet<string>
  /** Of the fault menu, in the order in which they began. Key: device id. */
  readonly active: ReadonlyMap<string, readonly ActiveFault[]>
}

export function faultsOf(active: readonly ActiveEntry[]): FieldFaults {
  const held = new Map<string, number>()
  const failed = new Map<string, Failure>()
  const silent = new Set<string>()
  const cut = new Set<string>()
  const menu = new Map<string, ActiveFault[]>()
  for (const { entry, startedMs } of active) {
    const { effect } = entry
    if (effect.kind === 'set') held.set(effect.sensor, effect.value)
    if (effect.kind === 'dead-detector')
      failed.set(effect.sensor, { mode: effect.mode, exception: effect.exception })
    if (effect.kind === 'silent-device') silent.add(effect.device)
    if (effect.kind === 'disconnect') cut.add(effect.target)
    if (effect.kind === 'fault') {
      const { fault } = effect
      menu.set(fault.device, [...(menu.get(fault.device) ?? []), { fault, startedMs }])
    }
  }
  return { held, failed, silent, cut, active: menu }
}

import type { Fault } from './fault/fault.ts'
import type { Leak } from './plant/gas-cloud.ts'
import type { TankPlan } from './plant/tank.ts'
import type { TankGauge } from './plant/tank-gauges.ts'
import type { Transfer } from './plant/transfer.ts'
import type { Position, TurningWind, WindPlan } from './plant/wind.ts'
import type { Accelerogram } from './seismic/accelerogram.ts'
import type { Trouble } from './seismic/trouble.ts'

/** A scenario as the simulation plays it: checked against a facility, times in milliseconds. */
export interface Scenario {
  readonly name: string
  readonly description: string
  /** The timeline begins anew this often; absent when it is played once. */
  readonly loopMs?: number
  readonly plant: PlantDescription
  /** In order of time. */
  readonly timeline: readonly TimelineEntry[]
}

/** Where things stand; what it does not name reads a quiet value. */
export interface PlantDescription {
  readonly wind: WindPlan
  readonly tanks: readonly (TankPlan & { readonly sensors: TankSensors })[]
  readonly detectors: readonly { sensor: string; at: Position; height: number; t90Ms: number }[]
  readonly accelerographs: readonly { sensor: string; at: Position; site: number }[]
  readonly seismographs: readonly { device: string; at: Position; site: number; machineryGal: number }[]
  readonly drums: readonly { sensor: string; full: number; spent: number; draw: number }[]
}

/** Sensor ids. */
export type TankSensors = Readonly<Partial<Record<TankGauge, string>>>

export interface TimelineEntry {
  readonly atMs: number
  /** Infinity lasts to the end of the loop, or for ever. */
  readonly durationMs: number
  readonly effect: Effect
  /** What people read when it begins. */
  readonly note: string
}

/** How a sensor fails: its fault value, its last value for ever, or a Modbus exception. */
export const FAIL_MODES = ['nan', 'frozen', 'exception'] as const
export type FailMode = (typeof FAIL_MODES)[number]

/** What a timeline entry does while it lasts. */
export type Effect =
  | ({ readonly kind: 'leak' } & Leak)
  | { readonly kind: 'overfill'; readonly tank: string; readonly inflow: number }
  | ({ readonly kind: 'transfer' } & Transfer)
  | { readonly kind: 'tank-leak'; readonly tank: string; readonly rate: number }
  | { readonly kind: 'heat'; readonly tank?: string; readonly rate: number }
  | {
      readonly kind: 'earthquake'
      readonly peakGal: number
      readonly magnitude: number
      readonly distanceKm: number
      readonly from: number
    }
  | {
      readonly kind: 'accelerogram'
      /** As the scenario has it, for people. */
      readonly file: string
      readonly record: Accelerogram
      readonly factor: number
      /** Those that it shakes; none named: all. */
      readonly devices: readonly string[]
    }
  | { readonly kind: 'bump'; readonly device: string; readonly peakGal: number }
  | { readonly kind: 'seismograph-fault'; readonly trouble: Trouble }
  | {
      readonly kind: 'dead-detector'
      readonly sensor: string
      readonly mode: FailMode
      readonly exception: number
    }
  | { readonly kind: 'silent-device'; readonly device: string }
  | { readonly kind: 'disconnect'; readonly target: string }
  | { readonly kind: 'fault'; readonly fault: Fault }
  | { readonly kind: 'set'; readonly sensor: string; readonly value: number }
  | { readonly kind: 'wind'; readonly wind: TurningWind }

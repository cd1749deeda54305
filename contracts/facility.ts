import type { FacilityFile } from './facility-schema.ts'
import type {
  ByteOrder,
  Condition,
  Priority,
  RegisterTable,
  RegisterType,
  SensorKind,
} from './facility-words.ts'
import type { Unit } from './units.ts'

/**
 * A facility as the programs use it: templates expanded, defaults filled in, durations in
 * milliseconds, Modicon references resolved, and everything frozen. Built by `facility-load.ts`.
 */
export interface Facility {
  readonly id: string
  readonly name: string
  readonly timezone: string
  readonly location?: Location
  /** Path of the file it came from, for messages. */
  readonly file: string
  /** SHA-256 of the resolved content that gateway and server must agree on. */
  readonly digest: string
  readonly mqtt: FacilityFile['mqtt']
  readonly store: Omit<FacilityFile['store'], 'retention'> & { readonly retentionMs: number }
  readonly server: FacilityFile['server']
  /** Which of the shared sections the file itself gives; the others have their defaults. */
  readonly given: readonly SharedSection[]
  readonly areas: readonly Area[]
  readonly gateways: readonly Gateway[]
  /** Every sensor that is read, key: sensor id. Retired ones are left out. */
  readonly sensors: ReadonlyMap<string, Sensor>
  /** What the file asks for and this release does not do yet; people are told at start. */
  readonly notBuilt: readonly string[]
}

/** Sections that all facilities of one server share. */
export const SHARED_SECTIONS = ['mqtt', 'store', 'server'] as const
export type SharedSection = (typeof SHARED_SECTIONS)[number]

export interface Location {
  readonly lat: number
  readonly lon: number
}

export interface Area {
  readonly id: string
  readonly name: string
  readonly location?: Location
}

export interface Gateway {
  readonly id: string
  readonly name: string
  readonly heartbeatMs: number
  readonly outbox: { readonly path?: string; readonly maxBytes: number; readonly maxAgeMs: number }
  readonly buses: readonly Bus[]
}

export interface Bus {
  readonly id: string
  readonly driver: FacilityFile['gateways'][number]['buses'][number]['driver']
  readonly host: string
  readonly port: number
  readonly timeoutMs: number
  readonly devices: readonly Device[]
}

export interface Device {
  readonly id: string
  readonly name: string
  readonly unitId: number
  readonly pollMs: number
  readonly maxGap: number
  readonly maxRegisters: number
  readonly sensors: readonly Sensor[]
}

export interface Sensor {
  readonly id: string
  readonly name: string
  readonly kind: SensorKind
  readonly unit: Unit
  readonly quantity: string
  readonly area: string
  readonly gateway: string
  readonly bus: string
  readonly device: string
  readonly range?: readonly [number, number]
  /** In the sensor's unit; outside is bad. */
  readonly valid?: readonly [number, number]
  readonly register: Register
  readonly report: { readonly deadband: number; readonly maxIntervalMs: number }
  readonly pollMs: number
  readonly staleAfterMs: number
  readonly alarms: readonly AlarmConfig[]
}

export interface Register {
  readonly table: RegisterTable
  /** Zero-based protocol address. */
  readonly address: number
  readonly type: RegisterType
  readonly order: ByteOrder
  readonly scale: number
  readonly offset: number
  readonly bit?: number
  readonly length?: number
  /** A current with NAMUR NE 43 quality: the raw values at 4 and 20 mA. */
  readonly ne43?: readonly [number, number]
  /** Of the raw value. */
  readonly valid?: readonly [number, number]
}

export interface AlarmConfig {
  /** `{sensor}.{key}` */
  readonly id: string
  readonly key: string
  readonly sensor: string
  readonly when: Condition
  /** NaN for stale and fault, which have none. */
  readonly limit: number
  readonly deadband: number
  readonly onDelayMs: number
  readonly offDelayMs: number
  readonly priority: Priority
  readonly latching: boolean
  readonly onBad: 'freeze' | 'alarm'
  readonly message?: string
}

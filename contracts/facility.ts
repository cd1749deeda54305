import type { AlarmClass } from './alarm-class.ts'
import type { DerivedSensor } from './analytics/derived.ts'
import type { Tank } from './analytics/level/tank.ts'
import type { Annunciator } from './annunciator.ts'
import type { FacilityFile } from './facility-schema.ts'
import type {
  ByteOrder,
  ChecksumKind,
  CONSEQUENCES,
  Condition,
  Driver,
  Parity,
  Priority,
  RegisterTable,
  RegisterType,
  SensorKind,
  StatusReason,
} from './facility-words.ts'
import type { ForeignDevice } from './foreign-device.ts'
import type { NotifyPlan } from './notify/plan.ts'
import type { Rationalization } from './rationalization-schema.ts'
import type { EmergencyPlan } from './register/incident-plan.ts'
import type { Region, RegisterPlan } from './register/plan.ts'
import type { Finding } from './review/finding.ts'
import type { SeismicInstrument } from './seismic-instrument.ts'
import type { SeismicLink, SeismicProtocol } from './seismic-schema.ts'
import type { Unit } from './units.ts'

/**
 * A facility as the programs use it: templates expanded, defaults filled in, durations in
 * milliseconds, Modicon references resolved, and everything frozen. Built by `facility-load.ts`.
 */
export interface Facility {
  readonly id: string
  readonly name: string
  readonly timezone: string
  /** When shifts begin, HH:MM of local time, ascending. */
  readonly shifts: readonly string[]
  /** How long a detector may be inhibited. */
  readonly maxInhibitMs: number
  readonly location?: Location
  /** Where it belongs in the region tree. */
  readonly region?: Region
  /** Path of the file it came from, for messages. */
  readonly file: string
  /** SHA-256 of the resolved content that gateway and server must agree on. */
  readonly digest: string
  /** SHA-256 of the whole resolved content: files that say the same have the same. */
  readonly fingerprint: string
  readonly mqtt: FacilityFile['mqtt']
  readonly store: StoreConfig
  readonly server: ServerConfig
  /** Which of the shared sections the file itself gives; the others have their defaults. */
  readonly given: readonly SharedSection[]
  readonly areas: readonly Area[]
  readonly gateways: readonly Gateway[]
  /** Devices that publish MQTT themselves. */
  readonly foreign: readonly ForeignDevice[]
  /** Sensors computed from others, each after those that it is computed from; they are among `sensors` too. */
  readonly derived: readonly DerivedSensor[]
  /** Key: tank id. */
  readonly tanks: ReadonlyMap<string, Tank>
  /** Every sensor, read by a gateway, by its own device, or computed. Key: sensor id. Retired ones are left out. */
  readonly sensors: ReadonlyMap<string, Sensor>
  /** Who is told of its alarms, and how. */
  readonly notify: NotifyPlan
  /** What its register of hazards goes by. */
  readonly register: RegisterPlan
  /** Emergency plans, in the order of the file. Key: plan. */
  readonly plans: ReadonlyMap<string, EmergencyPlan>
  /** Outputs that show alarms, driven by programs of their own. */
  readonly annunciators: readonly Annunciator[]
  /** What `check` refuses of its alarms; they are watched all the same, and people are told at start. */
  readonly refusals: readonly Finding[]
}

export type StoreConfig = Omit<FacilityFile['store'], 'retention' | 'rollUpRetention'> & {
  readonly retentionMs: number
  readonly rollUpRetentionMs: number
}

export type ServerConfig = Omit<FacilityFile['server'], 'log' | 'journal' | 'sessions'> & {
  readonly logMaxBytes: number
  readonly sessions: { readonly idleMs: number; readonly absoluteMs: number; readonly lockMs: number }
  readonly journal: { readonly retentionMs: number; readonly signingKeyFile?: string }
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
  /** Its border, corner by corner. */
  readonly outline?: readonly Location[]
}

export interface Gateway {
  readonly id: string
  readonly name: string
  readonly heartbeatMs: number
  /** Where it answers /metrics and /latches. */
  readonly metrics?: { readonly host: string; readonly port: number }
  /** Kept in memory without a path. */
  readonly outbox: { readonly path?: string; readonly maxBytes: number; readonly maxAgeMs: number }
  readonly buses: readonly Bus[]
}

export interface Bus {
  readonly id: string
  readonly driver: Driver
  readonly transport: Transport
  readonly timeoutMs: number
  /** How long after a timeout a reply may still come; on lines whose replies bear no number. */
  readonly latenessMs: number
  /** Least silence on the line before a request, ms; undefined: 3.5 characters on a serial line, none on TCP. */
  readonly gapMs?: number
  /** Of driver seismic: how the samples come. */
  readonly seismic?: { readonly protocol: SeismicProtocol; readonly link: SeismicLink }
  readonly devices: readonly Device[]
}

/** The way bytes take to the devices of a bus. */
export type Transport =
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  | DialIn
  | SerialLine

/** Units that dial in, such as 4G modems: the gateway listens, and a bus is known by what it says first. */
export interface DialIn {
  readonly kind: 'dial-in'
  readonly host: string
  readonly port: number
  /** Text that the unit sends when it has connected. Buses that share an address each have their own. */
  readonly registration?: string
  /** Text that the unit sends now and then to keep its connection; it is no reply. */
  readonly keepalive?: string
}

export interface SerialLine {
  readonly kind: 'serial'
  /** A device file or COM port, best a stable one such as /dev/serial/by-id/...; or the serial number of a USB adapter. */
  readonly path: string
  readonly baudRate: number
  readonly dataBits: 7 | 8
  readonly parity: Parity
  readonly stopBits: 1 | 2
}

export interface Device {
  readonly id: string
  readonly name: string
  readonly unitId: number
  readonly pollMs: number
  readonly maxGap: number
  readonly maxRegisters: number
  readonly workarounds: Workarounds
  /** A register that moves while the device is alive: when it stands still for so long, its data are frozen. */
  readonly heartbeat?: { readonly register: Register; readonly withinMs: number }
  /** What a device of driver serial-line sends. */
  readonly record?: RecordFormat
  /** What a device of driver seismic is. */
  readonly seismic?: SeismicInstrument
  /** The profile that it came from. */
  readonly profile?: string
  readonly sensors: readonly PolledSensor[]
}

/** Quirks of a device that the gateway puts up with, in one place. */
export interface Workarounds {
  /** Every value is asked for alone. */
  readonly singleReads: boolean
  /** Blocks that are read as they stand, or not at all; every sensor lies wholly in one of them. */
  readonly blocks: readonly {
    readonly table: RegisterTable
    readonly address: number
    readonly count: number
  }[]
  /** The unit id it answers with, when that is not its own. */
  readonly replyUnit?: number
  /** Pause before each request to it, ms. */
  readonly pauseMs: number
}

/** How an instrument with an ASCII line speaks. */
export interface RecordFormat {
  /** What asks for a record; undefined when the instrument sends by itself. */
  readonly request?: string
  /** What a record begins with; bytes before it are skipped. */
  readonly start: string
  /** What ends it; or it has a fixed length, counted with start and checksum. */
  readonly end: { readonly delimiter: string } | { readonly bytes: number }
  /** How its fields are found: a separator, or a regular expression with groups. */
  readonly fields: { readonly separator: string } | { readonly pattern: string }
  readonly checksum: Checksum
}

/** Stands behind the data and its marker. Covers all that lies between start and marker. */
export interface Checksum {
  readonly kind: ChecksumKind
  readonly encoding: 'hex' | 'binary'
  /** Between data and checksum, such as the * of NMEA 0183; it is not covered. */
  readonly marker: string
}

/** What is known of a sensor whoever reads it: a gateway, or its own device. */
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
  readonly staleAfterMs: number
  readonly alarms: readonly AlarmConfig[]
  /** How often it is calibrated and bumped; undefined: nobody keeps dates of it. */
  readonly calibration?: { readonly everyMs?: number; readonly bumpMs?: number }
}

/** A sensor that a gateway reads. */
export interface PolledSensor extends Sensor {
  readonly register: Register
  /** What its device says about it: the first rule that has something to say decides. */
  readonly status: readonly StatusRule[]
  readonly plausibility: Plausibility
  /** `deadband` in the unit of the sensor. */
  readonly report: { readonly deadband: number; readonly maxIntervalMs: number }
  readonly pollMs: number
}

/** What a value of this sensor cannot honestly do. */
export interface Plausibility {
  /** Fastest credible change, unit of the sensor per second. */
  readonly maxRate?: number
  /** Not a digit of the raw value has moved for so long: it is stuck. */
  readonly frozenAfterMs?: number
  /** A catalytic detector that has read this much is latched over range, in the unit of the sensor. */
  readonly overRangeAt?: number
}

/** A register of the device that says how a sensor does. */
export interface StatusRule {
  readonly register: Register
  /** Lowest and highest bit that are looked at; undefined: the value as decoded. */
  readonly bits?: readonly [number, number]
  /** Key: what is found, in decimal digits or, in a record, the text of the field. */
  readonly means: ReadonlyMap<string, StatusReason | 'good'>
  /** What everything else means. */
  readonly others: StatusReason | 'good'
}

export interface Register {
  /** `record` is a field of what an instrument with an ASCII line sends, or a feature of waveforms. */
  readonly table: RegisterTable | 'record'
  /** Zero-based protocol address. */
  readonly address: number
  /** Of a record: the number of a column or group, from 1, or the name of a group; or the name of a feature. */
  readonly field?: string
  readonly type: RegisterType
  readonly order: ByteOrder
  readonly scale: number
  readonly offset: number
  readonly bit?: number
  readonly length?: number
  readonly current?: CurrentLoop
  /** Of the raw value. */
  readonly valid?: readonly [number, number]
}

/** A 4-20 mA current with NAMUR NE 43 quality. */
export interface CurrentLoop {
  /** The raw values at 4 and 20 mA. */
  readonly at: readonly [number, number]
  /** A fault current is declared once it has lasted this long. */
  readonly persistMs: number
  /** What currents outside of the measurement mean on this device, mA; they go before NE 43. */
  readonly subRanges: readonly { readonly from: number; readonly to: number; readonly means: StatusReason }[]
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
  readonly class: AlarmClass
  /** Acknowledged and still active for so long, it is unacknowledged once more. */
  readonly reAlarmMs?: number
  /** In order of time, each more urgent than the one before. */
  readonly rises?: readonly { readonly afterMs: number; readonly priority: Priority }[]
  readonly group?: AlarmGroup
  readonly suppressWhen?: readonly SuppressRule[]
  /** Absent while its settings are those of the file alone. */
  readonly runTime?: {
    /** How often they were changed. */
    readonly revision: number
    /** What the file says, where it is another limit. */
    readonly fileLimit: number | null
  }
  /** Shared by all alarms that have it from one template. */
  readonly rationalization?: Rationalization
}

/** Alarms that one event sets off. */
export interface AlarmGroup {
  readonly id: string
  readonly name: string
  readonly consequences: (typeof CONSEQUENCES)[number]
}

/** Suppression by design: while the condition holds, and `holdMs` longer. */
export interface SuppressRule {
  /** The cause of the suppression. */
  readonly id: string
  readonly condition: SuppressCondition
  readonly holdMs: number
  readonly reason: string
}

export type SuppressCondition =
  | {
      readonly sensor: string
      readonly when: 'high' | 'low' | 'equals' | 'not-equals'
      readonly limit: number
      readonly deadband: number
    }
  /** While its condition is active. */
  | { readonly alarm: string }

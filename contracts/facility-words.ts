import type { Reason } from './quality.ts'

/** The closed lists of words that a facility file may use (DESIGN section 4). */
export const SENSOR_KINDS = [
  'gas',
  'level',
  'seismic',
  'temperature',
  'pressure',
  'flow',
  'electrical',
  'state',
  'other',
] as const
export type SensorKind = (typeof SENSOR_KINDS)[number]

/** From the least to the most urgent. */
export const PRIORITIES = ['low', 'medium', 'high', 'critical'] as const
export type Priority = (typeof PRIORITIES)[number]

export const CONDITIONS = ['high', 'low', 'equals', 'not-equals', 'stale', 'fault'] as const
export type Condition = (typeof CONDITIONS)[number]

/** Who acknowledges an alarm of a class. */
export const ACKNOWLEDGING = ['required', 'return', 'auto'] as const
export type Acknowledging = (typeof ACKNOWLEDGING)[number]

export const SHELVING = ['allowed', 'two-person', 'never'] as const
export type Shelving = (typeof SHELVING)[number]

export const BYPASSING = ['allowed', 'two-person'] as const
export type Bypassing = (typeof BYPASSING)[number]

/** What follows the first alarm of a group. */
export const CONSEQUENCES = ['show', 'suppress'] as const

/** How bad it gets when nobody responds to an alarm; from the least to the worst. */
export const SEVERITIES = ['none', 'minor', 'major', 'severe'] as const
export type Severity = (typeof SEVERITIES)[number]

/** Occupational exposure limits: ceiling, 8-hour average, 15-minute average. */
export const OEL_BASES = ['MAC', 'PC-TWA', 'PC-STEL'] as const

export const ALARM_STATUSES = ['candidate', 'approved'] as const

/** By which standard set points of gas detectors are checked. */
export const GAS_RULES = ['gb50493', 'none'] as const
export type GasRule = (typeof GAS_RULES)[number]

export const DRIVERS = [
  'modbus-tcp',
  'modbus-rtu',
  'modbus-rtu-over-tcp',
  'modbus-ascii',
  'serial-line',
  'seismic',
] as const
export type Driver = (typeof DRIVERS)[number]

export const PARITIES = ['none', 'even', 'odd'] as const
export type Parity = (typeof PARITIES)[number]

/** What the addresses of a manual count: as sent, one more, or Modicon references without quotes. */
export const ADDRESS_BASES = ['pdu', 'oneBased', 'modicon5', 'modicon6'] as const
export type AddressBase = (typeof ADDRESS_BASES)[number]

export const CHECKSUMS = ['none', 'xor', 'sum', 'crc16'] as const
export type ChecksumKind = (typeof CHECKSUMS)[number]

export const TABLES = ['coil', 'discrete', 'holding', 'input'] as const
export type RegisterTable = (typeof TABLES)[number]

/** Those that a master can write to. */
export const WRITABLE_TABLES = ['coil', 'holding'] as const satisfies readonly RegisterTable[]
export type WritableTable = (typeof WRITABLE_TABLES)[number]

export const REGISTER_TYPES = [
  'bit',
  'int8l',
  'int8h',
  'uint8l',
  'uint8h',
  'int16',
  'uint16',
  'int32',
  'uint32',
  'int64',
  'uint64',
  'float16',
  'float32',
  'float64',
  'bcd16',
  'bcd32',
  'string',
] as const
export type RegisterType = (typeof REGISTER_TYPES)[number]

/** Big-endian, little-endian, byte-swapped, word-swapped. */
export const BYTE_ORDERS = ['ABCD', 'DCBA', 'BADC', 'CDAB'] as const
export type ByteOrder = (typeof BYTE_ORDERS)[number]

/** What a device may say about its own data, in words of the quality table. */
export const STATUS_REASONS = [
  'warm-up',
  'inhibited',
  'calibrating',
  'testing',
  'device-fault',
  'comm-lost',
  'stale',
  'above-range',
  'below-range',
  'over-range-latched',
  'out-of-spec',
] as const satisfies readonly Reason[]
export type StatusReason = (typeof STATUS_REASONS)[number]

/** Why a foreign device has no value, as what it writes instead of one can mean; all of them are bad. */
export const FOREIGN_REASONS = [
  'not-a-number',
  'device-fault',
  'comm-lost',
  'stale',
  'warm-up',
  'inhibited',
  'calibrating',
  'testing',
  'above-range',
  'below-range',
  'over-range-latched',
] as const satisfies readonly Reason[]
export type ForeignReason = (typeof FOREIGN_REASONS)[number]

/** How a foreign device writes the time of a sample. */
export const TIME_UNITS = ['ms', 's', 'iso'] as const
export type TimeUnit = (typeof TIME_UNITS)[number]

import type { GroupEntry } from './alarm-groups.ts'
import type { CalmRange } from './calm.ts'
import type { Timer } from './due-queue.ts'
import type { AlarmEntry } from './evaluation.ts'
import type { Sample } from './evidence.ts'
import type { FieldTest, RunningTest } from './field-tests/field-test.ts'
import type { RuleEntry } from './suppression.ts'
import type { WatchedSensor } from './system-sensors.ts'

/** One sensor under evaluation. */
export interface SensorEntry extends Timer {
  readonly kind: 'sensor'
  readonly sensor: WatchedSensor
  /** In order of severity, then of the file. */
  alarms: AlarmSlot[]
  calm: CalmRange
  /** From when on a calm sample is one, sensor time: settings were others before. */
  calmSince: number
  /** All its alarms are normal and known to be. */
  isCalm: boolean
  /** What the sensor reported last; null before its first report. */
  reported: Sample | null
  /** What alarms were judged on last: the report, or that there is none any more. */
  held: Sample
  /** Last sign of life, sensor time. */
  evidence: number
  stale: boolean
  /** The next look for silence, server clock. */
  at: number
  /** Suppressions that it decides on. */
  rules?: RuleEntry[]
  /** The bump or proof test that it is in. */
  test: FieldTest | undefined
}

/** One alarm under evaluation. */
export interface AlarmSlot extends Timer {
  readonly kind: 'alarm'
  readonly alarm: AlarmEntry
  readonly sensor: SensorEntry
  /** Its record was kept after this record of the server's log: a replay passes it over until then. */
  readonly keptAt: number
  /** When the next of its delays, rises or flags ends, server clock. */
  at: number
  /** Suppressions of other alarms that it decides on. */
  rules?: RuleEntry[]
  group?: GroupEntry
}

/** What can fall due. */
export type Due = SensorEntry | AlarmSlot | RuleEntry | RunningTest

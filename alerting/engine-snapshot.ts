import type { AlarmRecord } from './alarm-record.ts'
import type { Sample } from './evidence.ts'
import type { FieldTests, KeptTests } from './field-tests/field-tests.ts'
import type { LateSnapshot } from './late-runs.ts'
import type { SensorEntry } from './sensor-entry.ts'
import type { Revision } from './settings/revision.ts'

/** Where an engine begins. */
export interface EngineStart {
  /** Epoch ms of the server. */
  now: number
  /** What the last run kept, and after which record of the server's log. Key: alarm id. */
  records?: ReadonlyMap<string, { record: AlarmRecord; position: number }>
  /** What was made of settings at run time. Key: alarm id. */
  settings?: ReadonlyMap<string, readonly Revision[]>
  /** What it had in memory at its last checkpoint. */
  snapshot?: EngineSnapshot
  /** What the journal has of bump and proof tests. */
  tests?: KeptTests
  /** An engine whose bump and proof tests go on in this one. */
  testsOf?: { readonly tests: FieldTests }
}

/** What evaluation has in memory of one sensor. */
export interface SensorSnapshot {
  id: string
  /** Last sign of life, sensor time. */
  evidence: number
  stale: boolean
  /** What alarms were judged on last. */
  held: Sample
  /** What the sensor reported last; null before its first report. */
  reported: Sample | null
}

export function sensorSnapshot({ sensor, evidence, stale, held, reported }: SensorEntry): SensorSnapshot {
  return { id: sensor.id, evidence, stale, held, reported }
}

/** All of it but the records of the alarms, which stand beside the journal: plain data. */
export interface EngineSnapshot {
  /** Epoch ms of the server. */
  now: number
  /** Server clock minus gateway clock, ms, by gateway. */
  offsets: [string, number][]
  sensors: SensorSnapshot[]
  late: LateSnapshot
  /** Suppressions by design whose condition has ended: rule and end, epoch ms of the server. */
  holds: [string, number][]
  /** Bump and proof tests; absent in what an older release kept. */
  tests?: KeptTests
}

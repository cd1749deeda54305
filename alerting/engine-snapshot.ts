import type { Sample } from './evidence.ts'
import type { LateSnapshot } from './late-runs.ts'

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
}

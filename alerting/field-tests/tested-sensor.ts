import type { AlarmConfig } from '../../contracts/facility.ts'
import type { Reading } from '../../contracts/reading.ts'
import type { AlarmChange } from '../outcome.ts'
import {
  type AlarmEvidence,
  type EvidenceReading,
  evidenceReading,
  peakAfter,
  type SensorEvidence,
} from './test-evidence.ts'

/** A sensor and its alarms in a test, as they are kept: plain data. */
export interface KeptSensor extends SensorEvidence {
  readonly alarms: readonly AlarmEvidence[]
  /** Counts what has changed: of two copies, the one with more is the later one. */
  readonly changes: number
  /** Number of the last record of the server's log that is in it. */
  readonly position: number
}

/** Collects the evidence of one sensor under test. */
export class TestedSensor {
  readonly sensor: string
  /** Of records up to this number of the server's log it has the readings already. */
  readonly keptAt: number
  /** Counts what is worth a commit: readings alone are not, since the log has them. */
  news = 0
  #changes: number
  #count: number
  #first: EvidenceReading | null
  #last: EvidenceReading | null
  /** Key: alarm id. */
  readonly #alarms: Map<string, AlarmEvidence>

  constructor(kept: KeptSensor) {
    this.sensor = kept.sensor
    this.keptAt = kept.position
    this.#changes = kept.changes
    this.#count = kept.count
    this.#first = kept.first
    this.#last = kept.last
    this.#alarms = new Map(kept.alarms.map((alarm) => [alarm.alarm, alarm]))
  }

  get alarms(): string[] {
    return [...this.#alarms.keys()]
  }

  /** A live reading; these are its alarms. */
  read(reading: Reading, configs: Iterable<AlarmConfig>): void {
    const seen = evidenceReading(reading)
    this.#changes += 1
    this.#count += 1
    this.#first ??= seen
    this.#last = seen
    for (const config of configs) {
      const alarm = this.#alarms.get(config.id)
      const peak = alarm === undefined ? null : peakAfter(alarm.peak, seen, config)
      if (alarm !== undefined && peak !== alarm.peak) this.#alarms.set(config.id, { ...alarm, peak })
    }
  }

  /** What one of its alarms did. True when that is news. */
  follow(id: string, { event, time }: AlarmChange): boolean {
    const alarm = this.#alarms.get(id)
    if (alarm === undefined || (event !== 'raised' && event !== 'returned')) return false
    const isRaised = event === 'raised'
    const raised = isRaised ? (alarm.raised ?? time) : alarm.raised
    this.#alarms.set(id, { ...alarm, raised, returned: isRaised ? null : time })
    this.note()
    return true
  }

  /** As it is now, it is to be kept. */
  note(): void {
    this.#changes += 1
    this.news += 1
  }

  /** The evidence of one alarm, and what it was judged on; undefined when it is not in the test. */
  witness(id: string): { alarm: AlarmEvidence; readings: SensorEvidence } | undefined {
    const alarm = this.#alarms.get(id)
    return alarm === undefined ? undefined : { alarm, readings: this.#readings() }
  }

  keep(position: number): KeptSensor {
    const alarms = [...this.#alarms.values()]
    return { ...this.#readings(), alarms, changes: this.#changes, position }
  }

  #readings(): SensorEvidence {
    return { sensor: this.sensor, count: this.#count, first: this.#first, last: this.#last }
  }
}

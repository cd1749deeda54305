import type { AlarmLimit } from '../../contracts/alarm-side.ts'
import type { PolledSensor } from '../../contracts/facility.ts'
import type { Reading } from '../../contracts/reading.ts'
import { isWorthSending, type ReportRules } from './report.ts'

/** The latest sample of every sensor of the gateway, and the last one that was sent. */
export class Board {
  readonly #sensors: ReadonlyMap<string, PolledSensor>
  /** Key: sensor id. By the file, and by what was changed at run time. */
  readonly #rules: Map<string, ReportRules>
  /** Key: sensor id. */
  readonly #latest = new Map<string, Reading>()
  /** Key: sensor id. What the server was told last, by live batch or by way of the outbox. */
  readonly #sent = new Map<string, Reading>()

  constructor(sensors: Iterable<PolledSensor>) {
    this.#sensors = new Map([...sensors].map((sensor) => [sensor.id, sensor]))
    this.#rules = new Map(this.#sensors)
  }

  /**
   * Limits that the server has beside those of the file, all of them: a sample that crosses one is worth sending. Of
   * sensors that are not ours nothing is taken. Key: sensor id.
   */
  setLimits(limits: ReadonlyMap<string, readonly AlarmLimit[]>): void {
    for (const [id, sensor] of this.#sensors) {
      const more = limits.get(id)
      this.#rules.set(id, more === undefined ? sensor : { ...sensor, alarms: [...sensor.alarms, ...more] })
    }
  }

  /** True once every sensor has been sampled, well or badly. */
  get isComplete(): boolean {
    return this.#latest.size === this.#sensors.size
  }

  /** Takes a sample. True when it is to be sent, and then it counts as sent. */
  take(sample: Reading): boolean {
    const rules = this.#rules.get(sample.sensor)
    if (rules === undefined) return false
    this.#latest.set(sample.sensor, sample)
    if (!isWorthSending(rules, this.#sent.get(sample.sensor), sample)) return false
    this.#sent.set(sample.sensor, sample)
    return true
  }

  isLatest(reading: Reading): boolean {
    return this.#latest.get(reading.sensor) === reading
  }

  /** The current reading of every sensor that was ever sampled; all of them count as sent. */
  snapshot(): Reading[] {
    for (const [id, sample] of this.#latest) this.#sent.set(id, sample)
    return [...this.#latest.values()]
  }

  /**
   * The clock was stepped: a new epoch has seen nothing yet. What was sampled before has gone out, or waits, under
   * the time it had then, and the same sample must not stand in the database under two.
   */
  forget(): void {
    this.#latest.clear()
    this.#sent.clear()
  }
}

import type { Reading } from '../../contracts/reading.ts'
import type { BatchSummary } from '../outbox/outbox.ts'
import type { Epoch } from './epoch.ts'

/** Readings that are in no batch yet. */
export class Pending {
  readonly #epoch: Epoch
  #readings: Reading[] = []
  #from = Number.POSITIVE_INFINITY
  #to = Number.NEGATIVE_INFINITY

  constructor(epoch: Epoch) {
    this.#epoch = epoch
  }

  get isEmpty(): boolean {
    return this.#readings.length === 0
  }

  add(reading: Reading): void {
    this.#readings.push(reading)
    this.#from = Math.min(this.#from, reading.time)
    this.#to = Math.max(this.#to, reading.time)
  }

  take(): Reading[] {
    const readings = this.#readings
    this.#readings = []
    this.#from = Number.POSITIVE_INFINITY
    this.#to = Number.NEGATIVE_INFINITY
    return readings
  }

  /** As the batch that would be next; undefined when there are none. */
  summary(): BatchSummary | undefined {
    if (this.isEmpty) return undefined
    return { ...this.#epoch.next, readings: this.#readings.length, from: this.#from, to: this.#to }
  }
}

import { CodedError } from '../contracts/errors.ts'
import type { Reading } from '../contracts/reading.ts'
import type { TimeSeriesStore } from '../contracts/store.ts'

interface Waiting {
  facility: string
  readings: readonly Reading[]
  resolve: () => void
  reject: (error: unknown) => void
}

/** Readings that may wait for the store; beyond, batches are not taken and the gateway resends, readings. */
const MAX_WAITING = 200_000

/** One writer for the store: what arrives during a write goes with the next one. */
export class StoreQueue {
  readonly #store: Pick<TimeSeriesStore, 'write'>
  readonly #onState: (isWorking: boolean) => void
  #waiting: Waiting[] = []
  #count = 0
  #running: Promise<void> | undefined

  constructor(options: { store: Pick<TimeSeriesStore, 'write'>; onState: (isWorking: boolean) => void }) {
    this.#store = options.store
    this.#onState = options.onState
  }

  /** Readings that wait. */
  get depth(): number {
    return this.#count
  }

  /** Resolves when the readings are durable. @throws what the store threw, or DATA_UNWRITABLE when too much waits */
  write(facility: string, readings: readonly Reading[]): Promise<void> {
    if (readings.length === 0) return Promise.resolve()
    if (this.#count + readings.length > MAX_WAITING) {
      return Promise.reject(new CodedError('DATA_UNWRITABLE', `${this.#count} readings wait for the store`))
    }
    this.#count += readings.length
    return new Promise((resolve, reject) => {
      this.#waiting.push({ facility, readings, resolve, reject })
      this.#running ??= this.#run()
    })
  }

  /** Resolves once nothing waits any more. */
  async idle(): Promise<void> {
    await this.#running
  }

  async #run(): Promise<void> {
    // Yield once, so that what arrives in the same turn shares a commit.
    await Promise.resolve()
    while (this.#waiting.length > 0) {
      const batch = this.#waiting
      this.#waiting = []
      for (const [facility, group] of Map.groupBy(batch, (waiting) => waiting.facility))
        await this.#write(facility, group)
    }
    this.#running = undefined
  }

  async #write(facility: string, group: readonly Waiting[]): Promise<void> {
    const readings = group.flatMap((waiting) => waiting.readings)
    try {
      await this.#store.write(facility, readings)
      this.#onState(true)
      for (const { resolve } of group) resolve()
    } catch (error) {
      this.#onState(false)
      for (const { reject } of group) reject(error)
    } finally {
      this.#count -= readings.length
    }
  }
}

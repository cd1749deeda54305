import { CodedError } from '../../contracts/errors.ts'
import type { Reading } from '../../contracts/reading.ts'
import type { TimeSeriesStore } from '../../contracts/store.ts'

interface Waiting {
  facility: string
  readings: readonly Reading[]
  resolve: () => void
  reject: (error: unknown) => void
}

/** Readings that may wait for the store; beyond, batches are not taken and the gateway resends, readings. */
export const MAX_WAITING = 200_000
/** One commit takes no more than this, so that the first ones do not wait for the last, readings. */
export const MAX_COMMIT = 10_000

/** One writer for the store: what arrives during a write goes with the next one, in order of arrival. */
export class StoreQueue {
  readonly #store: Pick<TimeSeriesStore, 'write'>
  readonly #onState: (isWorking: boolean) => void
  #waiting: Waiting[] = []
  #count = 0
  #running: Promise<void> | undefined
  /** Why the last write failed; undefined when it did not. */
  #failure: { error: unknown } | undefined

  /** `onState` is told the outcome of every write; it must not throw. */
  constructor(options: { store: Pick<TimeSeriesStore, 'write'>; onState: (isWorking: boolean) => void }) {
    this.#store = options.store
    this.#onState = options.onState
  }

  /** Readings that wait. */
  get depth(): number {
    return this.#count
  }

  /**
   * Resolves when the readings are durable. Nothing at all is so at once, unless the store fails: who would
   * hear that heartbeats are confirmed and batches are not would take the batches for poison.
   * @throws what the store threw, or DATA_UNWRITABLE when too much waits
   */
  write(facility: string, readings: readonly Reading[]): Promise<void> {
    if (readings.length === 0) {
      return this.#failure === undefined ? Promise.resolve() : Promise.reject(this.#failure.error)
    }
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
    while (this.#waiting.length > 0) await this.#write(this.#takeGroup())
    this.#running = undefined
  }

  /** The first that wait and belong to one facility, as many as fit into a commit. */
  #takeGroup(): Waiting[] {
    const facility = this.#waiting[0]?.facility
    let readings = 0
    const end = this.#waiting.findIndex((waiting, index) => {
      readings += waiting.readings.length
      return index > 0 && (waiting.facility !== facility || readings > MAX_COMMIT)
    })
    return this.#waiting.splice(0, end === -1 ? this.#waiting.length : end)
  }

  async #write(group: readonly Waiting[]): Promise<void> {
    const [first] = group
    if (first === undefined) return
    const readings = group.flatMap((waiting) => waiting.readings)
    this.#failure = undefined
    try {
      await this.#store.write(first.facility, readings)
      for (const { resolve } of group) resolve()
    } catch (error) {
      this.#failure = { error }
      for (const { reject } of group) reject(error)
    }
    this.#count -= readings.length
    this.#onState(this.#failure === undefined)
  }
}

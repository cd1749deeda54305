import type { Reading } from '../../../contracts/reading.ts'
import type { RangeQuery } from '../../../contracts/store.ts'

export type AskRange = (query: RangeQuery & { limit: number }) => Promise<Reading[]>

interface Page {
  readonly readings: readonly Reading[]
  /** Where the next one begins, epoch ms; undefined after the last. */
  readonly next: number | undefined
}

/** The stored readings of one sensor in order of time. While one page is read the next is asked for. */
export class SensorPages {
  readonly #ask: AskRange
  readonly #query: RangeQuery
  readonly #size: number
  #coming: Promise<Page> | undefined
  #readings: readonly Reading[] = []
  #index = 0

  constructor(ask: AskRange, query: RangeQuery, size: number) {
    this.#ask = ask
    this.#query = query
    this.#size = size
    this.#coming = this.#begin(query.from)
  }

  /** The next reading; undefined when another page has to be turned to, or there is none. */
  get head(): Reading | undefined {
    return this.#readings[this.#index]
  }

  /** The head has been taken. */
  step(): void {
    this.#index += 1
  }

  /** Turns to the next page that holds anything. @throws CodedError of the store */
  async turn(): Promise<void> {
    while (this.head === undefined && this.#coming !== undefined) {
      const { readings, next } = await this.#coming
      this.#readings = readings
      this.#index = 0
      this.#coming = next === undefined ? undefined : this.#begin(next)
    }
  }

  #begin(from: number): Promise<Page> {
    const page = this.#fetch(from)
    // Told to whoever turns to it; until then its failure is nobody's news.
    page.catch(() => undefined)
    return page
  }

  /** Readings of one millisecond are never torn apart: a clock that was set back may have left several. */
  async #fetch(from: number): Promise<Page> {
    for (let limit = this.#size; ; limit *= 2) {
      const readings = await this.#ask({ ...this.#query, from, limit })
      const last = readings.at(-1)
      if (last === undefined || readings.length < limit) return { readings, next: undefined }
      const whole = readings.findLastIndex(({ time }) => time < last.time) + 1
      if (whole > 0) return { readings: readings.slice(0, whole), next: last.time }
    }
  }
}

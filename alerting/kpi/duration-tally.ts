export interface Durations {
  readonly count: number
  /** Milliseconds to three digits; null without any. */
  readonly median: number | null
  readonly p90: number | null
  /** Exact. */
  readonly max: number | null
}

const DIGITS = 3

/**
 * Durations by how often they occurred, rounded to three digits: a few thousand numbers hold any number of them, and
 * what is told of them is as exact as anybody reads it.
 */
export class DurationTally {
  /** Key: rounded duration, ms. */
  readonly #counts = new Map<number, number>()
  #count = 0
  #max: number | null = null

  /** Milliseconds. What would be negative, for clocks that differ, is no time at all. */
  add(ms: number): void {
    const duration = Math.max(0, ms)
    const rounded = Number(duration.toPrecision(DIGITS))
    this.#counts.set(rounded, (this.#counts.get(rounded) ?? 0) + 1)
    this.#count += 1
    this.#max = Math.max(this.#max ?? 0, duration)
  }

  /** The median and the 90th percentile are measured values: the nearest rank, the lower one of two in the middle. */
  get result(): Durations {
    const sorted = [...this.#counts].sort(([a], [b]) => a - b)
    const rank = (share: number): number | null => {
      let left = Math.ceil(share * this.#count)
      for (const [duration, count] of sorted) {
        left -= count
        if (left <= 0) return duration
      }
      return null
    }
    return { count: this.#count, median: rank(0.5), p90: rank(0.9), max: this.#max }
  }
}

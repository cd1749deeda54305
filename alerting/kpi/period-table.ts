import type { Period } from './calendar.ts'

/** What is counted of a day or a shift. */
export interface PeriodRow {
  annunciated: number
  /** The most in any 10 minutes that ended in it. */
  peak10Minutes: number
  hoursOver30: number
  periodsOver10: number
  /** Time in flood, ms. */
  flood: number
  /** Alarms that were stale at some time of it. */
  stale: number
}

/** The days or the shifts of a window, which they fill without a gap, and what is counted of each. */
export class PeriodTable<P extends Period> {
  readonly #periods: readonly P[]
  readonly #rows: readonly PeriodRow[]
  /** Where the last time was: the next is nearly always there too. */
  #last = 0

  constructor(periods: readonly P[]) {
    this.#periods = periods
    this.#rows = periods.map(() => ({
      annunciated: 0,
      peak10Minutes: 0,
      hoursOver30: 0,
      periodsOver10: 0,
      flood: 0,
      stale: 0,
    }))
  }

  get rows(): (P & PeriodRow)[] {
    return this.#periods.map((period, index) => ({ ...period, ...this.#rowAt(index) }))
  }

  /** The row of a time in the window, epoch ms. */
  rowOf(time: number): PeriodRow {
    return this.#rowAt(this.#indexOf(time))
  }

  addFlood(from: number, to: number): void {
    for (const index of this.#touched(from, to)) {
      const { from: start, to: end } = this.#periods[index] ?? { from: 0, to: 0 }
      this.#rowAt(index).flood += Math.min(end, to) - Math.max(start, from)
    }
  }

  /**
   * An alarm was stale for a time within the window. Answers with the last row in which it is counted: `after`, the answer
   * of the time before, keeps it from being counted there twice.
   */
  addStale(from: number, to: number, after: number): number {
    let last = after
    for (const index of this.#touched(from, to)) {
      if (index <= after) continue
      this.#rowAt(index).stale += 1
      last = index
    }
    return last
  }

  /** Rows that a time that is not empty reaches into. */
  *#touched(from: number, to: number): Generator<number> {
    for (let index = this.#indexOf(from); index < this.#periods.length; index += 1) {
      if ((this.#periods[index]?.from ?? to) >= to) return
      yield index
    }
  }

  #indexOf(time: number): number {
    const isIn = (index: number) => {
      const period = this.#periods[index]
      return period !== undefined && period.from <= time && time < period.to
    }
    if (isIn(this.#last)) return this.#last
    let [low, high] = [0, this.#periods.length - 1]
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((this.#periods[middle]?.from ?? Number.POSITIVE_INFINITY) <= time) low = middle
      else high = middle - 1
    }
    this.#last = low
    return low
  }

  #rowAt(index: number): PeriodRow {
    const row = this.#rows[index]
    if (row === undefined) throw new RangeError('a time outside of the window')
    return row
  }
}

import type { Quality } from '../../quality.ts'
import type { Step } from '../computation.ts'
import type { Slice } from '../slice.ts'

/** A row of a record of one sensor. */
export interface RecordRow {
  /** Epoch ms, ascending. */
  readonly time: number
  /** Undefined in a bad one. */
  readonly value: number | undefined
  readonly quality: Quality
}

/**
 * What a record says between its rows, as the server would have seen it: a row holds until the next one, and no longer
 * than `holdMs`.
 */
export class RecordSeries {
  readonly #rows: readonly RecordRow[]
  readonly #holdMs: number
  /** Index of the last row that has begun. */
  #at = -1

  constructor(rows: readonly RecordRow[], holdMs: number) {
    this.#rows = rows
    this.#holdMs = holdMs
  }

  /** Steps come in order, each from where the last one ended. */
  step(from: number, to: number): Step {
    let usableMs = 0
    let integral = 0
    let positiveIntegral = 0
    let min = Number.NaN
    let max = Number.NaN
    let isUncertain = false
    for (let at = Math.max(0, this.#at); at < this.#rows.length; at++) {
      const row = this.#rows[at]
      if (row === undefined || row.time > to) break
      this.#at = at
      const next = this.#rows[at + 1]?.time ?? Number.POSITIVE_INFINITY
      const ms = Math.min(to, next, row.time + this.#holdMs) - Math.max(from, row.time)
      if (row.value === undefined || (ms <= 0 && row.time < to)) continue
      usableMs += ms
      integral += row.value * ms
      positiveIntegral += Math.max(0, row.value) * ms
      min = Number.isNaN(min) ? row.value : Math.min(min, row.value)
      max = Number.isNaN(max) ? row.value : Math.max(max, row.value)
      isUncertain ||= row.quality === 'uncertain'
    }
    const sums = { usableMs, integral, positiveIntegral, min, max, isUncertain, isOverdue: false }
    return { from, to, inputs: [{ ...this.#held(to), ...sums }] }
  }

  /** The value at a time, no earlier than the last step. */
  heldAt(time: number): number | undefined {
    this.#goTo(time)
    return this.#held(time).value
  }

  /** Something is held then, and soon nothing may be. */
  isHeldAt(time: number): boolean {
    this.#goTo(time)
    return time - (this.#rows[this.#at]?.time ?? Number.NEGATIVE_INFINITY) <= this.#holdMs
  }

  /** When the first row after a time begins, no earlier than the last step; Infinity after the last one. */
  beginsAfter(time: number): number {
    this.#goTo(time)
    return this.#rows[this.#at + 1]?.time ?? Number.POSITIVE_INFINITY
  }

  #goTo(time: number): void {
    while ((this.#rows[this.#at + 1]?.time ?? Number.POSITIVE_INFINITY) <= time) this.#at += 1
  }

  #held(to: number): Pick<Slice, 'value' | 'quality' | 'reason' | 'time'> {
    const row = this.#rows[this.#at]
    if (row === undefined || to - row.time > this.#holdMs)
      return { value: undefined, quality: 'bad', reason: 'stale', time: row?.time ?? Number.NaN }
    const { value, quality, time } = row
    return { value, quality, reason: quality === 'good' ? undefined : 'imprecise', time }
  }
}

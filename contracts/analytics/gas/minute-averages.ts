import type { Step } from '../computation.ts'
import type { Slice } from '../slice.ts'

export const MINUTE_MS = 60_000

/** A minute with less of it usable is a gap. */
const LEAST_SHARE = 0.75

/** Minutes one after the other that are alike: of a step that is longer than one, nobody knows how it went on within. */
export interface MinuteRun {
  /** Number of the first since the epoch. */
  readonly first: number
  readonly count: number
  /** Mean of what was usable of them, negative values as zero; undefined for gaps. */
  readonly average: number | undefined
  readonly isUncertain: boolean
}

/** The minute under way: its number, then what is summed up of it. */
export type KeptMinute = readonly [
  minute: number,
  usableMs: number,
  positiveIntegral: number,
  uncertain: 0 | 1,
]

/**
 * Mean of every minute of the clock, as gas instruments form STEL and TWA from. A minute that was not watched from its
 * start, since the computation began within it, is left out.
 */
export class MinuteAverages {
  /** Undefined before the first step. */
  #minute: number | undefined
  #usableMs = 0
  #integral = 0
  #isUncertain = false

  constructor(kept?: KeptMinute) {
    if (kept === undefined) return
    ;[this.#minute, this.#usableMs, this.#integral] = kept
    this.#isUncertain = kept[3] === 1
  }

  /** Calls with the minutes that a step completes. */
  add({ from, to }: Pick<Step, 'from' | 'to'>, slice: Slice, each: (run: MinuteRun) => void): void {
    this.#minute ??= Math.ceil(from / MINUTE_MS)
    const length = to - from
    let at = Math.max(from, this.#minute * MINUTE_MS)
    while (at < to) {
      const start = this.#minute * MINUTE_MS
      const whole = at === start ? Math.floor((to - start) / MINUTE_MS) : 0
      const end = whole > 0 ? start + whole * MINUTE_MS : Math.min(to, start + MINUTE_MS)
      // Of a run of whole minutes one is taken for all.
      const share = (whole > 0 ? MINUTE_MS : end - at) / length
      this.#usableMs += slice.usableMs * share
      this.#integral += slice.positiveIntegral * share
      this.#isUncertain ||= slice.isUncertain
      if (end >= start + MINUTE_MS) each(this.#complete(Math.max(1, whole)))
      at = end
    }
  }

  snapshot(): KeptMinute | null {
    if (this.#minute === undefined) return null
    return [this.#minute, this.#usableMs, this.#integral, this.#isUncertain ? 1 : 0]
  }

  #complete(count: number): MinuteRun {
    const first = this.#minute ?? 0
    const isSeen = this.#usableMs >= LEAST_SHARE * MINUTE_MS
    const average = isSeen ? this.#integral / this.#usableMs : undefined
    const run = { first, count, average, isUncertain: isSeen && this.#isUncertain }
    this.#minute = first + count
    this.#usableMs = 0
    this.#integral = 0
    this.#isUncertain = false
    return run
  }
}

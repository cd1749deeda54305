import type { Result, Step, Surroundings } from '../computation.ts'
import { periodAt, type Reset, type ResetPeriod } from '../reset-period.ts'
import { noResult, windowResult } from '../result.ts'
import { type KeptMinute, MINUTE_MS, MinuteAverages, type MinuteRun } from './minute-averages.ts'
import type { MinuteSum } from './minute-window.ts'
import type { ExposureRule } from './moving-exposure.ts'
import { unlessOffScale } from './range-result.ts'

export interface KeptDose {
  readonly minute: KeptMinute | null
  readonly period: ResetPeriod | null
  readonly sum: MinuteSum
}

const NOTHING: MinuteSum = { elapsed: 0, seen: 0, sum: 0, isUncertain: false }

/** A value over the whole minutes since the shift or the day began, or since the computation did. */
export class AccumulatedExposure {
  readonly #by: { reset: Reset; surroundings: Surroundings; rule: ExposureRule; least: number }
  readonly #averages: MinuteAverages
  #period: ResetPeriod | undefined
  #sum: MinuteSum

  constructor(
    by: { reset: Reset; surroundings: Surroundings; rule: ExposureRule; least: number },
    kept?: KeptDose,
  ) {
    this.#by = by
    this.#averages = new MinuteAverages(kept?.minute ?? undefined)
    this.#period = kept?.period ?? undefined
    this.#sum = kept?.sum ?? NOTHING
  }

  get sum(): MinuteSum {
    return this.#sum
  }

  /** What it accumulates in; undefined without an end. */
  get period(): ResetPeriod | undefined {
    return this.#period
  }

  step({ from, to, inputs: [input] }: Step): Result {
    if (input === undefined) throw new RangeError('an exposure has one input')
    this.#averages.add({ from, to }, input, (run) => this.#take(run))
    // Of a minute that has just begun nothing is known yet: what is shown is the dose of the shift before it.
    if (this.#sum.elapsed === 0) return noResult(0)
    const { rule, least } = this.#by
    const result = windowResult({ ...rule(this.#sum), least, isUncertain: this.#sum.isUncertain })
    return unlessOffScale(result, input)
  }

  snapshot(): KeptDose {
    return { minute: this.#averages.snapshot(), period: this.#period ?? null, sum: this.#sum }
  }

  #take({ first, count, average, isUncertain }: MinuteRun): void {
    const { reset, surroundings } = this.#by
    for (let minute = first; minute < first + count; ) {
      const start = minute * MINUTE_MS
      if (reset !== 'never' && (this.#period === undefined || start >= this.#period.to)) {
        // Shifts begin on whole minutes, but a zone may not.
        this.#period = periodAt(start, reset, surroundings)
        this.#sum = NOTHING
      }
      const end = this.#period?.to ?? Number.POSITIVE_INFINITY
      const many = Math.min(first + count - minute, Math.ceil((end - start) / MINUTE_MS))
      const { elapsed, seen, sum } = this.#sum
      this.#sum = {
        elapsed: elapsed + many,
        seen: seen + (average === undefined ? 0 : many),
        sum: sum + (average ?? 0) * many,
        isUncertain: this.#sum.isUncertain || isUncertain,
      }
      minute += many
    }
  }
}

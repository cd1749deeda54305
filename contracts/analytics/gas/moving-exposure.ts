import type { Result, Step } from '../computation.ts'
import { noResult, windowResult } from '../result.ts'
import { type KeptMinute, MINUTE_MS, MinuteAverages } from './minute-averages.ts'
import { type KeptMinutes, type MinuteSum, MinuteWindow } from './minute-window.ts'
import { unlessOffScale } from './range-result.ts'

export interface KeptExposure {
  readonly minute: KeptMinute | null
  readonly window: KeptMinutes
}

/** How the sum of a window becomes a value, how much of what it needs was seen, and what that alone comes to. */
export type ExposureRule = (sum: MinuteSum) => {
  readonly value: number
  readonly coverage: number
  readonly atLeast: number
}

/** A value over the last whole minutes of the clock; it changes once a minute. */
export class MovingExposure {
  readonly #averages: MinuteAverages
  readonly #window: MinuteWindow
  readonly #rule: ExposureRule
  readonly #least: number
  #result: Result = noResult(0)
  #sum: MinuteSum

  constructor(by: { minutes: number; rule: ExposureRule; least: number }, kept?: KeptExposure) {
    this.#averages = new MinuteAverages(kept?.minute ?? undefined)
    this.#window = new MinuteWindow(by.minutes, kept?.window)
    this.#rule = by.rule
    this.#least = by.least
    this.#sum = this.#window.sum()
    this.#conclude()
  }

  get sum(): MinuteSum {
    return this.#sum
  }

  /** @param completed is called when the result may be another one */
  step({ from, to, inputs: [input] }: Step, completed?: (result: Result, time: number) => void): Result {
    if (input === undefined) throw new RangeError('an exposure has one input')
    let last: number | undefined
    this.#averages.add({ from, to }, input, (run) => {
      this.#window.push(run)
      last = run.first + run.count
    })
    if (last !== undefined) {
      this.#sum = this.#window.sum()
      this.#conclude()
      completed?.(unlessOffScale(this.#result, input), last * MINUTE_MS)
    }
    return unlessOffScale(this.#result, input)
  }

  snapshot(): KeptExposure {
    return { minute: this.#averages.snapshot(), window: this.#window.snapshot() }
  }

  #conclude(): void {
    if (this.#sum.elapsed === 0) return
    this.#result = windowResult({
      ...this.#rule(this.#sum),
      least: this.#least,
      isUncertain: this.#sum.isUncertain,
    })
  }
}

import type { MinuteRun } from './minute-averages.ts'

/** What a window of minutes comes to. */
export interface MinuteSum {
  /** Minutes that have passed, at most the length of the window. */
  readonly elapsed: number
  /** Those of them that are no gaps. */
  readonly seen: number
  /** Of the averages of those. */
  readonly sum: number
  readonly isUncertain: boolean
}

export interface KeptMinutes {
  /** Averages, oldest first; null for a gap. */
  readonly minutes: readonly (number | null)[]
  /** Number of the minute after the last; of the last uncertain one, null without. */
  readonly next: number
  readonly uncertain: number | null
}

/** The last minutes in a ring: eight bytes each. They are summed up anew once a minute, so that nothing drifts. */
export class MinuteWindow {
  readonly #ring: Float64Array
  #length = 0
  #next = 0
  #uncertain: number | undefined

  /** @param minutes how many it holds */
  constructor(minutes: number, kept?: KeptMinutes) {
    this.#ring = new Float64Array(minutes)
    if (kept === undefined) return
    this.#next = kept.next - kept.minutes.length
    for (const minute of kept.minutes) this.#put(minute ?? Number.NaN)
    this.#uncertain = kept.uncertain ?? undefined
  }

  push({ first, count, average, isUncertain }: MinuteRun): void {
    if (this.#length === 0) this.#next = first
    const held = Math.min(count, this.#ring.length)
    // Those that a long run pushes through are not worth the walk.
    this.#length = Math.min(this.#length + count - held, this.#ring.length)
    this.#next = first + count - held
    for (let n = 0; n < held; n++) this.#put(average ?? Number.NaN)
    if (isUncertain) this.#uncertain = first + count - 1
  }

  sum(): MinuteSum {
    let sum = 0
    let seen = 0
    for (let n = this.#length; n > 0; n--) {
      const minute = this.#at(this.#next - n)
      if (Number.isNaN(minute)) continue
      sum += minute
      seen += 1
    }
    const isUncertain = this.#uncertain !== undefined && this.#uncertain >= this.#next - this.#length
    return { elapsed: this.#length, seen, sum, isUncertain }
  }

  snapshot(): KeptMinutes {
    const minutes: (number | null)[] = []
    for (let n = this.#length; n > 0; n--) {
      const minute = this.#at(this.#next - n)
      minutes.push(Number.isNaN(minute) ? null : minute)
    }
    return { minutes, next: this.#next, uncertain: this.#uncertain ?? null }
  }

  #at(minute: number): number {
    return this.#ring[this.#placeOf(minute)] ?? Number.NaN
  }

  #put(value: number): void {
    this.#ring[this.#placeOf(this.#next)] = value
    this.#next += 1
    this.#length = Math.min(this.#length + 1, this.#ring.length)
  }

  /** Minutes before 1970 have negative numbers. */
  #placeOf(minute: number): number {
    const { length } = this.#ring
    return ((minute % length) + length) % length
  }
}

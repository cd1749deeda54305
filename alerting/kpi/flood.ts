/** How far a detector looks back, ms. */
export const FLOOD_WINDOW_MS = 600_000
/** A flood begins when the last 10 minutes hold more than this (ISA-18.2). */
export const FLOOD_ABOVE = 10
/** And ends when they hold fewer than this. */
export const FLOOD_BELOW = 5

/** A flood that is over. Epoch ms. */
export interface Flood {
  readonly start: number
  readonly end: number
  /** Annunciated from 10 minutes before its start to its end. */
  readonly alarms: number
  /** The most that any 10 minutes of it held. */
  readonly peak: number
}

export interface FloodState {
  readonly isFlood: boolean
  /** Start of the flood that goes on, epoch ms. */
  readonly since: number | null
  readonly last10Minutes: number
  /** The most that any 10 minutes held since the flood began; without one, what the last 10 minutes hold. */
  readonly peak: number
}

/** Plain data: what a {@link FloodDetector} goes on from. */
export interface FloodSnapshot {
  /** Epoch ms of the clock; null before the first time. */
  readonly now: number | null
  /** Times and how many were at each, ascending. */
  readonly times: readonly (readonly [time: number, count: number])[]
  readonly flood: { readonly since: number; readonly alarms: number; readonly peak: number } | null
}

/**
 * Alarm floods by a sliding interval: at every moment the 10 minutes before it count, wherever the clock
 * stands. So it can be told at once, and no flood hides astride two periods of a grid. It takes the times at which
 * alarms were annunciated one by one, and is told how time passes; both give the same floods live and afterwards.
 */
export class FloodDetector {
  #now: number | null
  readonly #times: [time: number, count: number][]
  #flood: { since: number; alarms: number; peak: number } | null
  #count: number
  #highest = 0
  #highestAt: number | null = null

  constructor(from: FloodSnapshot = { now: null, times: [], flood: null }) {
    this.#now = from.now
    this.#times = from.times.map(([time, count]) => [time, count])
    this.#flood = from.flood === null ? null : { ...from.flood }
    this.#count = this.#times.reduce((sum, [, count]) => sum + count, 0)
  }

  /**
   * An alarm was annunciated. One that is told after newer ones counts as long as the last 10 minutes reach back to
   * it. Answers with the flood that had ended by then.
   */
  note(time: number): Flood | undefined {
    const ended = this.advance(time)
    const now = this.#now ?? time
    if (time <= now - FLOOD_WINDOW_MS) return ended
    this.#insert(time)
    this.#count += 1
    if (this.#flood !== null) {
      this.#flood.alarms += 1
      this.#flood.peak = Math.max(this.#flood.peak, this.#count)
    } else if (this.#count > FLOOD_ABOVE) {
      this.#flood = { since: now, alarms: this.#count, peak: this.#count }
    }
    if (this.#count > this.#highest) [this.#highest, this.#highestAt] = [this.#count, now]
    return ended
  }

  /** Time passes; a clock that goes back changes nothing. Answers with the flood that ended meanwhile. */
  advance(now: number): Flood | undefined {
    if (this.#now !== null && now <= this.#now) return undefined
    this.#now = now
    let ended: Flood | undefined
    let past = 0
    for (const [time, count] of this.#times) {
      if (time > now - FLOOD_WINDOW_MS) break
      past += 1
      this.#count -= count
      if (this.#flood === null || this.#count >= FLOOD_BELOW) continue
      const { since, alarms, peak } = this.#flood
      ended = { start: since, end: time + FLOOD_WINDOW_MS, alarms, peak }
      this.#flood = null
    }
    this.#times.splice(0, past)
    return ended
  }

  get state(): FloodState {
    const flood = this.#flood
    return {
      isFlood: flood !== null,
      since: flood?.since ?? null,
      last10Minutes: this.#count,
      peak: flood?.peak ?? this.#count,
    }
  }

  /** The flood that goes on, as far as it has come; undefined without one. */
  get current(): Omit<Flood, 'end'> | undefined {
    const flood = this.#flood
    return flood === null ? undefined : { start: flood.since, alarms: flood.alarms, peak: flood.peak }
  }

  /** The most that 10 minutes have held since the last {@link forget}, and when that was first reached. */
  get highest(): { count: number; at: number | null } {
    return { count: this.#highest, at: this.#highestAt }
  }

  /** From now on the highest is looked for anew. */
  forget(): void {
    ;[this.#highest, this.#highestAt] = [0, null]
  }

  /** To go on from, in this process or another. The highest is not in it. */
  snapshot(): FloodSnapshot {
    return {
      now: this.#now,
      times: this.#times.map(([time, count]) => [time, count]),
      flood: this.#flood === null ? null : { ...this.#flood },
    }
  }

  /** Nearly always at the end. */
  #insert(time: number): void {
    let index = this.#times.length
    while (index > 0 && (this.#times[index - 1]?.[0] ?? 0) > time) index -= 1
    const before = this.#times[index - 1]
    if (before?.[0] === time) before[1] += 1
    else this.#times.splice(index, 0, [time, 1])
  }
}

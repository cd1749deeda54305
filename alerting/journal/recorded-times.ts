/**
 * When an entry is recorded: the time of its commit, but always after the entry before it of the same alarm,
 * so that a clock that was set back, or two entries in one millisecond, never change their order.
 */
export class RecordedTimes {
  readonly #lastKept: (facility: string, alarm: string) => number | undefined
  /** Epoch ms of the last entry that is kept. Key: facility, a space, alarm. */
  readonly #last = new Map<string, number>()
  /** The same for entries that are not committed yet. */
  readonly #next = new Map<string, number>()

  /** `lastKept` answers from the journal, epoch ms; it is asked once for each alarm. */
  constructor(lastKept: (facility: string, alarm: string) => number | undefined) {
    this.#lastKept = lastKept
  }

  /** @param now time of the commit, epoch ms */
  next(facility: string, alarm: string, now: number): number {
    const key = `${facility} ${alarm}`
    let last = this.#next.get(key) ?? this.#last.get(key)
    if (last === undefined) {
      last = this.#lastKept(facility, alarm) ?? Number.NEGATIVE_INFINITY
      this.#last.set(key, last)
    }
    const time = Math.max(now, last + 1)
    this.#next.set(key, time)
    return time
  }

  /** What was given out since the last call stands. */
  committed(): void {
    for (const [key, time] of this.#next) this.#last.set(key, time)
    this.#next.clear()
  }

  /** It does not. */
  rolledBack(): void {
    this.#next.clear()
  }
}

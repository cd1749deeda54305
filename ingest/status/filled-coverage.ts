/** A minute in which points were computed anew. */
export interface FilledMinute {
  readonly sensor: string
  /** Epoch ms. */
  readonly minute: number
  /** Of its latest point, 0 to 1. */
  readonly coverage: number
}

const MINUTE_MS = 60_000
/** Minutes that wait to be written; of more than that the oldest are forgotten: they are told for people to look at. */
const MOST = 20_000

/** How complete points are that were computed anew, minute by minute, until somebody takes it. */
export class FilledCoverage {
  /** Key: sensor, a space and the minute. */
  readonly #minutes = new Map<string, FilledMinute>()

  /** Points of one sensor, in order of time. */
  note(
    sensor: string,
    filled: readonly { readonly reading: { readonly time: number }; readonly coverage: number }[],
  ): void {
    for (const { reading, coverage } of filled) {
      const minute = Math.floor(reading.time / MINUTE_MS) * MINUTE_MS
      this.#minutes.set(`${sensor} ${minute}`, { sensor, minute, coverage })
    }
    for (const key of this.#minutes.keys()) {
      if (this.#minutes.size <= MOST) break
      this.#minutes.delete(key)
    }
  }

  take(): readonly FilledMinute[] {
    const minutes = [...this.#minutes.values()]
    this.#minutes.clear()
    return minutes
  }
}

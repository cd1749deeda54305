/** Long enough for slow polls to average out, short enough to see a change. */
const WINDOW_MS = 10_000
/** A share of less time than this says nothing. */
const LEAST_MS = 1_000

/** Which share of the time a line was taken, in windows of 10 s that nobody's asking moves. Monotonic milliseconds. */
export class BusyTime {
  #since: number
  #busyMs = 0
  #startedAt: number | undefined
  #share: number | undefined

  constructor(now: number) {
    this.#since = now
  }

  start(now: number): void {
    this.#roll(now)
    this.#startedAt = now
  }

  end(now: number): void {
    if (this.#startedAt !== undefined) this.#busyMs += now - this.#startedAt
    this.#startedAt = undefined
    this.#roll(now)
  }

  /** Of the last window that is over, 0 to 1; of the first one so far while it lasts; undefined in its first second. */
  share(now: number): number | undefined {
    if (this.#startedAt !== undefined) {
      this.end(now)
      this.start(now)
    } else this.#roll(now)
    return this.#share ?? (now - this.#since < LEAST_MS ? undefined : this.#part(now))
  }

  #roll(now: number): void {
    if (now - this.#since < WINDOW_MS) return
    this.#share = this.#part(now)
    this.#since = now
    this.#busyMs = 0
  }

  #part(now: number): number {
    const elapsedMs = now - this.#since
    return elapsedMs > 0 ? Math.min(1, this.#busyMs / elapsedMs) : 0
  }
}

/** Which share of the time a line was taken. Times are monotonic milliseconds. */
export class BusyTime {
  #since: number
  #busyMs = 0
  #startedAt: number | undefined

  constructor(now: number) {
    this.#since = now
  }

  start(now: number): void {
    this.#startedAt = now
  }

  end(now: number): void {
    if (this.#startedAt !== undefined) this.#busyMs += now - this.#startedAt
    this.#startedAt = undefined
  }

  /** Since the last call, 0 to 1; what is on its way counts up to now. */
  take(now: number): number {
    const isTaken = this.#startedAt !== undefined
    this.end(now)
    const elapsedMs = now - this.#since
    const share = elapsedMs > 0 ? Math.min(1, this.#busyMs / elapsedMs) : 0
    this.#since = now
    this.#busyMs = 0
    if (isTaken) this.start(now)
    return share
  }
}

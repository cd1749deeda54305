/** One at a time, in the order in which they came. */
export class Turns {
  readonly #waiting: (() => void)[] = []
  #isTaken = false

  /** Fulfilled when it is the caller's turn, which lasts until `next`. */
  async take(): Promise<void> {
    if (!this.#isTaken) {
      this.#isTaken = true
      return
    }
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#waiting.push(resolve)
    await promise
  }

  /** Ends the turn. */
  next(): void {
    const first = this.#waiting.shift()
    if (first === undefined) this.#isTaken = false
    else first()
  }
}

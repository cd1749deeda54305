/** A broker that takes a batch within this keeps up with what it is given, ms. */
const PROMPT_MS = 1_000

/**
 * How many backlog batches the client may hold that the broker has not taken. They stand before the live ones
 * on the same connection: on a thin line a window as wide as the credit would hold those back for a minute. It
 * opens by one for each batch that is taken promptly, and closes by half for each that is not.
 */
export class BacklogPace {
  /** Since when the client holds it, monotonic ms. Key: that of the batch. */
  readonly #held = new Map<string, number>()
  #window = 1

  /** `chosen`: how many more are about to be sent. */
  hasRoom(chosen: number): boolean {
    return this.#held.size + chosen < this.#window
  }

  sent(id: string, now: number): void {
    this.#held.set(id, now)
  }

  taken(id: string, now: number): void {
    const since = this.#held.get(id)
    if (since === undefined) return
    this.#held.delete(id)
    if (now - since <= PROMPT_MS) this.#window += 1
    else this.#window = Math.max(1, Math.floor(this.#window / 2))
  }

  /** It is not waited for any more. */
  forget(id: string): void {
    this.#held.delete(id)
  }

  /** The connection is gone, and with it what the client held. */
  reset(): void {
    this.#held.clear()
    this.#window = 1
  }
}

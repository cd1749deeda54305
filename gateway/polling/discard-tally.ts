import type { Discard, DiscardCounter } from '../drivers/driver.ts'

/** Counts what came in over one bus and was not taken for an answer. */
export class DiscardTally implements DiscardCounter {
  readonly #counts = new Map<Discard, number>()

  discard(kind: Discard): void {
    this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + 1)
  }

  /** Key: what was wrong; only what has happened. */
  snapshot(): Record<string, number> {
    return Object.fromEntries(this.#counts)
  }
}

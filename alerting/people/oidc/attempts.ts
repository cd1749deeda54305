/** A sign-in that has gone to the provider and has not come back. */
export interface Attempt {
  /** What comes back with the answer. */
  readonly state: string
  /** What stands in the token. */
  readonly nonce: string
  /** The other half of the challenge (PKCE, RFC 7636). */
  readonly verifier: string
  /** Epoch ms. */
  readonly started: number
  /** The provider has to ask for credentials anew. */
  readonly isFresh: boolean
  /** Where in the console to go then: what stands behind `/#`. */
  readonly to: string
  /** Hash of the session that it takes the place of. */
  readonly replaces: string | undefined
}

/** An attempt is good for so long, ms. */
export const ATTEMPT_MS = 600_000
const MAX_ATTEMPTS = 1_000

/** Attempts by the hash of what only the browser has that began them. A pure state machine in the time it is given. */
export class Attempts {
  readonly #attempts = new Map<string, Attempt>()

  /** The oldest go when there are too many: each holds a few hundred bytes. */
  add(browser: string, attempt: Attempt): void {
    for (const [key, { started }] of this.#attempts) {
      const isOver = attempt.started - started >= ATTEMPT_MS
      if (!isOver && this.#attempts.size < MAX_ATTEMPTS) break
      this.#attempts.delete(key)
    }
    this.#attempts.delete(browser)
    this.#attempts.set(browser, attempt)
  }

  /** Once. Another state is none of this browser's and leaves its attempt alone. */
  take(browser: string, state: string, now: number): Attempt | undefined {
    const attempt = this.#attempts.get(browser)
    if (attempt === undefined || attempt.state !== state) return undefined
    this.#attempts.delete(browser)
    const age = now - attempt.started
    return age >= 0 && age < ATTEMPT_MS ? attempt : undefined
  }

  get size(): number {
    return this.#attempts.size
  }
}

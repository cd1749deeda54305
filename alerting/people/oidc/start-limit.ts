import { TooSoon, throttleAddress } from '../throttle.ts'

/** So many may begin at once at one address: a shift that changes. */
const BURST = 20
/** Another one for each, ms. */
const REFILL_MS = 3_000
const MAX_ADDRESSES = 4_096

/** How often sign-ins may begin at a provider: each may cost it a request. A pure state machine in the time it is given. */
export class StartLimit {
  /** When the burst of an address is whole again, epoch ms. */
  readonly #wholeAt = new Map<string, number>()

  /** @throws TooSoon OIDC_TOO_MANY */
  take(from: string, now: number): void {
    const address = throttleAddress(from)
    // A clock that was set back must not prolong it.
    const wholeAt = Math.min(Math.max(this.#wholeAt.get(address) ?? now, now), now + BURST * REFILL_MS)
    const waitMs = wholeAt - now - (BURST - 1) * REFILL_MS
    if (waitMs > 0) throw new TooSoon('OIDC_TOO_MANY', `for ${Math.ceil(waitMs / 1_000)} s`, waitMs)
    // The youngest stands last, so that the oldest goes first.
    this.#wholeAt.delete(address)
    this.#wholeAt.set(address, wholeAt + REFILL_MS)
    const [oldest] = this.#wholeAt.keys()
    if (this.#wholeAt.size > MAX_ADDRESSES && oldest !== undefined) this.#wholeAt.delete(oldest)
  }

  get size(): number {
    return this.#wholeAt.size
  }
}

/**
 * The time of a line that may be lost to devices that do not answer: a small share of the time that passes,
 * saved up to `creditMs`. What is lost beyond it is a debt, remembered up to `debtMs`, since a line that was
 * disturbed for a moment must not shun its devices for long. Times are monotonic milliseconds.
 */
export class ProbeBudget {
  readonly #limits: { share: number; creditMs: number; debtMs: number }
  #balanceMs: number
  #at = 0

  /** `share` of the time that passes is earned, 0 to 1. */
  constructor(limits: { share: number; creditMs: number; debtMs: number }) {
    this.#limits = limits
    this.#balanceMs = limits.creditMs
  }

  /** Time was lost. */
  charge(ms: number, now: number): void {
    this.#balanceMs = Math.max(-this.#limits.debtMs, this.#balance(now) - ms)
    this.#at = now
  }

  /** Forgets the debt: nobody was there who could have used the time. */
  pardon(now: number): void {
    this.#balanceMs = Math.max(0, this.#balance(now))
    this.#at = now
  }

  /** True unless it is overdrawn, or would be by another charge. */
  allows(now: number, chargeMs = 0): boolean {
    return this.#balance(now) - chargeMs >= 0
  }

  /** When it is overdrawn no longer, if nothing more is charged. */
  allowsAt(now: number): number {
    return now + Math.max(0, -this.#balance(now)) / this.#limits.share
  }

  #balance(now: number): number {
    const earned = Math.max(0, now - this.#at) * this.#limits.share
    return Math.min(this.#limits.creditMs, this.#balanceMs + earned)
  }
}

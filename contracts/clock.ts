/**
 * The only place that reads the machine's clocks. Everything else is handed a {@link Clock}, so that
 * tests run in virtual time and a stepped wall clock is a value that can be seen.
 */
export interface Clock {
  /** Wall clock, epoch milliseconds UTC; it may be stepped by NTP or by a person. */
  wall(): number
  /** Milliseconds since an arbitrary start; it never goes back and is never stepped. */
  monotonic(): number
}

export const systemClock: Clock = {
  wall: () => Date.now(),
  monotonic: () => performance.now(),
}

/** A clock whose wall time can be stepped by hand: drills and tests never touch that of the machine. */
export class SteppedClock implements Clock {
  readonly #clock: Clock
  #offset = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  wall(): number {
    return this.#clock.wall() + this.#offset
  }

  monotonic(): number {
    return this.#clock.monotonic()
  }

  /** Sets the wall clock forward by so many ms, or back. */
  step(ms: number): void {
    this.#offset += ms
  }
}

/** A wall clock that moved by more than this against the monotonic one was stepped (DESIGN section 5). */
export const CLOCK_STEP_MS = 1_000

/**
 * Epoch milliseconds that follow the monotonic clock from an anchor, so that a duration measured with
 * it is a real duration. When the wall clock has been stepped, `checkStep` anchors anew and says by how
 * much, and the caller decides what a step means to it.
 */
export class SteadyClock {
  readonly #clock: Clock
  #anchor: number

  constructor(clock: Clock) {
    this.#clock = clock
    this.#anchor = clock.wall() - clock.monotonic()
  }

  now(): number {
    return Math.round(this.#anchor + this.#clock.monotonic())
  }

  /** Wall minus steady time in milliseconds: 0 on a clock that was never stepped. */
  drift(): number {
    return Math.round(this.#clock.wall() - this.#clock.monotonic() - this.#anchor)
  }

  /** Anchors anew after a step and returns it in milliseconds; 0 when there was none. */
  checkStep(): number {
    const step = this.drift()
    if (Math.abs(step) <= CLOCK_STEP_MS) return 0
    this.#anchor += step
    return step
  }
}

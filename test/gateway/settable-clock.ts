import type { Clock } from '../../contracts/clock.ts'

/** A clock that tests move by hand. */
export class SettableClock implements Clock {
  #wall: number
  #monotonic = 1_000

  constructor(wall = 1_000_000) {
    this.#wall = wall
  }

  wall(): number {
    return this.#wall
  }

  monotonic(): number {
    return this.#monotonic
  }

  /** Time passes. */
  advance(ms: number): void {
    this.#wall += ms
    this.#monotonic += ms
  }

  /** Somebody sets the wall clock. */
  step(ms: number): void {
    this.#wall += ms
  }
}

import { ROUND_TRIP_BOUNDS_MS } from '../../contracts/wire.ts'

/** How long answers took, as a histogram over {@link ROUND_TRIP_BOUNDS_MS} and what is beyond the last. */
export class RoundTrips {
  readonly #counts: number[] = new Array<number>(ROUND_TRIP_BOUNDS_MS.length + 1).fill(0)
  #sumMs = 0

  add(ms: number): void {
    const bound = ROUND_TRIP_BOUNDS_MS.findIndex((limit) => ms <= limit)
    const index = bound === -1 ? ROUND_TRIP_BOUNDS_MS.length : bound
    this.#counts[index] = (this.#counts[index] ?? 0) + 1
    this.#sumMs += ms
  }

  snapshot(): { counts: number[]; sumMs: number } {
    return { counts: [...this.#counts], sumMs: this.#sumMs }
  }
}

/** Seconds that it is the mean of. */
const SECONDS = 60

/** Root mean square of the vector over the last minute of seconds without an event. */
export class NoiseFloor {
  readonly #squares = new Float64Array(SECONDS)
  readonly #counts = new Float64Array(SECONDS)
  #next = 0

  /** A second without an event: sum of the squares, Gal², and how many samples. */
  add(squares: number, count: number): void {
    this.#squares[this.#next] = squares
    this.#counts[this.#next] = count
    this.#next = (this.#next + 1) % SECONDS
  }

  /** Gal; undefined before the first second. */
  get value(): number | undefined {
    let squares = 0
    let count = 0
    for (let i = 0; i < SECONDS; i += 1) {
      squares += this.#squares[i] as number
      count += this.#counts[i] as number
    }
    return count === 0 ? undefined : Math.sqrt(squares / count)
  }
}

/**
 * The steps of a moving window, oldest first: numbers in columns, so that many of them take little room, and a snapshot
 * is short. A step belongs to it while any of it is younger than `windowMs`.
 */
export class StepWindow {
  readonly #windowMs: number
  readonly #columns: number
  /** End of each step, epoch ms, then its columns; `#first` is where the oldest begins. */
  #cells: number[] = []
  #first = 0

  /** @param columns how many numbers a step has beside its end */
  constructor(windowMs: number, columns: number, kept?: readonly number[]) {
    this.#windowMs = windowMs
    this.#columns = columns + 1
    if (kept !== undefined) this.#cells = [...kept]
  }

  /** Adds a step that ends at `to`, and forgets what has left the window; `leave` is told of each that does. */
  push(to: number, cells: readonly number[], leave?: (cells: readonly number[]) => void): void {
    this.#cells.push(to, ...cells)
    const width = this.#columns
    while (
      this.#cells.length - this.#first > width &&
      (this.#cells[this.#first] ?? 0) <= to - this.#windowMs
    ) {
      leave?.(this.#cells.slice(this.#first + 1, this.#first + width))
      this.#first += width
    }
    if (this.#first > 1_024 && this.#first * 2 > this.#cells.length) {
      this.#cells = this.#cells.slice(this.#first)
      this.#first = 0
    }
  }

  get size(): number {
    return (this.#cells.length - this.#first) / this.#columns
  }

  /** Calls with the end of each step and where its columns begin in {@link cell}. */
  each(visit: (to: number, at: number) => void): void {
    for (let at = this.#first; at < this.#cells.length; at += this.#columns)
      visit(this.#cells[at] ?? 0, at + 1)
  }

  cell(at: number): number {
    return this.#cells[at] ?? 0
  }

  snapshot(): number[] {
    return this.#cells.slice(this.#first)
  }
}

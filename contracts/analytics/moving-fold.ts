/** Puts two parts of a window together, one after the other. Associative, so that it does not matter which are first. */
export type Merge<Part> = (older: Part, newer: Part) => Part

/** Plain JSON data. */
export interface KeptFold {
  readonly front: readonly number[]
  readonly back: readonly number[]
}

/**
 * A moving window and what all its parts make together, in constant time for each step however long the window is. A
 * queue of two stacks: the older half is kept as what its end makes of itself from each part on, the newer half as the
 * parts and what they make together. Nothing is ever subtracted, so no error adds up, whatever passes through, and
 * what has an order but no inverse (a minimum) works like a sum. A part belongs to the window while any of it is younger
 * than `windowMs`. Making the newer half the older one takes as long as the window has parts, once a window: windows that
 * began together do so at times of their own, by their `share`.
 */
export class MovingFold<Part extends readonly number[]> {
  readonly #windowMs: number
  /** When there is no older half, the newer one becomes it once it is so long, ms. */
  readonly #turnMs: number
  readonly #merge: Merge<Part>
  /** Cells are the end of a part, epoch ms, and its numbers; oldest first. `#first` is where the oldest begins. */
  #front: number[]
  #first = 0
  #back: number[]
  #width = 0
  #newer: Part | undefined

  /**
   * @param options `width` of a part: how many numbers it has; `share` of the window, 0 to 1, after which its halves
   *   change for the first time
   */
  constructor(
    { windowMs, width, share = 1 }: { windowMs: number; width: number; share?: number },
    merge: Merge<Part>,
    kept: KeptFold = { front: [], back: [] },
  ) {
    this.#windowMs = windowMs
    this.#turnMs = windowMs * share
    this.#merge = merge
    this.#width = width + 1
    this.#front = [...kept.front]
    this.#back = [...kept.back]
    for (let at = 0; at < this.#back.length; at += this.#width) this.#add(this.#partAt(this.#back, at))
  }

  /** Adds a part that ends at `to`, later than all before it, and forgets those that have left the window. */
  push(to: number, part: Part): void {
    this.#back.push(to, ...part)
    this.#add(part)
    while (this.#oldestEnd() <= to - this.#windowMs) this.#dropOldest()
    if (this.#first === this.#front.length && this.#oldestEnd() <= to - this.#turnMs) this.#turn()
  }

  /** What the parts in the window make together; undefined before the first. */
  get whole(): Part | undefined {
    const older = this.#first < this.#front.length ? this.#partAt(this.#front, this.#first) : undefined
    if (older === undefined || this.#newer === undefined) return older ?? this.#newer
    return this.#merge(older, this.#newer)
  }

  snapshot(): KeptFold {
    return { front: this.#front.slice(this.#first), back: [...this.#back] }
  }

  #oldestEnd(): number {
    return this.#front[this.#first] ?? this.#back[0] ?? Number.POSITIVE_INFINITY
  }

  #dropOldest(): void {
    if (this.#first === this.#front.length) this.#turn()
    this.#first += this.#width
  }

  /** The newer half becomes the older one. */
  #turn(): void {
    this.#front = this.#back
    this.#first = 0
    this.#back = []
    this.#newer = undefined
    let after: Part | undefined
    for (let at = this.#front.length - this.#width; at >= 0; at -= this.#width) {
      const part = this.#partAt(this.#front, at)
      after = after === undefined ? part : this.#merge(part, after)
      for (const [column, cell] of after.entries()) this.#front[at + 1 + column] = cell
    }
  }

  #add(part: Part): void {
    this.#newer = this.#newer === undefined ? part : this.#merge(this.#newer, part)
  }

  #partAt(cells: readonly number[], at: number): Part {
    return cells.slice(at + 1, at + this.#width) as readonly number[] as Part
  }
}

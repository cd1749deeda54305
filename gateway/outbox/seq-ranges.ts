/** Closed: first and last number. */
export type SeqRange = readonly [first: number, last: number]

/**
 * A set of numbers kept as closed ranges in order: what comes without holes costs one range, however much
 * of it there is.
 */
export class SeqRanges {
  readonly #firsts: number[] = []
  readonly #lasts: number[] = []
  #size = 0

  constructor(ranges: Iterable<SeqRange> = []) {
    for (const [first, last] of ranges) this.add(first, last)
  }

  /** How many numbers are in it. */
  get size(): number {
    return this.#size
  }

  /** How many ranges they make. */
  get pieces(): number {
    return this.#firsts.length
  }

  has(seq: number): boolean {
    const at = this.#reaching(seq)
    return (this.#firsts[at] ?? Number.POSITIVE_INFINITY) <= seq
  }

  add(first: number, last: number = first): void {
    if (last < first) return
    // Ranges that only touch are joined too.
    const from = this.#reaching(first - 1)
    const to = this.#beginningAfter(last + 1)
    const low = from < to ? Math.min(first, this.#firsts[from] ?? first) : first
    const high = from < to ? Math.max(last, this.#lasts[to - 1] ?? last) : last
    for (let n = from; n < to; n++) this.#size -= this.#length(n)
    this.#firsts.splice(from, to - from, low)
    this.#lasts.splice(from, to - from, high)
    this.#size += high - low + 1
  }

  /** Takes a range out and returns what of it was there. */
  remove(first: number, last: number = first): SeqRange[] {
    const from = this.#reaching(first)
    const to = this.#beginningAfter(last)
    if (from >= to) return []
    const removed: SeqRange[] = []
    const left: SeqRange[] = []
    for (let n = from; n < to; n++) {
      const [low, high] = this.#at(n)
      removed.push([Math.max(low, first), Math.min(high, last)])
      if (low < first) left.push([low, first - 1])
      if (high > last) left.push([last + 1, high])
    }
    this.#firsts.splice(from, to - from, ...left.map(([low]) => low))
    this.#lasts.splice(from, to - from, ...left.map(([, high]) => high))
    this.#size -= countIn(removed)
    return removed
  }

  *[Symbol.iterator](): Generator<SeqRange> {
    for (let n = 0; n < this.#firsts.length; n++) yield this.#at(n)
  }

  /** Number by number, in order. May be walked while numbers are taken out or added. */
  *numbers(): Generator<number> {
    let next = this.#firsts[0]
    while (next !== undefined) {
      const at = this.#reaching(next)
      const first = this.#firsts[at]
      if (first === undefined) return
      const seq: number = Math.max(first, next)
      yield seq
      next = seq + 1
    }
  }

  /** At most so many ranges that hold all of it: the last one then spans holes. */
  atMost(pieces: number): SeqRange[] {
    const all = [...this]
    const [first] = all[pieces - 1] ?? []
    const [, last] = all.at(-1) ?? []
    if (all.length <= pieces || first === undefined || last === undefined) return all
    return [...all.slice(0, pieces - 1), [first, last]]
  }

  /** Index of the first range that ends at `seq` or later. */
  #reaching(seq: number): number {
    return lowerBound(this.#lasts, seq)
  }

  /** Index of the first range that begins after `seq`. */
  #beginningAfter(seq: number): number {
    return lowerBound(this.#firsts, seq + 1)
  }

  #at(n: number): SeqRange {
    return [this.#firsts[n] ?? 0, this.#lasts[n] ?? -1]
  }

  #length(n: number): number {
    const [first, last] = this.#at(n)
    return last - first + 1
  }
}

export function countIn(ranges: readonly SeqRange[]): number {
  return ranges.reduce((sum, [first, last]) => sum + last - first + 1, 0)
}

/** True when one of a few ranges holds the number. */
export function isWithin(ranges: readonly SeqRange[], seq: number): boolean {
  return ranges.some(([first, last]) => first <= seq && seq <= last)
}

/** Index of the first of ascending numbers that is at least `least`. */
function lowerBound(numbers: readonly number[], least: number): number {
  let low = 0
  let high = numbers.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((numbers[middle] ?? 0) < least) low = middle + 1
    else high = middle
  }
  return low
}

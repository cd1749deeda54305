/** Ranges kept of one epoch; a gateway that is not hostile has a few. */
export const MAX_RANGES = 1_000

/**
 * A set of positive sequence numbers as closed ranges, in order and never touching. Whoever sends every
 * other number must not fill the memory: beyond {@link MAX_RANGES} the lowest range is forgotten.
 */
export class SeqRanges {
  readonly #ranges: [number, number][]

  constructor(ranges: readonly (readonly [number, number])[] = []) {
    this.#ranges = ranges.map(([first, last]) => [first, last])
  }

  has(seq: number): boolean {
    const range = this.#ranges[this.#indexAfter(seq) - 1]
    return range !== undefined && seq <= range[1]
  }

  get isEmpty(): boolean {
    return this.#ranges.length === 0
  }

  /** Adds a closed range, however long. */
  addRange(first: number, last: number): void {
    if (first > last) return
    let from = this.#indexAfter(first)
    let low = first
    let high = last
    const before = this.#ranges[from - 1]
    if (before !== undefined && before[1] >= first - 1) {
      from -= 1
      low = before[0]
      high = Math.max(high, before[1])
    }
    let end = from
    for (let next = this.#ranges[end]; next !== undefined && next[0] <= high + 1; next = this.#ranges[end]) {
      high = Math.max(high, next[1])
      end += 1
    }
    this.#ranges.splice(from, end - from, [low, high])
    this.#bound()
  }

  add(seq: number): void {
    const index = this.#indexAfter(seq)
    const before = this.#ranges[index - 1]
    const after = this.#ranges[index]
    if (before !== undefined && seq <= before[1]) return
    const joinsBefore = before !== undefined && before[1] === seq - 1
    const joinsAfter = after !== undefined && after[0] === seq + 1
    if (joinsBefore && joinsAfter) {
      before[1] = after[1]
      this.#ranges.splice(index, 1)
    } else if (joinsBefore) before[1] = seq
    else if (joinsAfter) after[0] = seq
    else this.#ranges.splice(index, 0, [seq, seq])
    this.#bound()
  }

  /** Numbers between the first and the last that are not there. */
  get missing(): number {
    let count = 0
    for (let i = 1; i < this.#ranges.length; i++)
      count += (this.#ranges[i]?.[0] ?? 0) - (this.#ranges[i - 1]?.[1] ?? 0) - 1
    return count
  }

  toJSON(): [number, number][] {
    return this.#ranges.map(([first, last]) => [first, last])
  }

  /** What is forgotten would be taken again, which changes nothing; a claim to have it would lose data. */
  #bound(): void {
    if (this.#ranges.length > MAX_RANGES) this.#ranges.shift()
  }

  /** Index of the first range that begins after `seq`. */
  #indexAfter(seq: number): number {
    let low = 0
    let high = this.#ranges.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#ranges[middle]?.[0] ?? 0) <= seq) low = middle + 1
      else high = middle
    }
    return low
  }
}

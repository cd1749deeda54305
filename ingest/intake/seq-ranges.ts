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
    // What is forgotten would be applied again, which changes nothing; a claim to have it would lose data.
    if (this.#ranges.length > MAX_RANGES) this.#ranges.shift()
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

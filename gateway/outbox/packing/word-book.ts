/** More names than any plant has sensors, devices and reasons: what comes after them is not numbered. */
const MOST_WORDS = 200_000

/** Numbers for names that come again and again. A number stands for one name as long as the file lives. */
export class WordBook {
  /** Key: the name. */
  readonly #numbers = new Map<string, number>()
  readonly #words: string[] = []
  /** The same as JSON strings, as far as they were asked for. */
  readonly #quoted: string[] = []
  #unsaved = 0

  /** Takes what {@link unsaved} gave once; numbers may have holes where a file was damaged. */
  load(rows: Iterable<readonly [number: number, word: string]>): void {
    for (const [number, word] of rows) {
      this.#words[number] = word
      this.#numbers.set(word, number)
    }
    this.#unsaved = this.#words.length
  }

  /** Undefined when there is no room, or no UTF-8, for it. */
  numberOf(word: string): number | undefined {
    const known = this.#numbers.get(word)
    if (known !== undefined) return known
    if (this.#words.length >= MOST_WORDS || !word.isWellFormed()) return undefined
    this.#numbers.set(word, this.#words.length)
    return this.#words.push(word) - 1
  }

  /** A word as a JSON string. @throws RangeError for a number that stands for nothing */
  quoted(number: number): string {
    const known = this.#quoted[number]
    if (known !== undefined) return known
    const word = this.#words[number]
    if (word === undefined) throw new RangeError(`word ${number} is not known`)
    const quoted = JSON.stringify(word)
    this.#quoted[number] = quoted
    return quoted
  }

  /** Those that {@link saved} has not been told of. */
  unsaved(): [number: number, word: string][] {
    return this.#words.slice(this.#unsaved).map((word, n) => [this.#unsaved + n, word])
  }

  saved(): void {
    this.#unsaved = this.#words.length
  }
}

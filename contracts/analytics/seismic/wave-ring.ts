import type { Wave } from './wave.ts'

/** The last samples of three axes, as measured. */
export class WaveRing {
  readonly #capacity: number
  readonly #axes: Wave['axes']
  #next = 0
  #length = 0

  constructor(capacity: number) {
    this.#capacity = capacity
    this.#axes = [new Float64Array(capacity), new Float64Array(capacity), new Float64Array(capacity)]
  }

  get length(): number {
    return this.#length
  }

  push(ns: number, ew: number, ud: number): void {
    this.#axes[0][this.#next] = ns
    this.#axes[1][this.#next] = ew
    this.#axes[2][this.#next] = ud
    this.#next = this.#next + 1 === this.#capacity ? 0 : this.#next + 1
    if (this.#length < this.#capacity) this.#length += 1
  }

  /** A copy of so many, or of what there is, oldest first. */
  last(count: number): Wave['axes'] {
    const length = Math.min(count, this.#length)
    const first = (this.#next - length + this.#capacity) % this.#capacity
    const copy = (axis: Float64Array) => {
      const out = new Float64Array(length)
      const head = axis.subarray(first, Math.min(first + length, this.#capacity))
      out.set(head)
      out.set(axis.subarray(0, length - head.length), head.length)
      return out
    }
    return [copy(this.#axes[0]), copy(this.#axes[1]), copy(this.#axes[2])]
  }
}

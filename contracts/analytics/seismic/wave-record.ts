import type { Wave } from './wave.ts'

/** A record that grows up to a number of samples. */
export class WaveRecord {
  readonly #capacity: number
  #axes: Wave['axes']
  length: number

  /** @param before what it begins with: of more than fit, the newest */
  constructor(before: Wave['axes'], capacity: number) {
    this.#capacity = capacity
    this.length = Math.min(before[0].length, capacity)
    const room = Math.min(capacity, Math.max(2 * this.length, 1_024))
    const begun = (axis: Float64Array) => {
      const out = new Float64Array(room)
      out.set(axis.subarray(axis.length - this.length))
      return out
    }
    this.#axes = [begun(before[0]), begun(before[1]), begun(before[2])]
  }

  get isFull(): boolean {
    return this.length >= this.#capacity
  }

  push(ns: number, ew: number, ud: number): void {
    if (this.isFull) return
    if (this.length === this.#axes[0].length) this.#grow()
    this.#axes[0][this.length] = ns
    this.#axes[1][this.length] = ew
    this.#axes[2][this.length] = ud
    this.length += 1
  }

  get axes(): Wave['axes'] {
    const [ns, ew, ud] = this.#axes
    return [ns.slice(0, this.length), ew.slice(0, this.length), ud.slice(0, this.length)]
  }

  #grow(): void {
    const room = Math.min(this.#capacity, 2 * this.length)
    const grown = (axis: Float64Array) => {
      const out = new Float64Array(room)
      out.set(axis)
      return out
    }
    const [ns, ew, ud] = this.#axes
    this.#axes = [grown(ns), grown(ew), grown(ud)]
  }
}

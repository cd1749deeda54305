/** So many addresses are remembered, those that came last. */
const MAX_ADDRESSES = 4_096

/** So many in so long. */
export interface Allowance {
  readonly count: number
  readonly perMs: number
}

/** How often something may be done from an address, as throttleAddress names it; pure in the time it is given. */
export class AddressLimit {
  /** When it was done, epoch ms, oldest first. The address that did it last stands last. */
  readonly #times = new Map<string, number[]>()

  /** How long that address is to wait, ms; 0: not at all. */
  wait(address: string, { count, perMs }: Allowance, now: number): number {
    const times = this.#within(address, perMs, now)
    const first = times[times.length - count]
    return first === undefined ? 0 : Math.max(1, first + perMs - now)
  }

  note(address: string, { count, perMs }: Allowance, now: number): void {
    const times = [...this.#within(address, perMs, now), now].slice(-count)
    this.#times.delete(address)
    this.#times.set(address, times)
    const [oldest] = this.#times.keys()
    if (this.#times.size > MAX_ADDRESSES && oldest !== undefined) this.#times.delete(oldest)
  }

  /** What was noted at that time came to nothing. */
  undo(address: string, time: number): void {
    const times = this.#times.get(address) ?? []
    const at = times.lastIndexOf(time)
    if (at === -1) return
    const left = times.toSpliced(at, 1)
    if (left.length === 0) this.#times.delete(address)
    else this.#times.set(address, left)
  }

  /** Addresses held. */
  get size(): number {
    return this.#times.size
  }

  /** A clock that was set back must not prolong it: what lies ahead counts as of now. */
  #within(address: string, perMs: number, now: number): number[] {
    return (this.#times.get(address) ?? [])
      .map((time) => Math.min(time, now))
      .filter((time) => now - time < perMs)
  }
}

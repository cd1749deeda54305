/** What falls due once; it stands in the queue at most once. */
export interface Timer {
  /** Decides between equal times, lowest first. */
  readonly rank: number
  /** When it falls due; Infinity while it is not in the queue. */
  at: number
  /** Its place in the heap; -1 while it is not there. */
  index: number
}

/** A timer that is not in the queue. */
export function idle(rank: number): Timer {
  return { rank, at: Number.POSITIVE_INFINITY, index: -1 }
}

/** Timers, soonest first: a binary heap in which every timer knows its place and can be moved. */
export class DueQueue<T extends Timer> {
  readonly #heap: T[] = []

  /** Moves a timer to a time; Infinity takes it out. */
  set(timer: T, at: number): void {
    if (timer.at === at) return
    if (timer.index !== -1) this.#remove(timer)
    timer.at = at
    if (at !== Number.POSITIVE_INFINITY) this.#rise(timer, this.#heap.length)
  }

  /** All timers of the soonest instant, if it is due at `now`; taken out, in order of rank. */
  take(now: number): { at: number; timers: T[] } | undefined {
    const at = this.#heap[0]?.at
    if (at === undefined || at > now) return undefined
    const timers: T[] = []
    for (let first = this.#heap[0]; first?.at === at; first = this.#heap[0]) {
      this.set(first, Number.POSITIVE_INFINITY)
      timers.push(first)
    }
    return { at, timers }
  }

  get size(): number {
    return this.#heap.length
  }

  /** The last one takes the place of the one that goes. */
  #remove(timer: T): void {
    const hole = timer.index
    timer.index = -1
    const last = this.#heap.pop()
    if (last !== undefined && last !== timer) this.#rise(last, this.#sink(last, hole))
  }

  /** Puts a timer at a hole, or higher where it comes before what stands there. */
  #rise(timer: T, hole: number): void {
    let child = hole
    while (child > 0) {
      const above = this.#heap[(child - 1) >> 1]
      if (above === undefined || !isBefore(timer, above)) break
      this.#place(above, child)
      child = (child - 1) >> 1
    }
    this.#place(timer, child)
  }

  /** Moves a hole down until nothing below it comes before the timer. */
  #sink(timer: T, hole: number): number {
    for (let parent = hole; ; ) {
      const [left, right] = [this.#heap[2 * parent + 1], this.#heap[2 * parent + 2]]
      const below = left !== undefined && right !== undefined && isBefore(right, left) ? right : left
      if (below === undefined || !isBefore(below, timer)) return parent
      const next = below.index
      this.#place(below, parent)
      parent = next
    }
  }

  #place(timer: T, index: number): void {
    this.#heap[index] = timer
    timer.index = index
  }
}

function isBefore(a: Timer, b: Timer): boolean {
  return a.at < b.at || (a.at === b.at && a.rank < b.rank)
}

/** Times at which something falls due, soonest first; equal times in order of rank. */
export class DueQueue<T> {
  readonly #heap: Entry<T>[] = []

  push(at: number, rank: number, item: T): void {
    const heap = this.#heap
    let child = heap.length
    const entry = { at, rank, item }
    heap.push(entry)
    while (child > 0) {
      const parent = (child - 1) >> 1
      const above = heap[parent]
      if (above === undefined || !isBefore(entry, above)) break
      heap[child] = above
      child = parent
    }
    heap[child] = entry
  }

  /** The soonest entry if it is due at `now`; removed. */
  take(now: number): Entry<T> | undefined {
    const first = this.#heap[0]
    if (first === undefined || first.at > now) return undefined
    const last = this.#heap.pop()
    if (last !== undefined && this.#heap.length > 0) this.#sink(last)
    return first
  }

  clear(): void {
    this.#heap.length = 0
  }

  get size(): number {
    return this.#heap.length
  }

  #sink(entry: Entry<T>): void {
    const heap = this.#heap
    let parent = 0
    for (;;) {
      let child = 2 * parent + 1
      let below = heap[child]
      const right = heap[child + 1]
      if (below === undefined) break
      if (right !== undefined && isBefore(right, below)) {
        below = right
        child += 1
      }
      if (!isBefore(below, entry)) break
      heap[parent] = below
      parent = child
    }
    heap[parent] = entry
  }
}

export interface Entry<T> {
  at: number
  rank: number
  item: T
}

function isBefore<T>(a: Entry<T>, b: Entry<T>): boolean {
  return a.at < b.at || (a.at === b.at && a.rank < b.rank)
}

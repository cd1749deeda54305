import type { Reading } from '../../../contracts/reading.ts'
import { Gate } from './gate.ts'
import { type AskRange, SensorPages } from './sensor-pages.ts'

/** Readings in memory at most, of all sensors together: half of them are read, half are asked for ahead. */
const MOST_HELD = 50_000
/** A page is never smaller, or asking would take longer than reading. */
const LEAST_PAGE = 20
const LARGEST_PAGE = 5_000
/** Questions under way at once. */
const QUESTIONS = 4
/** Readings handed over at once: between two, whoever waits for this thread has a turn. */
const CHUNK = 5_000

export interface MergeQuery {
  readonly facility: string
  readonly sensors: readonly string[]
  /** Inclusive, epoch ms. */
  readonly from: number
  /** Exclusive, epoch ms. */
  readonly to: number
}

/**
 * Stored readings of many sensors, merged in order of time; of one moment in the order of `sensors`. Its memory does
 * not grow with their number. @throws CodedError of the store
 */
export async function* mergedReadings(
  ask: AskRange,
  { facility, sensors, from, to }: MergeQuery,
): AsyncGenerator<Reading[]> {
  const gate = new Gate(QUESTIONS)
  const fair = Math.floor(MOST_HELD / 2 / Math.max(1, sensors.length))
  const size = Math.max(LEAST_PAGE, Math.min(LARGEST_PAGE, fair))
  const gated: AskRange = (query) => gate.run(() => ask(query))
  const sources = sensors.map((sensor, rank) => ({
    rank,
    pages: new SensorPages(gated, { facility, sensor, from, to }, size),
  }))
  await Promise.all(sources.map(({ pages }) => pages.turn()))
  const heap = new SourceHeap(sources)

  let chunk: Reading[] = []
  for (let first = heap.first; first !== undefined; first = heap.first) {
    const { pages } = first
    const { head } = pages
    if (head !== undefined) {
      chunk.push(head)
      pages.step()
    }
    if (pages.head === undefined) await pages.turn()
    heap.settle()
    if (chunk.length < CHUNK) continue
    yield chunk
    chunk = []
  }
  if (chunk.length > 0) yield chunk
}

interface Source {
  readonly rank: number
  readonly pages: SensorPages
}

/** Sources, the one with the oldest head first; those that are at their end fall out. */
class SourceHeap {
  readonly #heap: Source[]

  constructor(sources: readonly Source[]) {
    this.#heap = sources
      .filter(({ pages }) => pages.head !== undefined)
      .sort((a, b) => (isBefore(a, b) ? -1 : 1))
  }

  get first(): Source | undefined {
    return this.#heap[0]
  }

  /** The first has another head, or none any more. */
  settle(): void {
    let source = this.#heap[0]
    if (source?.pages.head === undefined) {
      const last = this.#heap.pop()
      if (last === undefined || last === source) return
      source = last
    }
    let hole = 0
    for (;;) {
      const [left, right] = [this.#heap[2 * hole + 1], this.#heap[2 * hole + 2]]
      const isRight = left !== undefined && right !== undefined && isBefore(right, left)
      const below = isRight ? right : left
      if (below === undefined || !isBefore(below, source)) break
      this.#heap[hole] = below
      hole = 2 * hole + (isRight ? 2 : 1)
    }
    this.#heap[hole] = source
  }
}

function isBefore(a: Source, b: Source): boolean {
  const [first, second] = [a.pages.head?.time ?? 0, b.pages.head?.time ?? 0]
  return first < second || (first === second && a.rank < b.rank)
}

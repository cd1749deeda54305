import type { RefusedPoint, SeriesPoint, TimeSeriesStore } from '../../contracts/store.ts'
import type { DrainEvents, DrainProgress, StoreState } from '../../ingest/drain/drain.ts'
import type { DrainPart, DrainSource } from '../../ingest/drain/drain-source.ts'
import { good, pointsOf } from './store-points.ts'

/** A part of the log with so many readings; each reading's value is its number in the log. */
export function partOf(last: number, count: number): DrainPart {
  const points = pointsOf(Array.from({ length: count }, (_, n) => good(last * 1_000 + n, last * 1_000 + n)))
  const batch = {
    facility: 'plant',
    gateway: 'gw-1',
    epoch: 'e',
    sent: last,
    sampled: last,
    isLive: true,
    readings: count,
  }
  return { last, points, batches: [batch] }
}

/** A log in memory: parts are given out in order, once. */
export class FakeLog implements DrainSource {
  readonly #parts: DrainPart[] = []
  #waiting: ((part: DrainPart | undefined) => void) | undefined
  #isClosed = false
  /** How many points were asked for, call by call. */
  readonly asked: number[] = []

  append(...parts: readonly DrainPart[]): void {
    this.#parts.push(...parts)
    this.#give()
  }

  close(): void {
    this.#isClosed = true
    this.#give()
  }

  next(points: number): Promise<DrainPart | undefined> {
    if (this.#waiting !== undefined) throw new Error('two calls at once')
    this.asked.push(points)
    return new Promise((resolve) => {
      this.#waiting = resolve
      this.#give()
    })
  }

  #give(): void {
    if (this.#parts.length === 0 && !this.#isClosed) return
    const resolve = this.#waiting
    if (resolve === undefined) return
    this.#waiting = undefined
    resolve(this.#parts.shift())
  }
}

/** What becomes of a write: it goes through, fails, or hangs until it is released. */
export type Outcome = 'works' | 'hangs' | Error

/** A store whose answers are scripted; it keeps what went through. */
export class ScriptedStore implements Pick<TimeSeriesStore, 'write' | 'concurrency'> {
  readonly concurrency: number
  /** Outcomes of the writes to come; then `always`. */
  readonly script: Outcome[] = []
  always: Outcome = 'works'
  refuses: (point: SeriesPoint) => boolean = () => false
  /** Key: value of the reading; how often it was written. */
  readonly kept = new Map<number, number>()
  /** Points of each write that was begun. */
  readonly writes: number[] = []
  readonly #released: (() => void)[] = []
  underWay = 0
  mostUnderWay = 0

  constructor(concurrency = 1) {
    this.concurrency = concurrency
  }

  async write(points: readonly SeriesPoint[]): Promise<RefusedPoint[]> {
    this.writes.push(points.length)
    this.underWay += 1
    this.mostUnderWay = Math.max(this.mostUnderWay, this.underWay)
    try {
      const outcome = this.script.shift() ?? this.always
      if (outcome === 'hangs') await new Promise<void>((resolve) => this.#released.push(resolve))
      else if (outcome !== 'works') throw outcome
      const refused = points.filter(this.refuses)
      for (const { reading } of points.filter((point) => !refused.includes(point))) {
        const value = reading.value ?? Number.NaN
        this.kept.set(value, (this.kept.get(value) ?? 0) + 1)
      }
      return refused.map((point) => ({ point, detail: 'never' }))
    } finally {
      this.underWay -= 1
    }
  }

  /** Lets the write go on that hangs, the n-th of those that do. */
  release(n = 0): void {
    this.#released.splice(n, 1)[0]?.()
  }
}

/** What a drain told, in order. */
export class Heard implements DrainEvents {
  readonly progress: DrainProgress[] = []
  readonly refused: RefusedPoint[] = []
  readonly states: StoreState[] = []
  readonly order: string[] = []

  onProgress(progress: DrainProgress): void {
    this.progress.push(progress)
    this.order.push(`progress ${progress.last}`)
  }
  onRefused(refused: readonly RefusedPoint[]): void {
    this.refused.push(...refused)
    this.order.push(`refused ${refused.length}`)
  }
  onState(state: StoreState): void {
    this.states.push(state)
    this.order.push(state.isWorking ? 'working' : `failing ${state.code}`)
  }
}

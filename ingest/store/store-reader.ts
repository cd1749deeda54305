import type { Reading } from '../../contracts/reading.ts'
import type { Bucket, RangeQuery, TimeSeriesStore } from '../../contracts/store.ts'
import { Thread } from '../../contracts/thread.ts'
import type { QueryCalls } from './query-protocol.ts'
import type { StorePlan } from './store-plan.ts'

/** Questions that are under way when it is closed may take so much longer, ms. */
const FAREWELL_MS = 2_000

/**
 * The server's end of the query thread: a long question delays other questions only. It keeps nothing, so one
 * that has died fails those who asked, with THREAD_ENDED, and the next question has a new one.
 */
export class StoreReader implements Pick<TimeSeriesStore, 'range' | 'buckets' | 'close'> {
  readonly #plan: StorePlan
  #thread: Thread<QueryCalls> | undefined

  constructor(plan: StorePlan) {
    this.#plan = plan
  }

  range(query: RangeQuery & { limit: number }): Promise<Reading[]> {
    return this.#running().call('range', query)
  }

  buckets(query: RangeQuery & { everyMs: number }): Promise<Bucket[]> {
    return this.#running().call('buckets', query)
  }

  /** A question that a database does not answer is given up. */
  async close(): Promise<void> {
    const thread = this.#thread
    if (thread === undefined) return
    const timer = setTimeout(() => void thread.kill(), FAREWELL_MS)
    await thread.close()
    clearTimeout(timer)
  }

  #running(): Thread<QueryCalls> {
    this.#thread ??= new Thread<QueryCalls>({
      module: new URL('./query-thread.ts', import.meta.url),
      data: this.#plan,
      name: 'the query thread',
      onDeath: () => {
        this.#thread = undefined
      },
    })
    return this.#thread
  }
}

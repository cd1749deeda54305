import { systemClock } from '../../contracts/clock.ts'
import type { TimeSeriesStore } from '../../contracts/store.ts'
import { giveWay, serveThread } from '../../contracts/thread.ts'
import { openStore } from './open-store.ts'
import type { QueryCalls } from './query-protocol.ts'
import type { StorePlan } from './store-plan.ts'

/** The query thread, with a store of its own; the other end is `store-reader.ts`. */
serveThread<QueryCalls>((data) => {
  giveWay()
  let opening: Promise<TimeSeriesStore> | undefined
  const store = () => {
    opening ??= openStore(data as StorePlan, systemClock)
    // One that could not be opened is tried again with the next question.
    opening.catch(() => {
      opening = undefined
    })
    return opening
  }
  return {
    range: async (query) => (await store()).range(query),
    buckets: async (query) => (await store()).buckets(query),
    close: async () => {
      await (await opening)?.close()
    },
  }
})

import type { Reading } from '../../contracts/reading.ts'
import type { Bucket, RangeQuery } from '../../contracts/store.ts'

/** What the server asks of its query thread, whose data is a {@link StorePlan}. It says nothing unasked. */
export type QueryCalls = {
  range: (query: RangeQuery & { limit: number }) => Promise<Reading[]>
  buckets: (query: RangeQuery & { everyMs: number }) => Promise<Bucket[]>
}

import type { Reading } from '../../contracts/reading.ts'
import type { Bucket, RangeQuery, TimeSeriesStore } from '../../contracts/store.ts'
import { SeriesThread } from './series-thread.ts'

/** Readings deleted at once, so that a write never waits long. */
const PRUNE_SLICE = 20_000

/**
 * Time series in SQLite, so that nothing else has to run. Writes are synced to the disk. They have a
 * thread of their own, and so have queries: neither delays the other, or the evaluation of alarms.
 */
export class EmbeddedStore implements TimeSeriesStore {
  readonly #writer: SeriesThread
  readonly #reader: SeriesThread

  private constructor(writer: SeriesThread, reader: SeriesThread) {
    this.#writer = writer
    this.#reader = reader
  }

  /** @throws CodedError DATA_UNWRITABLE, DATA_NEWER or DATA_DAMAGED */
  static async open(path: string): Promise<EmbeddedStore> {
    const writer = new SeriesThread(path)
    try {
      await writer.call({ do: 'open' })
    } catch (error) {
      await writer.kill()
      throw error
    }
    return new EmbeddedStore(writer, new SeriesThread(path))
  }

  async write(facility: string, readings: readonly Reading[]): Promise<void> {
    await this.#writer.call({ do: 'write', facility, readings })
  }

  range(query: RangeQuery & { limit: number }): Promise<Reading[]> {
    return this.#reader.call({ do: 'range', query })
  }

  buckets(query: RangeQuery & { everyMs: number }): Promise<Bucket[]> {
    return this.#reader.call({ do: 'buckets', query })
  }

  async prune(before: number): Promise<number> {
    let deleted = 0
    for (;;) {
      const slice = await this.#writer.call({ do: 'prune', before, limit: PRUNE_SLICE })
      deleted += slice
      if (slice < PRUNE_SLICE) return deleted
    }
  }

  /** What was written before is finished; who still waits for a query is told that the store has stopped. */
  async close(): Promise<void> {
    await this.#reader.kill()
    await this.#writer.close()
  }
}

import { EmbeddedStore } from '../../../ingest/store/embedded-store.ts'
import { FACILITY } from '../plant/plant-file.ts'
import type { Database, StoredRow } from './stored-row.ts'

/** The file of the embedded store, after its server has gone. */
export class EmbeddedDatabase implements Database {
  readonly #store: EmbeddedStore

  private constructor(store: EmbeddedStore) {
    this.#store = store
  }

  static async open(path: string): Promise<EmbeddedDatabase> {
    return new EmbeddedDatabase(await EmbeddedStore.open(path))
  }

  async rows(sensor: string): Promise<StoredRow[]> {
    const [from, to] = [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER]
    const readings = await this.#store.range({ facility: FACILITY, sensor, from, to, limit: to })
    return readings.map(({ time, value, quality }) => ({ time, value, quality }))
  }

  close(): Promise<void> {
    return this.#store.close()
  }
}

import type { Reading } from '../../contracts/reading.ts'
import {
  type Bucket,
  type RangeQuery,
  type RefusedPoint,
  type RefusedStatus,
  ROLL_UP_MS,
  type SeriesPoint,
  type StatusPoint,
  type TimeSeriesStore,
} from '../../contracts/store.ts'
import { SeriesDatabase } from './series-database.ts'
import { SeriesFile } from './series-file.ts'
import { SeriesMinutes } from './series-minutes.ts'
import { SeriesPruning } from './series-pruning.ts'

/** Rows deleted at once, so that a write never waits long. */
const PRUNE_SLICE = 20_000

/**
 * Time series in SQLite, so that nothing else has to run. Writes are synced to the disk. Every call blocks
 * its thread until it is done; long work stops between slices, and writes may be made there.
 */
export class EmbeddedStore implements TimeSeriesStore {
  readonly concurrency = 1
  readonly #file: SeriesFile
  readonly #minutes: SeriesMinutes
  readonly #database: SeriesDatabase
  readonly #oldReadings: SeriesPruning
  readonly #oldMinutes: SeriesPruning

  private constructor(file: SeriesFile) {
    this.#file = file
    this.#minutes = new SeriesMinutes(file)
    this.#database = new SeriesDatabase(file, this.#minutes)
    this.#oldReadings = new SeriesPruning(file, 'reading')
    this.#oldMinutes = new SeriesPruning(file, 'minute')
  }

  /** With `readOnly` nothing can be written. @throws CodedError DATA_UNWRITABLE, DATA_MISSING, DATA_NEWER or DATA_DAMAGED */
  static async open(path: string, readOnly = false): Promise<EmbeddedStore> {
    return new EmbeddedStore(new SeriesFile(path, readOnly))
  }

  async write(points: readonly SeriesPoint[]): Promise<RefusedPoint[]> {
    return this.#database.write(points)
  }

  /** They are for dashboards of a database; the console has its own ways to know. */
  async writeStatus(_points: readonly StatusPoint[]): Promise<RefusedStatus[]> {
    return []
  }

  async range(query: RangeQuery & { limit: number }): Promise<Reading[]> {
    return this.#database.range(query)
  }

  async buckets(query: RangeQuery & { everyMs: number }): Promise<Bucket[]> {
    return this.#minutes.buckets(query)
  }

  /** And then some that nobody asks for any more: of an older file, or of a process that was killed. */
  async rollUp({ from, to }: { from: number; to: number }): Promise<void> {
    while (this.#minutes.rollUpSome({ from: wholeMinutes(from), to }) > 0) await turn()
    this.#minutes.rollUpSome({ from: 0, to })
  }

  async prune({ raw, rollUps }: { raw: number; rollUps: number }): Promise<number> {
    const rawBefore = wholeMinutes(raw)
    while (this.#minutes.rollUpSome({ from: 0, to: rawBefore }) > 0) await turn()
    // Before the first reading goes, and in the same turn: no minute that lost some is ever counted anew.
    this.#minutes.advance('raw', rawBefore)
    this.#minutes.advance('minute', wholeMinutes(rollUps))
    const horizons = this.#minutes.horizons()
    const readings = this.#oldReadings.some(horizons.raw, PRUNE_SLICE)
    return readings > 0 ? readings : this.#oldMinutes.some(horizons.minute, PRUNE_SLICE)
  }

  async close(): Promise<void> {
    this.#file.close()
  }
}

/** What has been dropped is always whole minutes, so that roll-ups can stand in for it. */
function wholeMinutes(ms: number): number {
  return Math.floor(ms / ROLL_UP_MS) * ROLL_UP_MS
}

/** Lets whoever waits for this thread have a turn. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

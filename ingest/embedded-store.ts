import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { CodedError } from '../contracts/errors.ts'
import { QUALITY_NUMBER, type Quality } from '../contracts/quality.ts'
import type { Reading } from '../contracts/reading.ts'
import type { Bucket, RangeQuery, TimeSeriesStore } from '../contracts/store.ts'

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS series (
    id INTEGER PRIMARY KEY,
    facility TEXT NOT NULL,
    sensor TEXT NOT NULL,
    UNIQUE (facility, sensor)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS reading (
    series INTEGER NOT NULL,
    time INTEGER NOT NULL,
    value REAL,
    quality INTEGER NOT NULL,
    reason TEXT,
    PRIMARY KEY (series, time)
  ) STRICT, WITHOUT ROWID;`

const VERSION = 1

/** Time series in SQLite, so that nothing else has to run. Writes are synced to the disk. */
export class EmbeddedStore implements TimeSeriesStore {
  readonly #database: DatabaseSync
  readonly #insert: StatementSync
  /** Key: facility, a space, sensor. */
  readonly #series = new Map<string, number>()

  /** @throws CodedError DATA_UNWRITABLE, DATA_NEWER or DATA_DAMAGED */
  constructor(path: string) {
    try {
      this.#database = new DatabaseSync(path, { timeout: 2_000 })
      this.#database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;`)
      const version = Number(this.#database.prepare('PRAGMA user_version').get()?.user_version)
      if (version > VERSION)
        throw new CodedError('DATA_NEWER', `${path} has schema ${version}, this release knows ${VERSION}`)
      this.#database.exec(`${SCHEMA} PRAGMA user_version = ${VERSION};`)
      // Writing a reading again changes nothing: the first one stands.
      this.#insert = this.#database.prepare(
        'INSERT OR IGNORE INTO reading (series, time, value, quality, reason) VALUES (?, ?, ?, ?, ?)',
      )
    } catch (error) {
      if (error instanceof CodedError) throw error
      const { message } = error as Error
      const code = /malformed|not a database/i.test(message) ? 'DATA_DAMAGED' : 'DATA_UNWRITABLE'
      throw new CodedError(code, `${path}: ${message}`, { cause: error })
    }
  }

  async write(facility: string, readings: readonly Reading[]): Promise<void> {
    this.#database.exec('BEGIN IMMEDIATE')
    try {
      for (const { sensor, time, value, quality, reason } of readings) {
        const series = this.#seriesOf(facility, sensor)
        this.#insert.run(series, time, value ?? null, QUALITY_NUMBER[quality], reason ?? null)
      }
      this.#database.exec('COMMIT')
    } catch (error) {
      // A series that was created in a transaction that is gone has no id any more.
      this.#series.clear()
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK')
      throw new CodedError('DATA_UNWRITABLE', (error as Error).message, { cause: error })
    }
  }

  async range({ facility, sensor, from, to, limit }: RangeQuery & { limit: number }): Promise<Reading[]> {
    return this.#database
      .prepare(
        `SELECT time, value, quality, reason FROM reading JOIN series ON series.id = series
         WHERE facility = ? AND sensor = ? AND time >= ? AND time < ? ORDER BY time LIMIT ?`,
      )
      .all(facility, sensor, from, to, limit)
      .map((row) => ({
        sensor,
        time: Number(row.time),
        ...(row.value === null ? {} : { value: Number(row.value) }),
        quality: qualityOf(Number(row.quality)),
        ...(row.reason === null ? {} : { reason: String(row.reason) }),
      }))
  }

  async buckets({
    facility,
    sensor,
    from,
    to,
    everyMs,
  }: RangeQuery & { everyMs: number }): Promise<Bucket[]> {
    // Bad values count, but never into min, mean or max. The worst quality sorts first as text.
    return this.#database
      .prepare(
        `SELECT time / :every * :every AS start,
                min(CASE WHEN quality > 0 THEN value END) AS low,
                avg(CASE WHEN quality > 0 THEN value END) AS mean,
                max(CASE WHEN quality > 0 THEN value END) AS high,
                count(*) AS count,
                min(printf('%03d%s', quality, coalesce(reason, ''))) AS worst
         FROM reading JOIN series ON series.id = series
         WHERE facility = :facility AND sensor = :sensor AND time >= :from AND time < :to
         GROUP BY start ORDER BY start`,
      )
      .all({ every: everyMs, facility, sensor, from, to })
      .map((row) => ({
        time: Number(row.start),
        min: row.low === null ? null : Number(row.low),
        mean: row.mean === null ? null : Number(row.mean),
        max: row.high === null ? null : Number(row.high),
        count: Number(row.count),
        quality: qualityOf(Number(String(row.worst).slice(0, 3))),
        reason: String(row.worst).slice(3) || null,
      }))
  }

  async prune(before: number): Promise<number> {
    let deleted = 0
    const remove = this.#database.prepare('DELETE FROM reading WHERE series = ? AND time < ?')
    for (const { id } of this.#database.prepare('SELECT id FROM series').all()) {
      deleted += Number(remove.run(Number(id), before).changes)
      // One series at a time, so that nobody waits long for the database.
      await new Promise((resolve) => setImmediate(resolve))
    }
    return deleted
  }

  async close(): Promise<void> {
    this.#database.close()
  }

  #seriesOf(facility: string, sensor: string): number {
    const key = `${facility} ${sensor}`
    const known = this.#series.get(key)
    if (known !== undefined) return known
    this.#database
      .prepare('INSERT OR IGNORE INTO series (facility, sensor) VALUES (?, ?)')
      .run(facility, sensor)
    const row = this.#database
      .prepare('SELECT id FROM series WHERE facility = ? AND sensor = ?')
      .get(facility, sensor)
    const id = Number(row?.id)
    this.#series.set(key, id)
    return id
  }
}

function qualityOf(number: number): Quality {
  return number >= QUALITY_NUMBER.good ? 'good' : number >= QUALITY_NUMBER.uncertain ? 'uncertain' : 'bad'
}

import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { CodedError } from '../../contracts/errors.ts'
import { QUALITY_NUMBER, type Quality } from '../../contracts/quality.ts'
import type { Reading } from '../../contracts/reading.ts'
import type { Bucket, RangeQuery } from '../../contracts/store.ts'

/** Each step takes the schema one version forward; steps are only ever added. */
const MIGRATIONS = [
  `CREATE TABLE series (
     id INTEGER PRIMARY KEY,
     facility TEXT NOT NULL,
     sensor TEXT NOT NULL,
     UNIQUE (facility, sensor)
   ) STRICT;
   CREATE TABLE reading (
     series INTEGER NOT NULL,
     time INTEGER NOT NULL,
     value REAL,
     quality INTEGER NOT NULL,
     reason TEXT,
     PRIMARY KEY (series, time)
   ) STRICT, WITHOUT ROWID;`,
]

/** SQLITE_CORRUPT and SQLITE_NOTADB: they come with the first statement that meets the damage. */
const DAMAGED = [11, 26]

/** Time series in one SQLite file. Synchronous: the embedded store runs it in workers. */
export class SeriesDatabase {
  readonly #path: string
  readonly #database: DatabaseSync
  readonly #insert: StatementSync
  /** Key: facility, a space, sensor. */
  readonly #series = new Map<string, number>()

  /** @throws CodedError DATA_UNWRITABLE, DATA_NEWER or DATA_DAMAGED */
  constructor(path: string) {
    this.#path = path
    let database: DatabaseSync | undefined
    try {
      database = new DatabaseSync(path, { timeout: 2_000 })
      migrate(database, path)
      // The first one stands. Not OR IGNORE, which would also pass over what the schema forbids.
      this.#insert = database.prepare(
        `INSERT INTO reading (series, time, value, quality, reason) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT (series, time) DO NOTHING`,
      )
      this.#database = database
    } catch (error) {
      database?.close()
      throw this.#coded(error)
    }
  }

  /** One commit, synced to the disk. @throws CodedError DATA_UNWRITABLE or DATA_DAMAGED, and nothing is written */
  write(facility: string, readings: readonly Reading[]): void {
    try {
      this.#database.exec('BEGIN IMMEDIATE')
      for (const { sensor, time, value, quality, reason } of readings) {
        const series = this.#seriesOf(facility, sensor)
        this.#insert.run(series, time, value ?? null, QUALITY_NUMBER[quality], reason ?? null)
      }
      this.#database.exec('COMMIT')
    } catch (error) {
      // A series that was created in a transaction that is gone has no id any more.
      this.#series.clear()
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK')
      throw this.#coded(error)
    }
  }

  range({ facility, sensor, from, to, limit }: RangeQuery & { limit: number }): Reading[] {
    return this.#all(
      `SELECT time, value, quality, reason FROM reading JOIN series ON series.id = series
       WHERE facility = :facility AND sensor = :sensor AND time >= :from AND time < :to
       ORDER BY time LIMIT CAST(:limit AS INTEGER)`,
      { facility, sensor, from, to, limit },
    ).map((row) => ({
      sensor,
      time: Number(row.time),
      ...(row.value === null ? {} : { value: Number(row.value) }),
      quality: qualityOf(Number(row.quality)),
      ...(row.reason === null ? {} : { reason: String(row.reason) }),
    }))
  }

  buckets({ facility, sensor, from, to, everyMs }: RangeQuery & { everyMs: number }): Bucket[] {
    // Numbers are bound as REAL, and only integers divide onto a grid. Bad values count, but never into
    // min, mean or max. The worst quality sorts first as text.
    return this.#all(
      `SELECT time - time % CAST(:every AS INTEGER) AS start,
              min(CASE WHEN quality > 0 THEN value END) AS low,
              avg(CASE WHEN quality > 0 THEN value END) AS mean,
              max(CASE WHEN quality > 0 THEN value END) AS high,
              count(*) AS count,
              min(printf('%03d%s', quality, coalesce(reason, ''))) AS worst
       FROM reading JOIN series ON series.id = series
       WHERE facility = :facility AND sensor = :sensor AND time >= :from AND time < :to
       GROUP BY start ORDER BY start`,
      { every: everyMs, facility, sensor, from, to },
    ).map((row) => ({
      time: Number(row.start),
      min: row.low === null ? null : Number(row.low),
      mean: row.mean === null ? null : Number(row.mean),
      max: row.high === null ? null : Number(row.high),
      count: Number(row.count),
      quality: qualityOf(Number(String(row.worst).slice(0, 3))),
      reason: String(row.worst).slice(3) || null,
    }))
  }

  /** Deletes at most `limit` readings from before `before` and says how many. */
  pruneSome(before: number, limit: number): number {
    let deleted = 0
    for (const { id } of this.#all('SELECT id FROM series', {})) {
      if (deleted >= limit) break
      const { changes } = this.#run(
        `DELETE FROM reading WHERE series = :id AND time < coalesce(
           (SELECT time FROM reading WHERE series = :id AND time < :before
            ORDER BY time LIMIT 1 OFFSET CAST(:rest AS INTEGER)), :before)`,
        { id: Number(id), before, rest: limit - deleted },
      )
      deleted += Number(changes)
    }
    return deleted
  }

  close(): void {
    this.#database.close()
  }

  #all(sql: string, parameters: Record<string, string | number>) {
    try {
      return this.#database.prepare(sql).all(parameters)
    } catch (error) {
      throw this.#coded(error)
    }
  }

  #run(sql: string, parameters: Record<string, string | number>) {
    try {
      return this.#database.prepare(sql).run(parameters)
    } catch (error) {
      throw this.#coded(error)
    }
  }

  #seriesOf(facility: string, sensor: string): number {
    const key = `${facility} ${sensor}`
    const known = this.#series.get(key)
    if (known !== undefined) return known
    const name = [facility, sensor] as const
    this.#database
      .prepare('INSERT INTO series (facility, sensor) VALUES (?, ?) ON CONFLICT DO NOTHING')
      .run(...name)
    const row = this.#database.prepare('SELECT id FROM series WHERE facility = ? AND sensor = ?').get(...name)
    const id = Number(row?.id)
    this.#series.set(key, id)
    return id
  }

  #coded(error: unknown): CodedError {
    if (error instanceof CodedError) return error
    const { message, errcode } = error as Error & { errcode?: number }
    const code = DAMAGED.includes(Number(errcode) & 0xff) ? 'DATA_DAMAGED' : 'DATA_UNWRITABLE'
    return new CodedError(code, `${this.#path}: ${message}`, { cause: error })
  }
}

function migrate(database: DatabaseSync, path: string): void {
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;')
  const version = Number(database.prepare('PRAGMA user_version').get()?.user_version)
  if (version > MIGRATIONS.length) {
    throw new CodedError(
      'DATA_NEWER',
      `${path} has schema ${version}, this release knows ${MIGRATIONS.length}`,
    )
  }
  for (const [index, sql] of MIGRATIONS.entries()) {
    if (index >= version) database.exec(`BEGIN; ${sql}; PRAGMA user_version = ${index + 1}; COMMIT`)
  }
}

function qualityOf(number: number): Quality {
  return number >= QUALITY_NUMBER.good ? 'good' : number >= QUALITY_NUMBER.uncertain ? 'uncertain' : 'bad'
}

import type { SeriesFile } from './series-file.ts'

/** Deletes what is old from a table of series, a slice at a time, so that a write never waits long. */
export class SeriesPruning {
  readonly #file: SeriesFile
  readonly #table: 'reading' | 'minute'
  /** Where the last slice ended, id of a series: the next begins there. */
  #reached = 0

  constructor(file: SeriesFile, table: 'reading' | 'minute') {
    this.#file = file
    this.#table = table
  }

  /** Deletes at most `limit` rows from before `before`, epoch ms, and says how many; 0 when there is none. */
  some(before: number, limit: number): number {
    const ids = this.#file.all('SELECT id FROM series ORDER BY id', {}).map(({ id }) => Number(id))
    const next = Math.max(
      0,
      ids.findIndex((id) => id >= this.#reached),
    )
    let deleted = 0
    for (const id of [...ids.slice(next), ...ids.slice(0, next)]) {
      this.#reached = id
      deleted += this.#file.run(
        `DELETE FROM ${this.#table} WHERE series = :id AND time < coalesce(
           (SELECT time FROM ${this.#table} WHERE series = :id AND time < :before
            ORDER BY time LIMIT 1 OFFSET CAST(:rest AS INTEGER)), :before)`,
        { id, before, rest: limit - deleted },
      )
      if (deleted >= limit) break
    }
    return deleted
  }
}

import { QUALITY_NUMBER } from '../../contracts/quality.ts'
import type { Reading } from '../../contracts/reading.ts'
import type { RangeQuery, RefusedPoint, SeriesPoint, SeriesTags } from '../../contracts/store.ts'
import { qualityOf, type SeriesFile } from './series-file.ts'
import type { SeriesMinutes } from './series-minutes.ts'

/**
 * Readings and their series in a file. The last reading of a time stands, as in InfluxDB: what is computed anew takes the
 * place of what was there, and writing a reading again changes nothing.
 */
export class SeriesDatabase {
  readonly #file: SeriesFile
  readonly #minutes: SeriesMinutes
  /** Ids of series that have been entered; who comes with new tags comes as a new object. */
  readonly #known = new WeakMap<SeriesTags, number>()

  constructor(file: SeriesFile, minutes: SeriesMinutes) {
    this.#file = file
    this.#minutes = minutes
  }

  /** One commit. What cannot be kept is answered, the rest is written. @throws CodedError, and nothing is written */
  write(points: readonly SeriesPoint[]): RefusedPoint[] {
    if (points.length === 0) return []
    const refused: RefusedPoint[] = []
    const added: [SeriesTags, number][] = []
    try {
      this.#file.transaction(() => {
        const horizon = this.#minutes.horizons().raw
        // Not OR IGNORE, which would also pass over what the schema forbids.
        const insert = this.#file.prepared(
          `INSERT INTO reading (series, time, fold, value, quality, reason) VALUES (?, ?, ?, ?, ?, ?)
           ON CONFLICT (series, time, fold)
           DO UPDATE SET value = excluded.value, quality = excluded.quality, reason = excluded.reason
           WHERE (value, quality, reason) IS NOT (excluded.value, excluded.quality, excluded.reason)`,
        )
        for (const point of points) {
          const { series, reading, fold } = point
          const detail = objection(reading, horizon)
          if (detail !== undefined) {
            refused.push({ point, detail })
            continue
          }
          let id = this.#known.get(series)
          if (id === undefined) {
            id = this.#enter(series)
            this.#known.set(series, id)
            added.push([series, id])
          }
          const { time, value, quality, reason } = reading
          const row = [id, time, fold, value ?? null, QUALITY_NUMBER[quality], reason ?? null]
          if (insert.run(...row).changes !== 0) this.#minutes.mark(id, time)
        }
      })
    } catch (error) {
      // A series that was entered in a transaction that is gone has no id any more.
      for (const [series] of added) this.#known.delete(series)
      this.#minutes.forgetMarks()
      throw error
    }
    return refused
  }

  range({ facility, sensor, from, to, limit }: RangeQuery & { limit: number }): Reading[] {
    return this.#file
      .all(
        `SELECT reading.time, value, quality, reason FROM reading JOIN series ON series.id = series
         WHERE facility = :facility AND sensor = :sensor AND reading.time >= :from AND reading.time < :to
         ORDER BY reading.time, fold LIMIT CAST(:limit AS INTEGER)`,
        { facility, sensor, from, to, limit },
      )
      .map((row) => ({
        sensor,
        time: Number(row.time),
        ...(row.value === null ? {} : { value: Number(row.value) }),
        quality: qualityOf(Number(row.quality)),
        ...(row.reason === null ? {} : { reason: String(row.reason) }),
      }))
  }

  /** The id of a series, whose tags are brought up to date. */
  #enter(series: SeriesTags): number {
    const { facility, sensor, ...others } = series
    this.#file.run(
      `INSERT INTO series (facility, sensor, tags) VALUES (:facility, :sensor, :tags)
       ON CONFLICT (facility, sensor) DO UPDATE SET tags = excluded.tags WHERE tags <> excluded.tags`,
      { facility, sensor, tags: JSON.stringify(others) },
    )
    const rows = this.#file.all('SELECT id FROM series WHERE facility = :facility AND sensor = :sensor', {
      facility,
      sensor,
    })
    return Number(rows[0]?.id)
  }
}

/** Why a reading will never be taken; undefined when it is. */
function objection({ time }: Reading, horizon: number): string | undefined {
  if (!Number.isSafeInteger(time)) return `${time} is no whole number of milliseconds`
  return time < horizon ? 'older than the store keeps readings' : undefined
}

import { type Bucket, type RangeQuery, ROLL_UP_MS } from '../../contracts/store.ts'
import { type Horizons, type Span, sourcesOf } from './history-sources.ts'
import { qualityOf, type SeriesFile } from './series-file.ts'

/** Quality and reason as one text: the worst quality sorts first. */
const WORST = `printf('%03d%s', quality, coalesce(reason, ''))`
/** Of a bad reading nothing but that it was there. */
const VALUE = 'CASE WHEN quality > 0 THEN value END'
/** A reading as a bucket counts it; a row of `minute` has the same columns. */
const COUNTED = `r.time, ${VALUE} AS low, ${VALUE} AS high, ${VALUE} AS total,
  quality > 0 AND value IS NOT NULL AS valued, 1 AS count, ${WORST} AS worst`
const SUMS = `min(low) AS low, max(high) AS high, total(total) AS total, sum(valued) AS valued,
  sum(count) AS count, min(worst) AS worst`

/** Minutes of series rolled up in one transaction: at 1 Hz 30,000 readings, some 30 ms. */
const SLICE = 500

/**
 * One-minute roll-ups of readings in a file. A minute is dirty while its roll-up is not what its readings say;
 * who asks meanwhile is answered from the readings, so that a roll-up never changes an answer.
 */
export class SeriesMinutes {
  readonly #file: SeriesFile
  /** The minute that was marked dirty last. Key: id of the series. */
  readonly #marked = new Map<number, number>()

  constructor(file: SeriesFile) {
    this.#file = file
  }

  /** A reading has been added; within its transaction. */
  mark(series: number, time: number): void {
    const minute = Math.floor(time / ROLL_UP_MS) * ROLL_UP_MS
    if (this.#marked.get(series) === minute) return
    this.#file.run('INSERT INTO dirty (series, time) VALUES (:series, :minute) ON CONFLICT DO NOTHING', {
      series,
      minute,
    })
    this.#marked.set(series, minute)
  }

  /** The transaction of these marks is gone. */
  forgetMarks(): void {
    this.#marked.clear()
  }

  /** Rolls up some dirty minutes before `to` and says how many; 0 when there is none. */
  rollUpSome({ from, to }: { from: number; to: number }): number {
    this.#marked.clear()
    const slice =
      'SELECT series, time FROM dirty WHERE time >= :from AND time < :to ORDER BY series, time LIMIT :slice'
    return this.#file.transaction(() => {
      this.#file.run(
        `INSERT OR REPLACE INTO minute (series, time, low, high, total, valued, count, worst)
         SELECT series, minute, ${SUMS} FROM (
           SELECT d.series, d.time AS minute, ${COUNTED} FROM (${slice}) AS d
           JOIN reading AS r ON r.series = d.series AND r.time >= d.time AND r.time < d.time + ${ROLL_UP_MS}
         ) GROUP BY series, minute`,
        { from, to, slice: SLICE },
      )
      // The same rows: nothing comes between within a transaction.
      return this.#file.run(`DELETE FROM dirty WHERE (series, time) IN (${slice})`, {
        from,
        to,
        slice: SLICE,
      })
    })
  }

  buckets({ facility, sensor, from, to, everyMs }: RangeQuery & { everyMs: number }): Bucket[] {
    const [series] = this.#file.all('SELECT id FROM series WHERE facility = :facility AND sensor = :sensor', {
      facility,
      sensor,
    })
    if (series === undefined) return []
    const { minutes, readings } = sourcesOf({ from, to, everyMs }, this.horizons(), true)
    const parts = [...minutes.map(minutePart), ...readings.map(readingPart)]
    if (parts.length === 0) return []
    // Numbers are bound as REAL, and only integers divide onto a grid.
    return this.#file
      .all(
        `SELECT time - time % CAST(:every AS INTEGER) AS start, ${SUMS}
         FROM (${parts.map(({ sql }) => sql).join(' UNION ALL ')}) GROUP BY start ORDER BY start`,
        Object.assign(
          { every: everyMs, id: Number(series.id) },
          ...parts.map(({ parameters }) => parameters),
        ),
      )
      .map((row) => ({
        time: Number(row.start),
        min: row.low === null ? null : Number(row.low),
        mean: Number(row.valued) === 0 ? null : Number(row.total) / Number(row.valued),
        max: row.high === null ? null : Number(row.high),
        count: Number(row.count),
        quality: qualityOf(Number(String(row.worst).slice(0, 3))),
        reason: String(row.worst).slice(3) || null,
      }))
  }

  horizons(): Horizons {
    const rows = this.#file.all('SELECT name, time FROM horizon', {})
    const time = (name: string) => Number(rows.find((row) => row.name === name)?.time ?? 0)
    return { raw: time('raw'), minute: time('minute') }
  }

  /** From now on there is nothing from before; it never goes back. */
  advance(name: keyof Horizons, time: number): void {
    this.#file.run('UPDATE horizon SET time = :time WHERE name = :name AND time < :time', { name, time })
  }
}

/** A part of the rows to sum, and the parameters it names. */
interface Part {
  sql: string
  parameters: Record<string, number>
}

/** `n` tells the parameters of one part from those of the others, so that few statements answer everything. */
function readingPart([from, to]: Span, n: number): Part {
  const sql = `SELECT ${COUNTED} FROM reading AS r WHERE series = :id AND time >= :readFrom${n} AND time < :readTo${n}`
  return { sql, parameters: { [`readFrom${n}`]: from, [`readTo${n}`]: to } }
}

/** Roll-ups of the clean minutes, readings of the dirty ones. */
function minutePart([from, to]: Span, n: number): Part {
  const within = `series = :id AND time >= :from${n} AND time < :to${n}`
  const sql = `SELECT time, low, high, total, valued, count, worst FROM minute AS m WHERE ${within}
     AND NOT EXISTS (SELECT 1 FROM dirty AS d WHERE d.series = m.series AND d.time = m.time)
     UNION ALL SELECT ${COUNTED} FROM (SELECT series, time FROM dirty WHERE ${within}) AS d
     JOIN reading AS r ON r.series = d.series AND r.time >= d.time AND r.time < d.time + ${ROLL_UP_MS}`
  return { sql, parameters: { [`from${n}`]: from, [`to${n}`]: to } }
}

import { QUALITY_NUMBER } from '../../../contracts/quality.ts'
import type { Bucket, RangeQuery } from '../../../contracts/store.ts'
import { type Horizons, type Span, sourcesOf } from '../history-sources.ts'
import { qualityOf } from '../series-file.ts'
import type { InfluxQuery } from './influx-query.ts'
import {
  BAD,
  FROM_READINGS,
  HAS_REASON,
  NOT_BAD,
  ofSensor,
  type ResultSeries,
  UNCERTAIN,
} from './influxql.ts'

type Row = Readonly<Record<string, unknown>>

/** What is known of one bucket so far. */
interface Sums {
  low: number | null
  high: number | null
  total: number
  valued: number
  count: number
  quality: number
  /** Key: quality it belongs to. */
  reasons: Map<number, string>
}

type Asked = RangeQuery & { everyMs: number }

/** Down-sampled history: from readings where they are, from roll-ups where they have been dropped. */
export async function influxBuckets(query: InfluxQuery, asked: Asked, horizons: Horizons): Promise<Bucket[]> {
  // Roll-ups may be a minute behind their readings: they answer only where nothing else can.
  const { minutes, readings } = sourcesOf(asked, horizons, false)
  const sums = new SumsByTime()
  await Promise.all([
    ...readings.map((span) => addReadings(query, sums, asked, span)),
    ...minutes.map((span) => addRollUps(query, sums, asked, span)),
  ])
  return sums.buckets()
}

async function addReadings(
  query: InfluxQuery,
  sums: SumsByTime,
  asked: Asked,
  [from, to]: Span,
): Promise<void> {
  const ask = (fields: string, condition = '') =>
    query.ask(
      `SELECT ${fields} FROM ${FROM_READINGS} WHERE ${ofSensor({ ...asked, from, to })}${condition} ` +
        `GROUP BY time(${asked.everyMs}ms) fill(none)`,
    )
  const [counts, values, bad, uncertain] = await Promise.all([
    ask('count("quality") AS "count", min("quality") AS "quality"'),
    ask(
      'min("value") AS "min", max("value") AS "max", sum("value") AS "sum", count("value") AS "values"',
      ` AND ${NOT_BAD}`,
    ),
    ask('first("reason") AS "reason"', ` AND ${BAD} AND ${HAS_REASON}`),
    ask('first("reason") AS "reason"', ` AND ${UNCERTAIN} AND ${HAS_REASON}`),
  ])
  for (const answer of [counts, values]) sums.add(answer)
  sums.addReasons(bad, QUALITY_NUMBER.bad)
  sums.addReasons(uncertain, QUALITY_NUMBER.uncertain)
}

async function addRollUps(
  query: InfluxQuery,
  sums: SumsByTime,
  asked: Asked,
  [from, to]: Span,
): Promise<void> {
  const ask = (fields: string, condition = '') =>
    query.ask(
      `SELECT ${fields} FROM ${FROM_READINGS} WHERE ${ofSensor({ ...asked, from, to })}${condition} ` +
        `GROUP BY time(${asked.everyMs}ms) fill(none)`,
      'rollup',
    )
  const [all, bad, uncertain] = await Promise.all([
    ask(
      'min("min") AS "min", max("max") AS "max", sum("sum") AS "sum", sum("values") AS "values", ' +
        'sum("count") AS "count", min("quality") AS "quality"',
    ),
    ask('first("reason") AS "reason"', ` AND ${BAD} AND ${HAS_REASON}`),
    ask('first("reason") AS "reason"', ` AND ${UNCERTAIN} AND ${HAS_REASON}`),
  ])
  sums.add(all)
  sums.addReasons(bad, QUALITY_NUMBER.bad)
  sums.addReasons(uncertain, QUALITY_NUMBER.uncertain)
}

/** Puts together what several answers say of the same buckets. */
class SumsByTime {
  /** Key: start of the bucket, epoch ms. */
  readonly #sums = new Map<number, Sums>()

  add(answer: readonly ResultSeries[]): void {
    for (const row of rowsOf(answer)) {
      const sums = this.#at(row)
      const [low, high] = [numberOf(row.min), numberOf(row.max)]
      if (low !== null) sums.low = Math.min(low, sums.low ?? low)
      if (high !== null) sums.high = Math.max(high, sums.high ?? high)
      sums.total += numberOf(row.sum) ?? 0
      sums.valued += numberOf(row.values) ?? 0
      sums.count += numberOf(row.count) ?? 0
      sums.quality = Math.min(sums.quality, numberOf(row.quality) ?? QUALITY_NUMBER.good)
    }
  }

  addReasons(answer: readonly ResultSeries[], quality: number): void {
    for (const row of rowsOf(answer)) {
      if (typeof row.reason === 'string') this.#at(row).reasons.set(quality, row.reason)
    }
  }

  /** In order of time. A bucket that nothing counts into is not there. */
  buckets(): Bucket[] {
    return [...this.#sums]
      .filter(([, { count }]) => count > 0)
      .sort(([a], [b]) => a - b)
      .map(([time, { low, high, total, valued, count, quality, reasons }]) => ({
        time,
        min: low,
        mean: valued === 0 ? null : total / valued,
        max: high,
        count,
        quality: qualityOf(quality),
        reason: reasons.get(QUALITY_NUMBER[qualityOf(quality)]) ?? null,
      }))
  }

  #at(row: Row): Sums {
    const time = Number(row.time)
    let sums = this.#sums.get(time)
    if (sums === undefined) {
      const { good } = QUALITY_NUMBER
      sums = { low: null, high: null, total: 0, valued: 0, count: 0, quality: good, reasons: new Map() }
      this.#sums.set(time, sums)
    }
    return sums
  }
}

function rowsOf(answer: readonly ResultSeries[]): Row[] {
  return answer.flatMap(({ rows }) => rows)
}

function numberOf(value: unknown): number | null {
  return typeof value === 'number' ? value : null
}

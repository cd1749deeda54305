import { type FieldValue, ROLL_UP_MS, type StatusPoint } from '../../../contracts/store.ts'
import { qualityOf } from '../series-file.ts'
import type { InfluxQuery } from './influx-query.ts'
import {
  BAD,
  FROM_READINGS,
  HAS_REASON,
  NOT_BAD,
  ofGateway,
  type ResultSeries,
  UNCERTAIN,
  within,
} from './influxql.ts'
import type { GatewayName, MinuteSum } from './minute-sums.ts'

interface Span {
  from: number
  to: number
}

/**
 * The one-minute roll-ups of a span of whole minutes as the database counts them, of every series or of those
 * of one gateway: points of the same measurement and tags, at the start of each minute.
 */
export async function countedRollUps(
  query: InfluxQuery,
  { from, to }: Span,
  gateway?: GatewayName,
): Promise<StatusPoint[]> {
  const where = `${within(from, to)}${gateway === undefined ? '' : ` AND ${ofGateway(gateway)}`}`
  const ask = (fields: string, condition = '') =>
    query.ask(
      `SELECT ${fields} FROM ${FROM_READINGS} WHERE ${where}${condition} ` +
        `GROUP BY time(${ROLL_UP_MS}ms), * fill(none)`,
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
  const valuesOf = byMinute(values)
  const reasonsOf = { good: new Map<string, Row>(), uncertain: byMinute(uncertain), bad: byMinute(bad) }
  return counts.flatMap((series) =>
    series.rows.map((row) => {
      const key = keyOf(series, row)
      const quality = Number(row.quality)
      const value = valuesOf.get(key)
      return rollUpPoint(series.name, series.tags, {
        low: Number(value?.min),
        high: Number(value?.max),
        total: Number(value?.sum ?? 0),
        valued: Number(value?.values ?? 0),
        count: Number(row.count),
        quality,
        reason: String(reasonsOf[qualityOf(quality)].get(key)?.reason ?? ''),
        start: Number(row.time),
      })
    }),
  )
}

/** The same from a sum in memory. */
export function summedRollUp(sum: MinuteSum, start: number): StatusPoint {
  const { kind, ...tags } = sum.series
  return rollUpPoint(kind, tags, { ...sum, start })
}

type Sums = Pick<MinuteSum, 'low' | 'high' | 'total' | 'valued' | 'count' | 'quality' | 'reason'>

function rollUpPoint(
  measurement: string,
  tags: StatusPoint['tags'],
  { low, high, total, valued, count, quality, reason, start }: Sums & { start: number },
): StatusPoint {
  // A minute of bad readings has no value: nothing invents one.
  const values: Record<string, FieldValue> = valued === 0 ? {} : { min: low, mean: total / valued, max: high }
  return {
    measurement,
    tags,
    fields: {
      ...values,
      sum: total,
      values: BigInt(valued),
      count: BigInt(count),
      quality: BigInt(quality),
      reason,
    },
    time: start,
  }
}

type Row = ResultSeries['rows'][number]

/** Key: measurement, tags and minute. */
function byMinute(answer: readonly ResultSeries[]): Map<string, Row> {
  return new Map(answer.flatMap((series) => series.rows.map((row) => [keyOf(series, row), row])))
}

function keyOf({ name, tags }: ResultSeries, row: Row): string {
  return JSON.stringify([name, row.time, Object.entries(tags).sort()])
}

import { type FieldValue, ROLL_UP_MS, type StatusPoint } from '../../../contracts/store.ts'
import { qualityOf } from '../series-file.ts'
import type { InfluxQuery } from './influx-query.ts'
import { BAD, FROM_READINGS, HAS_REASON, NOT_BAD, type ResultSeries, UNCERTAIN, within } from './influxql.ts'

/**
 * The one-minute roll-ups of every series in a span of whole minutes, counted from its readings: points of the
 * same measurement and tags, at the start of each minute.
 */
export async function rollUpPoints(
  query: InfluxQuery,
  { from, to }: { from: number; to: number },
): Promise<StatusPoint[]> {
  const ask = (fields: string, condition = '') =>
    query.ask(
      `SELECT ${fields} FROM ${FROM_READINGS} WHERE ${within(from, to)}${condition} ` +
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
      return {
        measurement: series.name,
        tags: series.tags,
        fields: {
          ...valueFields(valuesOf.get(key)),
          count: BigInt(Number(row.count)),
          quality: BigInt(quality),
          reason: String(reasonsOf[qualityOf(quality)].get(key)?.reason ?? ''),
        },
        time: Number(row.time),
      }
    }),
  )
}

type Row = ResultSeries['rows'][number]

/** A minute of bad readings has no value: nothing invents one. */
function valueFields(row: Row | undefined): Record<string, FieldValue> {
  const [sum, values] = [Number(row?.sum ?? 0), Number(row?.values ?? 0)]
  if (row === undefined || values === 0) return { sum: 0, values: 0n }
  return { min: Number(row.min), mean: sum / values, max: Number(row.max), sum, values: BigInt(values) }
}

/** Key: measurement, tags and minute. */
function byMinute(answer: readonly ResultSeries[]): Map<string, Row> {
  return new Map(answer.flatMap((series) => series.rows.map((row) => [keyOf(series, row), row])))
}

function keyOf({ name, tags }: ResultSeries, row: Row): string {
  return JSON.stringify([name, row.time, Object.entries(tags).sort()])
}

import { type RawBuilder, sql } from 'kysely'
import { Calendar } from '../../kpi/calendar.ts'
import { runSql } from '../store/columns.ts'
import { dialectOf } from '../store/dialect.ts'
import type { RegisterTrx } from '../store/tables.ts'
import { ABOVE_TOP, monthOf, NO_ZONE } from './tally-cell.ts'

/** Columns that count, over hazards `h`: as {@link countsOf} does. */
export const COUNTED = sql`
  count(*) AS identified,
  sum(CASE WHEN h.closed IS NOT NULL THEN 1 ELSE 0 END) AS closed,
  sum(CASE WHEN h.closed IS NOT NULL AND (h.deadline IS NULL OR h.closed <= h.deadline) THEN 1 ELSE 0 END)
    AS closed_on_time,
  sum(CASE WHEN h.closed > h.found THEN (h.closed - h.found) / 1000 ELSE 0 END) AS seconds`

/** Makes the tally anew from the hazards, in the transaction that sees both as they are at one moment. */
export async function recount(trx: RegisterTrx): Promise<void> {
  // It reads every hazard there is, which may take longer than statements usually may.
  if (dialectOf(trx) === 'postgresql') await runSql(trx, 'SET LOCAL statement_timeout = 0')
  await trx.deleteFrom('hazard_tally_change').execute()
  await trx.deleteFrom('hazard_tally').execute()
  const months = await monthRows(trx)
  if (months.length === 0) return
  await sql`
    WITH months (timezone, month, lo, hi) AS (VALUES ${sql.join(months)}),
    cells AS (
      SELECT h.city, h.county, h.town, m.month, h.grade, h.kind, h.source, ${COUNTED}
      FROM hazard h
      LEFT JOIN facility f ON f.id = h.facility
      JOIN months m ON m.timezone = coalesce(f.timezone, ${sql.lit(NO_ZONE)}) AND h.found >= m.lo AND h.found < m.hi
      GROUP BY h.city, h.county, h.town, m.month, h.grade, h.kind, h.source
    )
    INSERT INTO hazard_tally
      (node, parent, month, grade, kind, source, identified, closed, closed_on_time, seconds)
    ${sql.join(LEVELS.map(level), sql` UNION ALL `)}`.execute(trx)
}

interface Level {
  readonly node: RawBuilder<unknown>
  readonly parent: RawBuilder<unknown>
}

const LEVELS: readonly Level[] = [
  { node: sql.lit(''), parent: sql.lit(ABOVE_TOP) },
  { node: sql.ref('city'), parent: sql.lit('') },
  { node: sql.ref('county'), parent: sql.ref('city') },
  { node: sql.ref('town'), parent: sql.ref('county') },
]

function level({ node, parent }: Level): RawBuilder<unknown> {
  return sql`
    SELECT ${node}, ${parent}, month, grade, kind, source,
      sum(identified), sum(closed), sum(closed_on_time), sum(seconds)
    FROM cells WHERE ${node} IS NOT NULL GROUP BY 1, 2, month, grade, kind, source`
}

/** Every month in which hazards were found, as every zone of a facility has it. */
async function monthRows(trx: RegisterTrx): Promise<RawBuilder<unknown>[]> {
  const range = await trx
    .selectFrom('hazard')
    .select(({ fn }) => [
      fn.min<number | null>('found').as('first'),
      fn.max<number | null>('found').as('last'),
    ])
    .executeTakeFirst()
  const { first = null, last = null } = range ?? {}
  if (first === null || last === null) return []
  const zones = await trx.selectFrom('facility').select('timezone').distinct().execute()
  return [...new Set([NO_ZONE, ...zones.map(({ timezone }) => timezone)])].flatMap((timezone) =>
    monthsBetween(timezone, first, last).map(
      ({ month, from, to }) =>
        sql`(cast(${timezone} AS text), cast(${month} AS text), cast(${from} AS bigint), cast(${to} AS bigint))`,
    ),
  )
}

/** Months of the calendar of a zone, from the one that `first` is in to that of `last`, epoch ms. */
export function monthsBetween(
  timezone: string,
  first: number,
  last: number,
): { month: string; from: number; to: number }[] {
  const calendar = new Calendar(timezone)
  const months: { month: string; from: number; to: number }[] = []
  const end = monthOf(last, timezone)
  for (let month = monthOf(first, timezone); month <= end; month = nextMonth(month)) {
    const window = calendar.month(month)
    if (window === undefined) break
    months.push({ month, ...window })
  }
  return months
}

export function nextMonth(month: string): string {
  const [year = 0, number = 0] = month.split('-').map(Number)
  return number === 12
    ? `${String(year + 1).padStart(4, '0')}-01`
    : `${String(year).padStart(4, '0')}-${String(number + 1).padStart(2, '0')}`
}

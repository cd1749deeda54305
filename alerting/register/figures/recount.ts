import { type RawBuilder, sql } from 'kysely'
import { Calendar } from '../../kpi/calendar.ts'
import type { RegisterTrx } from '../store/tables.ts'
import { ABOVE_TOP, monthOf, NO_ZONE, nextMonth } from './tally-cell.ts'

/** Columns that count, over hazards `h`: as {@link countsOf} does. */
export const COUNTED = sql`
  count(*) AS identified,
  sum(CASE WHEN h.closed IS NOT NULL THEN 1 ELSE 0 END) AS closed,
  sum(CASE WHEN h.closed IS NOT NULL AND (h.deadline IS NULL OR h.closed <= h.deadline) THEN 1 ELSE 0 END)
    AS closed_on_time,
  sum(CASE WHEN h.closed > h.found THEN (h.closed - h.found) / 1000 ELSE 0 END) AS seconds`

/** Hazards of one statement: none may take long. */
const SLICE = 50_000

/** Makes the tally anew from the hazards, in a transaction that sees both as they are at one moment. */
export async function recount(trx: RegisterTrx): Promise<void> {
  await trx.deleteFrom('hazard_tally_change').execute()
  await trx.deleteFrom('hazard_tally').execute()
  const zones = await trx.selectFrom('facility').select('timezone').distinct().execute()
  const timezones = [...new Set([NO_ZONE, ...zones.map(({ timezone }) => timezone)])]
  for (let after = 0; ; ) {
    const slice = await sliceAfter(trx, after)
    if (slice === undefined) return
    await add(trx, slice, timezones)
    after = slice.last
  }
}

interface Slice {
  /** Numbers of hazards: from the one behind this, up to that. */
  readonly after: number
  readonly last: number
  /** When the first and the last of them were found, epoch ms. */
  readonly from: number
  readonly to: number
}

async function sliceAfter(trx: RegisterTrx, after: number): Promise<Slice | undefined> {
  const { rows } = await sql<{ last: number | null; from: number; to: number }>`
    SELECT max(number) AS last, min(found) AS "from", max(found) AS "to" FROM (
      SELECT number, found FROM hazard WHERE number > ${after} ORDER BY number LIMIT ${sql.lit(SLICE)}
    ) AS slice`.execute(trx)
  const [row] = rows
  return row === undefined || row.last === null ? undefined : { after, ...row, last: row.last }
}

async function add(trx: RegisterTrx, slice: Slice, timezones: readonly string[]): Promise<void> {
  const months = timezones.flatMap((timezone) =>
    monthsBetween(timezone, slice.from, slice.to).map(
      ({ month, from, to }) =>
        sql`(cast(${timezone} AS text), cast(${month} AS text), cast(${from} AS bigint), cast(${to} AS bigint))`,
    ),
  )
  await sql`
    WITH months (timezone, month, lo, hi) AS (VALUES ${sql.join(months)}),
    cells AS (
      SELECT h.city, h.county, h.town, m.month, h.grade, h.kind, h.source, ${COUNTED}
      FROM hazard h
      LEFT JOIN facility f ON f.id = h.facility
      JOIN months m ON m.timezone = coalesce(f.timezone, ${sql.lit(NO_ZONE)}) AND h.found >= m.lo AND h.found < m.hi
      WHERE h.number > ${slice.after} AND h.number <= ${slice.last}
      GROUP BY h.city, h.county, h.town, m.month, h.grade, h.kind, h.source
    )
    INSERT INTO hazard_tally
      (node, parent, month, grade, kind, source, identified, closed, closed_on_time, seconds)
    ${sql.join(LEVELS.map(level), sql` UNION ALL `)}
    ON CONFLICT (node, month, grade, kind, source) DO UPDATE SET
      identified = hazard_tally.identified + excluded.identified,
      closed = hazard_tally.closed + excluded.closed,
      closed_on_time = hazard_tally.closed_on_time + excluded.closed_on_time,
      seconds = hazard_tally.seconds + excluded.seconds`.execute(trx)
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

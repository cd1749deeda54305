import { type RawBuilder, sql } from 'kysely'
import type { RegisterDb } from '../store/tables.ts'
import { childKey, hazardKey, type KeyRow, keyOfRow, namedMonths, tallyKey } from './figure-key.ts'
import type { FiguresQuery } from './figures-query.ts'
import { foundWithin, hazardWhere, placeWhere, where } from './hazard-where.ts'
import type { Stretch } from './period.ts'
import { COUNTED } from './recount.ts'
import { type Counts, NONE, sum } from './tally-cell.ts'

/** Key: of the dimension; null: of no smaller region. */
export type CountsByKey = Map<string | null, Counts>

interface CountRow {
  identified: number
  closed: number
  closed_on_time: number
  seconds: number
}

/** Months, both inclusive. */
interface Months {
  readonly first: string
  readonly last: string
}

/** Sums of the tally, of whole months; all there are without `months`. */
export async function tallied(
  db: RegisterDb,
  query: FiguresQuery,
  months: Months | undefined,
): Promise<CountsByKey> {
  const { by, region } = query
  const node = region ?? ''
  const key = tallyKey(by)
  const cells = cellWhere(query, months)
  const counts = sql`identified, closed, closed_on_time, seconds`
  // Everything under a node lies between these two, by code point.
  const isUnder =
    node === '' ? [] : [sql`(node = ${node} OR (node > ${`${node}/`} AND node < ${`${node}0`}))`]
  const sums = by === 'region' ? sql`(node = ${node} OR parent = ${node})` : sql`node = ${node}`
  const { rows } = await sql<CountRow & { one: string; is_sum: number }>`
    SELECT one, is_sum, sum(identified) AS identified, sum(closed) AS closed,
      sum(closed_on_time) AS closed_on_time, sum(seconds) AS seconds
    FROM (
      SELECT ${key} AS one, 1 AS is_sum, ${counts} FROM hazard_tally ${where([sums, ...cells])}
      UNION ALL
      SELECT ${key} AS one, 0 AS is_sum, ${counts} FROM hazard_tally_change ${where([...isUnder, ...cells])}
    ) AS cell
    GROUP BY one, is_sum`.execute(db)
  if (by !== 'region') return collected(rows, ({ one }) => one)
  return childCounts(rows, region)
}

/** The sum of a node holds its children: what is left is its own. A change is of the smallest node there is. */
function childCounts(
  rows: readonly (CountRow & { one: string; is_sum: number })[],
  region: string | undefined,
): CountsByKey {
  const sums = rows.filter(({ is_sum: isSum }) => isSum === 1)
  const own = sums.map((row): CountRow => {
    const sign = row.one === (region ?? '') ? 1 : -1
    return {
      identified: sign * row.identified,
      closed: sign * row.closed,
      closed_on_time: sign * row.closed_on_time,
      seconds: sign * row.seconds,
    }
  })
  const counted = collected(
    rows.filter(({ is_sum: isSum, one }) => isSum === 0 || one !== (region ?? '')),
    ({ one }) => childKey(region, one),
  )
  for (const row of own) counted.set(null, sum(counted.get(null) ?? NONE, countsOfRow(row)))
  return counted
}

function cellWhere({ grade, kind, source }: FiguresQuery, months: Months | undefined): RawBuilder<unknown>[] {
  return [
    ...(months === undefined ? [] : [sql`month >= ${months.first} AND month <= ${months.last}`]),
    ...(grade === undefined ? [] : [sql`grade = ${grade}`]),
    ...(kind === undefined ? [] : [sql`kind = ${kind}`]),
    ...(source === undefined ? [] : [sql`source = ${source}`]),
  ]
}

/** Counted from the hazards, of the period, or of what is left of it. */
export async function counted(
  db: RegisterDb,
  query: FiguresQuery,
  time: { readonly zones: readonly string[] } | { readonly edges: readonly Stretch[] },
): Promise<CountsByKey> {
  const { by, region } = query
  const zones = 'zones' in time ? time.zones : time.edges.map(({ timezone }) => timezone)
  const months = await namedMonths(db, by, [...new Set(zones)])
  const conditions =
    'zones' in time ? hazardWhere(query, time.zones) : [...placeWhere(query), foundWithin(time.edges)]
  const { rows } = await sql<CountRow & KeyRow>`
    SELECT ${hazardKey(by, region, months)}, ${COUNTED}
    FROM hazard h LEFT JOIN facility f ON f.id = h.facility
    ${where(conditions)}
    ${groups(query)}`.execute(db)
  return collected(rows, (row) => keyOfRow(by, row, months))
}

/** Hazards that are open and past their deadline at `now`, epoch ms. */
export async function overdueBy(
  db: RegisterDb,
  query: FiguresQuery,
  zones: readonly string[],
  now: number,
): Promise<Map<string | null, number>> {
  const { by, region } = query
  const months = await namedMonths(db, by, zones)
  // The literal lets both databases use the index of open hazards.
  const conditions = [sql`h.is_open = 1`, sql`h.deadline < ${now}`, ...hazardWhere(query, zones)]
  const { rows } = await sql<KeyRow & { overdue: number }>`
    SELECT ${hazardKey(by, region, months)}, count(*) AS overdue
    FROM hazard h LEFT JOIN facility f ON f.id = h.facility
    ${where(conditions)}
    ${groups(query)}`.execute(db)
  const overdue = new Map<string | null, number>()
  for (const row of rows) {
    const key = keyOfRow(by, row, months)
    overdue.set(key, (overdue.get(key) ?? 0) + row.overdue)
  }
  return overdue
}

function groups({ by }: FiguresQuery): RawBuilder<unknown> {
  return by === 'month' ? sql`GROUP BY 1, 2` : sql`GROUP BY 1`
}

export function merged(...all: readonly CountsByKey[]): CountsByKey {
  const result: CountsByKey = new Map()
  for (const counts of all)
    for (const [key, each] of counts) result.set(key, sum(result.get(key) ?? NONE, each))
  return result
}

function collected<R extends CountRow>(rows: readonly R[], keyOf: (row: R) => string | null): CountsByKey {
  return merged(...rows.map((row): CountsByKey => new Map([[keyOf(row), countsOfRow(row)]])))
}

function countsOfRow({ identified, closed, closed_on_time: closedOnTime, seconds }: CountRow): Counts {
  return { identified, closed, closedOnTime, seconds }
}

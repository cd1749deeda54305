import { type RawBuilder, sql } from 'kysely'
import type { FigureDimension } from '../../../contracts/register/figures-api.ts'
import { type RegionPath, regionLevel } from '../../../contracts/register/region.ts'
import { REGION_LEVELS } from '../../../contracts/register/words.ts'
import type { RegisterDb } from '../store/tables.ts'
import { monthsBetween } from './recount.ts'
import { childOf, monthOf, NO_ZONE } from './tally-cell.ts'

/** Every zone changes its clock at a quarter of an hour, if at all: hazards of one are of one month. */
const QUARTER_MS = 900_000

/** Of more months the database is not told where each ends. */
const MOST_MONTHS = 600

/** Months of one calendar, as the database is to name them; undefined: it names quarters of an hour, and zones. */
export type NamedMonths = readonly { readonly month: string; readonly to: number }[] | undefined

/** Where all hazards have one calendar, and are told apart by its months. */
export async function namedMonths(
  db: RegisterDb,
  by: FigureDimension | undefined,
  zones: readonly string[],
): Promise<NamedMonths> {
  const [zone] = zones
  if (by !== 'month' || zone === undefined || zones.length > 1) return undefined
  const { rows } = await sql<{ first: number | null; last: number | null }>`
    SELECT min(found) AS first, max(found) AS last FROM hazard`.execute(db)
  const [row] = rows
  if (row === undefined || row.first === null || row.last === null) return undefined
  const months = monthsBetween(zone, row.first, row.last)
  return months.length > MOST_MONTHS ? undefined : months
}

/** What figures are told apart by, of hazards `h` with their facilities `f`; the top level without a region. */
export function hazardKey(
  by: FigureDimension | undefined,
  region: RegionPath | undefined,
  months: NamedMonths,
): RawBuilder<unknown> {
  switch (by) {
    case undefined:
      return sql`'' AS one`
    case 'region': {
      const child = childLevel(region)
      return child === undefined ? sql`CAST(NULL AS text) AS one` : sql`${sql.ref(`h.${child}`)} AS one`
    }
    case 'month':
      if (months !== undefined) return sql`${monthName(months)} AS one, 0 AS quarter`
      return sql`coalesce(f.timezone, ${sql.lit(NO_ZONE)}) AS one, h.found / ${sql.lit(QUARTER_MS)} AS quarter`
    default:
      return sql`${sql.ref(`h.${by}`)} AS one`
  }
}

function monthName(months: NonNullable<NamedMonths>): RawBuilder<unknown> {
  const cases = months.map(({ month, to }) => sql`WHEN h.found < ${sql.lit(to)} THEN ${sql.lit(month)}`)
  // One found since the months were looked up can only be of the last of them, but for the turn of a month.
  return sql`CASE ${sql.join(cases, sql` `)} ELSE ${sql.lit(months.at(-1)?.month ?? '')} END`
}

/** Columns that {@link hazardKey} names. */
export interface KeyRow {
  one: string | null
  quarter?: number
}

/** The key of a row, as people ask for it. */
export function keyOfRow(
  by: FigureDimension | undefined,
  { one, quarter }: KeyRow,
  months: NamedMonths,
): string | null {
  return by === 'month' && months === undefined ? monthOf((quarter ?? 0) * QUARTER_MS, one ?? NO_ZONE) : one
}

/** The level below a node. */
function childLevel(region: RegionPath | undefined) {
  const level = region === undefined ? undefined : regionLevel(region)
  return level === undefined ? REGION_LEVELS[0] : REGION_LEVELS[REGION_LEVELS.indexOf(level) + 1]
}

/** The column of the tally. */
export function tallyKey(by: FigureDimension | undefined): RawBuilder<unknown> {
  switch (by) {
    case 'grade':
    case 'kind':
    case 'source':
    case 'month':
      return sql.ref(by)
    case 'region':
      return sql.ref('node')
    default:
      return sql`''`
  }
}

/** The child that a row of the tally is counted under; null: it stands in the region itself. */
export function childKey(region: RegionPath | undefined, node: string): string | null {
  return childOf(region ?? '', node) ?? null
}

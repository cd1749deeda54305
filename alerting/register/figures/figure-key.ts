import { type RawBuilder, sql } from 'kysely'
import type { FigureDimension } from '../../../contracts/register/figures-api.ts'
import { type RegionPath, regionLevel } from '../../../contracts/register/region.ts'
import { REGION_LEVELS } from '../../../contracts/register/words.ts'
import { childOf, monthOf, NO_ZONE } from './tally-cell.ts'

/** Every zone changes its clock at a quarter of an hour, if at all: hazards of one are of one month. */
const QUARTER_MS = 900_000

/** What figures are told apart by, of hazards `h` with their facilities `f`; the top level without a region. */
export function hazardKey(
  by: FigureDimension | undefined,
  region: RegionPath | undefined,
): RawBuilder<unknown> {
  switch (by) {
    case undefined:
      return sql`'' AS one`
    case 'region': {
      const child = childLevel(region)
      return child === undefined ? sql`CAST(NULL AS text) AS one` : sql`${sql.ref(`h.${child}`)} AS one`
    }
    case 'month':
      return sql`coalesce(f.timezone, ${sql.lit(NO_ZONE)}) AS one, h.found / ${sql.lit(QUARTER_MS)} AS quarter`
    default:
      return sql`${sql.ref(`h.${by}`)} AS one`
  }
}

/** Columns that {@link hazardKey} names. */
export interface KeyRow {
  one: string | null
  quarter?: number
}

/** The key of a row, as people ask for it. */
export function keyOfRow(by: FigureDimension | undefined, { one, quarter }: KeyRow): string | null {
  return by === 'month' ? monthOf((quarter ?? 0) * QUARTER_MS, one ?? NO_ZONE) : one
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

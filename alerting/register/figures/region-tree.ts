import { type RawBuilder, sql } from 'kysely'
import { CodedError } from '../../../contracts/errors.ts'
import type { RegionNode, RegionsView } from '../../../contracts/register/figures-api.ts'
import { type RegionPath, regionLevel } from '../../../contracts/register/region.ts'
import { REGION_LEVELS, type RegionLevel } from '../../../contracts/register/words.ts'
import type { RegisterDb } from '../store/tables.ts'
import { facilityWhere, zonesOf } from './facilities.ts'
import { where } from './hazard-where.ts'

/** Facilities named beside the nodes. */
const FACILITIES = 500

interface NodeRow {
  path: string
  facilities: number
  children: number
}

export interface NodeCounts {
  readonly open: number
  readonly overdue: number
}

/** The nodes right under one, or the cities, with their plants. @throws CodedError REGION_UNKNOWN */
export async function regionNodes(
  db: RegisterDb,
  { under, scope }: { under: RegionPath | undefined; scope: readonly string[] | null },
  counts: ReadonlyMap<string | null, NodeCounts>,
): Promise<RegionsView> {
  const which = { scope, region: under }
  if (under !== undefined) await zonesOf(db, which)
  const level = levelBelow(under)
  const concerned = facilityWhere(which)
  if (level === undefined) return { under: under ?? null, items: [], facilities: await own(db, concerned) }
  const below = levelBelow(undefined, level)
  const column = sql.ref(`f.${level}`)
  const { rows } = await sql<NodeRow>`
    SELECT ${column} AS path, count(*) AS facilities,
      ${below === undefined ? sql`0` : sql`count(DISTINCT ${sql.ref(`f.${below}`)})`} AS children
    FROM facility f ${where([...concerned, sql`${column} IS NOT NULL`])}
    GROUP BY ${column} ORDER BY ${column}`.execute(db)
  return {
    under: under ?? null,
    items: rows.map(({ path, facilities, children }): RegionNode => {
      const { open, overdue } = counts.get(path) ?? { open: 0, overdue: 0 }
      return { path, name: nameOf(path), level, children, facilities, open, overdue }
    }),
    facilities: await own(db, [...concerned, sql`${column} IS NULL`]),
  }
}

/** The last name of a path. */
export function nameOf(path: RegionPath): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

async function own(db: RegisterDb, conditions: readonly RawBuilder<unknown>[]) {
  const { rows } = await sql<{ id: string; name: string }>`
    SELECT f.id, f.name FROM facility f ${where(conditions)} ORDER BY f.id LIMIT ${sql.lit(FACILITIES)}`.execute(
    db,
  )
  return rows
}

/** The level below a node, or below a level. @throws CodedError REGION_UNKNOWN */
function levelBelow(path: RegionPath | undefined, level?: RegionLevel): RegionLevel | undefined {
  if (path === undefined && level === undefined) return REGION_LEVELS[0]
  const at = level ?? regionLevel(path ?? '')
  if (at === undefined) throw new CodedError('REGION_UNKNOWN', `"${path}" is no path of a region`)
  return REGION_LEVELS[REGION_LEVELS.indexOf(at) + 1]
}

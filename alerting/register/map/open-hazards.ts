import { type RawBuilder, sql } from 'kysely'
import type { HazardGrade, RiskColour } from '../../../contracts/register/words.ts'
import type { HazardFilter } from '../figures/figures-query.ts'
import { placeWhere, where } from '../figures/hazard-where.ts'
import type { RegisterDb } from '../store/tables.ts'
import type { OpenHazards } from './colour-table.ts'

type Which = Pick<HazardFilter, 'scope' | 'region' | 'facility'>

/** Open hazards that are alike, and where they are. */
export interface PlacedHazards extends OpenHazards {
  readonly facility: string
  /** Of no area: the plant as a whole. */
  readonly area: string | null
}

export interface RegionHazards extends OpenHazards {
  /** Path of the node; null: in none of the level. */
  readonly node: string | null
}

/** From the index of those that are open. `now`: epoch ms. */
export async function openHazards(db: RegisterDb, which: Which, now: number): Promise<PlacedHazards[]> {
  const rows = await grouped<{ facility: string; area: string | null }>(
    db,
    which,
    now,
    sql`h.facility AS facility, h.area AS area`,
    sql`GROUP BY 1, 2, 3, 4, 5`,
  )
  return rows.map(({ is_overdue: isOverdue, n, ...row }) => ({
    ...row,
    isOverdue: isOverdue === 1,
    count: n,
  }))
}

/** The same by nodes of one level. */
export async function openHazardsByNode(
  db: RegisterDb,
  which: Which,
  level: 'town' | 'county' | 'city',
  now: number,
): Promise<RegionHazards[]> {
  const node = sql`${sql.ref(`h.${level}`)} AS node`
  const rows = await grouped<{ node: string | null }>(db, which, now, node, sql`GROUP BY 1, 2, 3, 4`)
  return rows.map(({ is_overdue: isOverdue, n, ...row }) => ({
    ...row,
    isOverdue: isOverdue === 1,
    count: n,
  }))
}

interface Group {
  grade: HazardGrade
  colour: RiskColour | null
  is_overdue: number
  n: number
}

async function grouped<Key>(
  db: RegisterDb,
  which: Which,
  now: number,
  key: RawBuilder<unknown>,
  groups: RawBuilder<unknown>,
): Promise<(Group & Key)[]> {
  const conditions = placeWhere({ ...which, period: { kind: 'all', name: 'all' } })
  const { rows } = await sql<Group & Key>`
    SELECT ${key}, h.grade, h.colour, CASE WHEN h.deadline < ${now} THEN 1 ELSE 0 END AS is_overdue, count(*) AS n
    FROM hazard h
    ${where([sql`h.is_open = 1`, ...conditions])}
    ${groups}`.execute(db)
  return rows
}

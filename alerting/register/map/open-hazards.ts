import { sql } from 'kysely'
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

/** From the index of those that are open. `now`: epoch ms. */
export async function openHazards(db: RegisterDb, which: Which, now: number): Promise<PlacedHazards[]> {
  const conditions = placeWhere({ ...which, period: { kind: 'all', name: 'all' } })
  const { rows } = await sql<{
    facility: string
    area: string | null
    grade: HazardGrade
    colour: RiskColour | null
    is_overdue: number
    n: number
  }>`
    SELECT h.facility, h.area, h.grade, h.colour,
      CASE WHEN h.deadline < ${now} THEN 1 ELSE 0 END AS is_overdue, count(*) AS n
    FROM hazard h
    ${where([sql`h.is_open = 1`, ...conditions])}
    GROUP BY 1, 2, 3, 4, 5`.execute(db)
  return rows.map(({ is_overdue: isOverdue, n, ...row }) => ({
    ...row,
    isOverdue: isOverdue === 1,
    count: n,
  }))
}

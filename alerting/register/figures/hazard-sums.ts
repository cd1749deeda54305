import { sql } from 'kysely'
import type { HazardSumSource, MonthSum, StatusSum } from '../../../contracts/register/hazard-sums.ts'
import {
  HAZARD_GRADES,
  HAZARD_STATUSES,
  type HazardGrade,
  type HazardStatus,
} from '../../../contracts/register/words.ts'
import { Calendar } from '../../kpi/calendar.ts'
import type { RegisterContext } from '../context.ts'
import { isOneOf } from './hazard-where.ts'
import { COUNTED } from './recount.ts'
import { monthOf } from './tally-cell.ts'

const QUARTER_MS = 900_000
const DAY_S = 86_400

interface Named {
  id: string
  timezone: string
  region: string
}

type Sum = Omit<StatusSum, 'facility' | 'region'>

/** Hazards of facilities, added up for dashboards. */
export class HazardSums implements HazardSumSource {
  readonly #context: Pick<RegisterContext, 'db' | 'now'>

  constructor(context: Pick<RegisterContext, 'db' | 'now'>) {
    this.#context = context
  }

  async statuses(facilities: readonly string[]): Promise<StatusSum[]> {
    const named = await this.#named(facilities)
    const sums = Map.groupBy(
      [...(await this.#open(facilities)), ...(await this.#closed(facilities))],
      ({ facility }) => facility,
    )
    return named.flatMap(({ id: facility, region }) =>
      HAZARD_GRADES.flatMap((grade) =>
        HAZARD_STATUSES.map((status): StatusSum => {
          const { count, overdue, onTime, days } =
            sums.get(facility)?.find((sum) => sum.grade === grade && sum.status === status) ?? NOTHING
          return { facility, region, grade, status, count, overdue, onTime, days }
        }),
      ),
    )
  }

  async months(facilities: readonly string[], since: number): Promise<MonthSum[]> {
    const { rows } = await sql<{
      facility: string
      grade: HazardGrade
      quarter: number
      identified: number
      closed: number
      closed_on_time: number
      seconds: number
    }>`
      SELECT h.facility, h.grade, h.found / ${sql.lit(QUARTER_MS)} AS quarter, ${COUNTED}
      FROM hazard h WHERE ${isOneOf(sql.ref('h.facility'), facilities)} AND h.found >= ${since}
      GROUP BY 1, 2, 3`.execute(this.#context.db)
    const named = new Map((await this.#named(facilities)).map((each) => [each.id, each]))
    const months = new Map<string, MonthSum>()
    for (const { facility, grade, quarter, identified, closed, closed_on_time: onTime, seconds } of rows) {
      const { timezone = 'UTC', region = '' } = named.get(facility) ?? {}
      const month = monthOf(quarter * QUARTER_MS, timezone)
      const key = [facility, grade, month].join('\n')
      const sum = months.get(key)
      months.set(key, {
        facility,
        region,
        grade,
        from: sum?.from ?? new Calendar(timezone).startOf(`${month}-01`),
        identified: (sum?.identified ?? 0) + identified,
        closed: (sum?.closed ?? 0) + closed,
        onTime: (sum?.onTime ?? 0) + onTime,
        days: (sum?.days ?? 0) + seconds / DAY_S,
      })
    }
    return [...months.values()]
  }

  async #named(facilities: readonly string[]): Promise<Named[]> {
    const { rows } = await sql<Named>`
      SELECT f.id, f.timezone, coalesce(f.grid, f.town, f.county, f.city, '') AS region
      FROM facility f WHERE ${isOneOf(sql.ref('f.id'), facilities)} ORDER BY f.id`.execute(this.#context.db)
    return rows
  }

  async #open(facilities: readonly string[]): Promise<(Sum & { facility: string })[]> {
    const { db, now } = this.#context
    const { rows } = await sql<{
      facility: string
      grade: HazardGrade
      status: HazardStatus
      n: number
      overdue: number
    }>`
      SELECT h.facility, h.grade, h.status, count(*) AS n,
        sum(CASE WHEN h.deadline < ${now()} THEN 1 ELSE 0 END) AS overdue
      FROM hazard h WHERE h.is_open = 1 AND ${isOneOf(sql.ref('h.facility'), facilities)}
      GROUP BY 1, 2, 3`.execute(db)
    return rows.map(({ n, ...row }) => ({ ...row, count: n, onTime: 0, days: 0 }))
  }

  async #closed(facilities: readonly string[]): Promise<(Sum & { facility: string })[]> {
    const { rows } = await sql<{
      facility: string
      grade: HazardGrade
      closed: number
      closed_on_time: number
      seconds: number
    }>`
      SELECT h.facility, h.grade, ${COUNTED}
      FROM hazard h WHERE h.closed IS NOT NULL AND ${isOneOf(sql.ref('h.facility'), facilities)}
      GROUP BY 1, 2`.execute(this.#context.db)
    return rows.map(({ facility, grade, closed, closed_on_time: onTime, seconds }) => ({
      facility,
      grade,
      status: 'closed',
      count: closed,
      overdue: 0,
      onTime,
      days: seconds / DAY_S,
    }))
  }
}

const NOTHING = { count: 0, overdue: 0, onTime: 0, days: 0 } as const

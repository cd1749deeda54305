import { sql } from 'kysely'
import { regionLevel } from '../../../contracts/register/region.ts'
import type {
  HazardGrade,
  HazardKind,
  HazardSource,
  HazardStatus,
  RiskColour,
} from '../../../contracts/register/words.ts'
import { dialectOf } from '../store/dialect.ts'
import { matches } from '../store/search.ts'
import type { RegisterDb } from '../store/tables.ts'
import type { HazardRow } from './hazard-tables.ts'

/** All that is given has to hold. */
export interface HazardQuery {
  /** Any of these; undefined: of all. */
  readonly facilities?: readonly string[]
  readonly area?: string
  /** A node of the region tree, with its whole path. */
  readonly region?: string
  readonly statuses?: readonly HazardStatus[]
  readonly grade?: HazardGrade
  readonly colour?: RiskColour
  readonly source?: HazardSource
  readonly kind?: HazardKind
  readonly alarm?: string
  readonly responsible?: string
  /** Not closed. */
  readonly isOpen?: boolean
  readonly isOverdue?: boolean
  readonly isSupervised?: boolean
  /** Words, all of which it has. */
  readonly words?: string
  /** Hazards before this number. */
  readonly before?: number
  readonly limit: number
}

/** Words that many hazards have are found among the newest: of so many, then of so many, some 5 us each. */
const NEWEST = [5_000, 40_000] as const

/** Newest first. `now`: epoch ms, for what is overdue. */
export async function listHazards(db: RegisterDb, query: HazardQuery, now: number): Promise<HazardRow[]> {
  const { limit, words, before } = query
  const found = matching(db, query, now)
  if (found === undefined) return []
  const newestFirst = found.orderBy('number', 'desc').limit(limit)
  if (words === undefined || dialectOf(db) === 'sqlite') return newestFirst.execute()
  // PostgreSQL goes down the numbers when it believes that words are common together, and finds out at the end of the
  // table that they are not. So it gets a short way down, and then has to begin with the words.
  const last = before ?? (await lastNumber(db)) + 1
  for (const [at, width] of NEWEST.entries()) {
    const newest = await newestFirst.where('number', '>=', last - width).execute()
    if (newest.length === limit || last <= width) return newest
    // Further down there are as many again, more or less.
    const further = NEWEST[at + 1] ?? 0
    if ((newest.length * further) / width < limit) break
  }
  return found.orderBy(sql`number + 0`, 'desc').limit(limit).execute()
}

async function lastNumber(db: RegisterDb): Promise<number> {
  const row = await db
    .selectFrom('hazard')
    .select('number')
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.number ?? 0
}

/** Undefined when nothing can match. */
function matching(db: RegisterDb, query: HazardQuery, now: number) {
  let select = db.selectFrom('hazard').selectAll()
  const { facilities, region, statuses, words, before } = query
  if (facilities !== undefined) {
    if (facilities.length === 0) return undefined
    select = select.where('facility', 'in', facilities)
  }
  if (region !== undefined) {
    const level = regionLevel(region)
    if (level === undefined) return undefined
    select = select.where(level, '=', region)
  }
  if (statuses !== undefined) select = select.where('status', 'in', statuses)
  for (const column of ['area', 'grade', 'colour', 'source', 'kind', 'alarm', 'responsible'] as const) {
    const value = query[column]
    if (value !== undefined) select = select.where(column, '=', value)
  }
  if (query.isOpen !== undefined) select = select.where('is_open', '=', Number(query.isOpen))
  if (query.isOverdue === true) select = select.where('is_open', '=', 1).where('deadline', '<', now)
  if (query.isSupervised === true) select = select.where('is_supervised', '=', 1)
  if (words !== undefined) select = select.where(matches(db, 'hazard', { query: words, key: 'number' }))
  if (before !== undefined) select = select.where('number', '<', before)
  return select
}

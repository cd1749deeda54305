import { regionLevel } from '../../../contracts/register/region.ts'
import type {
  HazardGrade,
  HazardKind,
  HazardSource,
  HazardStatus,
  RiskColour,
} from '../../../contracts/register/words.ts'
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

/** Newest first. `now`: epoch ms, for what is overdue. */
export async function listHazards(db: RegisterDb, query: HazardQuery, now: number): Promise<HazardRow[]> {
  let select = db.selectFrom('hazard').selectAll()
  const { facilities, region, statuses, words, before } = query
  if (facilities !== undefined) {
    if (facilities.length === 0) return []
    select = select.where('facility', 'in', facilities)
  }
  if (region !== undefined) {
    const level = regionLevel(region)
    if (level === undefined) return []
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
  return select.orderBy('number', 'desc').limit(query.limit).execute()
}

import type { PublicState, RewardState } from '../../../contracts/register/report-words.ts'
import type { HazardStatus } from '../../../contracts/register/words.ts'
import type { RegisterDb } from '../store/tables.ts'
import type { ReportRow } from './report-tables.ts'

/** What a reporter hears. Times in epoch ms. */
export interface PublicStand {
  readonly facility: string
  readonly state: PublicState
  readonly reward: RewardState
  readonly received: number
  readonly updated: number
}

/** The hazard that came of a report, if one did. */
export interface ReportedHazard {
  readonly status: HazardStatus
  readonly reopened_as: number | null
  readonly updated: number
}

/** By the hash of the receipt; undefined when there is none. */
export async function publicStand(db: RegisterDb, receipt: string): Promise<PublicStand | undefined> {
  const own = await db.selectFrom('report').selectAll().where('receipt', '=', receipt).executeTakeFirst()
  if (own === undefined) return undefined
  const told =
    own.state === 'duplicate' && own.duplicate_of !== null
      ? await db.selectFrom('report').selectAll().where('number', '=', own.duplicate_of).executeTakeFirst()
      : own
  const hazard =
    told?.hazard == null
      ? undefined
      : await db
          .selectFrom('hazard')
          .select(['status', 'reopened_as', 'updated'])
          .where('number', '=', told.hazard)
          .executeTakeFirst()
  return standOf(own, told ?? own, hazard)
}

/** A duplicate is told how the report that it repeats stands; its reward is its own. */
export function standOf(
  own: Pick<ReportRow, 'facility' | 'reward' | 'received' | 'updated'>,
  told: Pick<ReportRow, 'state' | 'updated'>,
  hazard: ReportedHazard | undefined,
): PublicStand {
  const state = publicState(told.state, hazard)
  const { facility, reward, received } = own
  const times = [own.updated, told.updated, ...(state === 'rectified' && hazard ? [hazard.updated] : [])]
  return { facility, state, reward, received, updated: Math.max(...times) }
}

function publicState(state: ReportRow['state'], hazard: ReportedHazard | undefined): PublicState {
  const isRectified = hazard?.status === 'closed' && hazard.reopened_as === null
  switch (state) {
    case 'received':
    case 'under-review':
    case 'declined':
      return state
    case 'duplicate':
      return 'under-review'
    case 'accepted':
    case 'verified':
      return isRectified ? 'rectified' : state
    case 'closed':
      return isRectified ? 'rectified' : 'verified'
  }
}

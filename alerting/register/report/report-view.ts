import { formatIso } from '../../../contracts/iso-time.ts'
import type { ReportView } from '../../../contracts/register/report-api.ts'
import type { HazardStatus } from '../../../contracts/register/words.ts'
import type { ReportRow } from './report-tables.ts'
import type { RewardBasis } from './reward.ts'

/** What of a report staff may see; that the contact is none of it, its type says. */
export type ShownReport = Omit<ReportRow, 'contact' | 'contact_key' | 'receipt' | 'words'> & {
  /** 0 or 1. */
  readonly has_contact: number
  /** Of the hazard that came of it; null when there is none. */
  readonly hazard_status: HazardStatus | null
}

export function reportView(row: ShownReport, timezone: string): ReportView {
  const iso = (ms: number) => formatIso(ms, timezone)
  const { hazard, hazard_status: status } = row
  return {
    number: row.number,
    facility: row.facility,
    state: row.state,
    version: row.version,
    received: iso(row.received),
    updated: iso(row.updated),
    closed: row.closed === null ? null : iso(row.closed),
    text: row.description,
    where: row.place,
    happened: row.happened === null ? null : iso(row.happened),
    isEmployee: row.is_employee === 1,
    hasContact: row.has_contact === 1,
    photos: row.photos,
    hazard: hazard === null || status === null ? null : { number: hazard, status },
    duplicateOf: row.duplicate_of,
    reason: row.reason,
    reward: {
      state: row.reward,
      amount: row.reward_amount,
      basis: row.reward_basis === null ? null : (JSON.parse(row.reward_basis) as RewardBasis),
      by: row.reward_by,
    },
  }
}

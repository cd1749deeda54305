import type { Generated, Insertable, Selectable } from 'kysely'
import type { ReportState, RewardState } from '../../../contracts/register/report-words.ts'

/** Times in epoch ms; booleans are 0 or 1. */
export interface ReportTables {
  report: {
    number: Generated<number>
    facility: string
    state: ReportState
    version: number
    received: number
    updated: number
    description: string
    /** Where it is, in words. */
    place: string | null
    /** When it was seen. */
    happened: number | null
    /** The reporter says that they work there. */
    is_employee: number
    /** SHA-256 of the receipt; the receipt itself has the reporter alone. */
    receipt: string
    /** SHA-256 of the words of the description. */
    words: string
    photos: number
    /** Encrypted, see contact-seal.ts; null when none was given, or when it was deleted. */
    contact: string | null
    /** Which key opens it. */
    contact_key: string | null
    hazard: number | null
    duplicate_of: number | null
    /** Why it was declined. */
    reason: string | null
    reward: RewardState
    /** CNY; null while there is none. */
    reward_amount: number | null
    /** JSON of {@link RewardBasis}; null while there is none. */
    reward_basis: string | null
    reward_by: string | null
    /** When it came to rest; null while it is open. */
    closed: number | null
  }
  /** Challenges that were used, until they would be refused as too old. */
  report_challenge: {
    id: string
    until: number
  }
}

export type ReportRow = Selectable<ReportTables['report']>
export type NewReportRow = Insertable<ReportTables['report']>

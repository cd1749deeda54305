import type { Generated, Selectable } from 'kysely'
import type {
  AnswerResult,
  InspectionKind,
  RoundState,
} from '../../../contracts/register/inspection-words.ts'

/** Times in epoch ms; booleans are 0 or 1. */
export interface InspectionTables {
  /** How each plan of a facility file stands. */
  inspection_plan: {
    facility: string
    plan: string
    /** Until its first round is finished, it is due a period after this. */
    first_seen: number
    last_round: number | null
    last_finished: number | null
    last_by: string | null
    /** The due time of which it was recorded that it is overdue. */
    overdue_told: number | null
    /** The due time of which a hazard was made. */
    hazard_told: number | null
  }
  inspection_round: {
    number: Generated<number>
    facility: string
    plan: string
    /** Chosen by who started it. */
    client: string | null
    name: string
    kind: InspectionKind
    source: string | null
    state: RoundState
    version: number
    /** The end of the round before, or the first sight of the plan. */
    since: number
    due: number
    overdue_from: number
    started: number
    started_by: string
    ended: number | null
    ended_by: string | null
    reason: string | null
    is_late: number
    items: number
    answered: number
    findings: number
    /** JSON of {@link RoundBody}. */
    body: string
  }
  inspection_answer: {
    round: number
    item: string
    client: string
    result: AnswerResult
    note: string
    answered_by: string
    time: number
    hazard: number | null
  }
  /** What of the attachments of a round belongs to an item, and what a phone called it. */
  inspection_photo: {
    attachment: number
    round: number
    item: string | null
    client: string | null
    is_image: number
  }
}

export type RoundRow = Selectable<InspectionTables['inspection_round']>
export type PlanRow = Selectable<InspectionTables['inspection_plan']>

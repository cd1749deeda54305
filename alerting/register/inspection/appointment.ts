import { APPOINTED_YEARS, type AppointmentState } from '../../../contracts/register/inspection-words.ts'
import { Calendar } from '../../kpi/calendar.ts'

const DAY_MS = 86_400_000
/** People are told so long before an appointment ends, ms. */
const AHEAD_MS = 90 * DAY_MS

export interface Appointment {
  readonly since: string | null
  /** Its last day. */
  readonly until: string | null
  readonly state: AppointmentState
}

/** How long the people of a source are appointed. `since` and `until` are local dates; `now`: epoch ms. */
export function appointment(since: string | undefined, now: number, timezone: string): Appointment {
  if (since === undefined) return { since: null, until: null, state: 'unknown' }
  const [year = 0, month = 1, day = 1] = since.split('-').map(Number)
  // Of 29 February: 1 March, when there is none.
  const next = Date.UTC(year + APPOINTED_YEARS, month - 1, day)
  const until = new Date(next - DAY_MS).toISOString().slice(0, 10)
  const over = new Calendar(timezone).startOf(new Date(next).toISOString().slice(0, 10))
  const state = now >= over ? 'over' : now >= over - AHEAD_MS ? 'ending' : 'valid'
  return { since, until, state }
}

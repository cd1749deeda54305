import type { Generated, Selectable } from 'kysely'
import type {
  ClockKind,
  IncidentKind,
  IncidentLevel,
  IncidentStatus,
  TeamKind,
} from '../../../contracts/register/incident-words.ts'

/** Times in epoch ms; booleans are 0 or 1; quantities of stock in thousandths of their unit. */
export interface IncidentTables {
  incident: {
    number: Generated<number>
    facility: string
    title: string
    description: string
    kind: IncidentKind
    level: IncidentLevel
    status: IncidentStatus
    is_open: number
    version: number
    commander: string | null
    /** JSON: everybody who has ever had command. */
    commanders: string
    plan: string | null
    area: string | null
    lat: number | null
    lon: number | null
    started: number
    opened: number
    opened_by: string
    contained: number | null
    ended: number | null
    ended_by: string | null
    review: string | null
    reason: string | null
    reopens: number | null
    reopened_as: number | null
    updated: number
  }
  incident_clock: {
    number: number
    facility: string
    kind: ClockKind
    started: number
    target: number
    due: number
    arrived: number | null
    /** When the incident was over before anybody had arrived. */
    stopped: number | null
    waived: number | null
    waived_by: string | null
    waived_reason: string | null
    /** Nothing is left to be found out: stopped in time, waived, or the breach stands in the history. */
    is_settled: number
  }
  incident_team: {
    id: Generated<number>
    number: number
    facility: string
    team: string
    /** As the facility file called it then. */
    name: string
    kind: TeamKind
    dispatched: number
    dispatched_entered: number
    dispatched_by: string
    arrived: number | null
    arrived_entered: number | null
    arrived_by: string | null
    released: number | null
    released_entered: number | null
    released_by: string | null
  }
  incident_step: {
    number: number
    plan: string
    step: string
    position: number
    text: string
    who: string | null
    due: number | null
    done: number | null
    done_entered: number | null
    done_by: string | null
    note: string | null
  }
  incident_alarm: {
    number: number
    facility: string
    occurrence: string
    alarm: string
    time: number
  }
  incident_hazard: { number: number; hazard: number }
  incident_stock: { number: number; item: string; quantity: number }
  stock: {
    number: Generated<number>
    facility: string
    item: string
    quantity: number
    updated: number
  }
}

export type IncidentRow = Selectable<IncidentTables['incident']>
export type ClockRow = Selectable<IncidentTables['incident_clock']>
export type TeamRow = Selectable<IncidentTables['incident_team']>
export type StepRow = Selectable<IncidentTables['incident_step']>

import type { IncidentAction, IncidentStatus } from '../../../contracts/register/incident-words.ts'

/** Fields of a body, beside action, version, by and comment. */
export type IncidentField = 'commander' | 'level' | 'plan' | 'clock' | 'reason' | 'review'

/** From where an action may be taken, and where it leads; `same` leaves the status as it is. */
export interface IncidentTransition {
  readonly from: readonly IncidentStatus[]
  readonly to: IncidentStatus | 'same'
  /** What the body has to give. */
  readonly needs: readonly IncidentField[]
  /** What it may give besides. */
  readonly takes: readonly IncidentField[]
}

export const OPEN_STATUSES: readonly IncidentStatus[] = ['open', 'responding', 'contained']

/** The life of an incident; docs/incidents.md shows this table. Reopening leaves it as it is: a new one goes on. */
export const INCIDENT_TRANSITIONS: Readonly<Record<IncidentAction, IncidentTransition>> = {
  respond: { from: ['open'], to: 'responding', needs: [], takes: [] },
  contain: { from: ['responding'], to: 'contained', needs: [], takes: [] },
  resume: { from: ['contained'], to: 'responding', needs: ['reason'], takes: [] },
  close: { from: ['contained'], to: 'closed', needs: [], takes: ['review'] },
  'false-alarm': { from: ['open', 'responding'], to: 'false-alarm', needs: ['reason'], takes: [] },
  reopen: { from: ['closed', 'false-alarm'], to: 'same', needs: ['reason'], takes: [] },
  command: { from: OPEN_STATUSES, to: 'same', needs: ['commander'], takes: [] },
  'set-level': { from: OPEN_STATUSES, to: 'same', needs: ['level', 'reason'], takes: [] },
  'choose-plan': { from: OPEN_STATUSES, to: 'same', needs: ['plan'], takes: [] },
  'waive-clock': {
    from: ['open', 'responding', 'contained'],
    to: 'same',
    needs: ['clock', 'reason'],
    takes: [],
  },
}

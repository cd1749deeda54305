import { CodedError } from '../../../contracts/errors.ts'
import {
  type ClockKind,
  GRAVE_LEVEL,
  INCIDENT_ACTIONS,
  INCIDENT_ROLES,
  type IncidentAction,
  type IncidentLevel,
  type IncidentStatus,
} from '../../../contracts/register/incident-words.ts'
import { isAtLeast, type Role } from '../../../contracts/roles.ts'
import { personKey } from '../../people/person.ts'
import { INCIDENT_TRANSITIONS, type IncidentField, OPEN_STATUSES } from './transitions.ts'

/** What the steps of an incident are decided on. Times in epoch ms. */
export interface IncidentState {
  readonly status: IncidentStatus
  readonly level: IncidentLevel
  /** Who has ever had command: each of them answers for what was done. */
  readonly commanders: readonly string[]
  readonly commander: string | null
  readonly plan: string | null
  readonly contained: number | null
  readonly ended: number | null
  readonly ended_by: string | null
  readonly review: string | null
  readonly reason: string | null
  readonly reopened_as: number | null
}

/** What a person puts in with an action. */
export interface IncidentInput {
  readonly action: IncidentAction
  readonly commander?: string
  readonly level?: IncidentLevel
  readonly plan?: string
  readonly clock?: ClockKind
  readonly reason?: string
  readonly review?: string
}

export interface Acting {
  readonly by: string
  readonly role: Role
  /** Epoch ms. */
  readonly now: number
}

/**
 * One step of an incident: what it is afterwards. Clocks, checklist and the incident that goes on are left to the caller.
 * @throws CodedError INCIDENT_* or REQUEST_INVALID when the step is not for it, this person or this input
 */
export function act(state: IncidentState, input: IncidentInput, acting: Acting): IncidentState {
  const { action } = input
  refuseAction(state, action, acting)
  refuseInput(state, input, acting)
  const { to } = INCIDENT_TRANSITIONS[action]
  const next = { ...state, status: to === 'same' ? state.status : to }
  const { by, now } = acting
  switch (action) {
    case 'respond':
    case 'resume':
    case 'reopen':
    case 'waive-clock':
      return next
    case 'contain':
      return { ...next, contained: now }
    case 'close':
      return { ...next, ended: now, ended_by: by, review: input.review ?? null }
    case 'false-alarm':
      return { ...next, ended: now, ended_by: by, reason: input.reason ?? null }
    case 'command':
      return commanded(next, input.commander ?? '')
    case 'set-level':
      return { ...next, level: input.level ?? next.level }
    case 'choose-plan':
      return { ...next, plan: input.plan ?? null }
  }
}

function commanded(state: IncidentState, commander: string): IncidentState {
  const { commanders } = state
  const isKnown = commanders.some((who) => personKey(who) === personKey(commander))
  return { ...state, commander, commanders: isKnown ? commanders : [...commanders, commander] }
}

/** What somebody may do with an incident as it stands; what they would have to put in is not looked at. */
export function actionsOf(state: IncidentState, acting: Acting): IncidentAction[] {
  return INCIDENT_ACTIONS.filter((action) => {
    try {
      refuseAction(state, action, acting)
      return true
    } catch (error) {
      if (error instanceof CodedError) return false
      throw error
    }
  })
}

/** Something is entered that belongs to an incident under way. @throws CodedError INCIDENT_OVER */
export function refuseOver(status: IncidentStatus): void {
  if (!OPEN_STATUSES.includes(status)) throw new CodedError('INCIDENT_OVER', `it is ${status}`)
}

/** All that does not hang on what is put in. */
function refuseAction(state: IncidentState, action: IncidentAction, { by, role }: Acting): void {
  const { status, level, commander, reopened_as } = state
  if (!INCIDENT_TRANSITIONS[action].from.includes(status))
    throw new CodedError('INCIDENT_TRANSITION_ILLEGAL', `${action} is not possible while it is ${status}`)
  if (action === 'reopen' && reopened_as !== null)
    throw new CodedError('INCIDENT_TRANSITION_ILLEGAL', `it goes on as ${reopened_as} already`)
  refuseRole(action, role, by)
  const isGrave = level <= GRAVE_LEVEL
  const ends = action === 'close' || action === 'false-alarm'
  if (!isGrave || !ends) return
  if (action === 'close' && commander === null)
    throw new CodedError('INCIDENT_INCOMPLETE', `an incident of level ${level} needs a commander`)
  refuseCommander(state, by)
}

function refuseInput(state: IncidentState, input: IncidentInput, { role, by }: Acting): void {
  const { action, level, review } = input
  const { needs, takes } = INCIDENT_TRANSITIONS[action]
  const given = (['commander', 'level', 'plan', 'clock', 'reason', 'review'] as const).filter(
    (field) => input[field] !== undefined,
  )
  for (const field of given)
    if (!needs.includes(field) && !takes.includes(field))
      throw new CodedError('REQUEST_INVALID', `${action} takes no ${field}`)
  for (const field of needs) refuseMissing(action, field, input)
  // By a lower level nobody gets around what a grave incident asks for.
  if (action === 'set-level' && level !== undefined && level > state.level) {
    refuseRole(action, role, by, 'engineer')
    if (state.level <= GRAVE_LEVEL) refuseCommander(state, by)
  }
  if (action === 'close' && state.level <= GRAVE_LEVEL && isBlank(review))
    throw new CodedError('INCIDENT_INCOMPLETE', `an incident of level ${state.level} is closed with a review`)
}

function refuseCommander({ commanders }: IncidentState, by: string): void {
  if (commanders.some((who) => personKey(who) === personKey(by)))
    throw new CodedError('INCIDENT_SAME_PERSON', `${by} has commanded it`)
}

function refuseMissing(action: IncidentAction, field: IncidentField, input: IncidentInput): void {
  if (isBlank(input[field])) throw new CodedError('INCIDENT_INCOMPLETE', `${action} needs ${field}`)
}

function isBlank(value: string | number | undefined): boolean {
  return value === undefined || (typeof value === 'string' && value.trim() === '')
}

function refuseRole(
  action: IncidentAction,
  role: Role,
  by: string,
  needed: Role = INCIDENT_ROLES[action],
): void {
  if (!isAtLeast(role, needed))
    throw new CodedError('INCIDENT_ROLE_REQUIRED', `${action} takes ${needed}, ${by} is ${role}`)
}

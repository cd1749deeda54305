import type { Role } from '../roles.ts'

/** Where an incident stands. Late clocks are none of these: they are derived from arrivals and the clock. */
export const INCIDENT_STATUSES = ['open', 'responding', 'contained', 'closed', 'false-alarm'] as const
export type IncidentStatus = (typeof INCIDENT_STATUSES)[number]

/** What happened, or threatens to. */
export const INCIDENT_KINDS = [
  'leak',
  'toxic',
  'fire',
  'explosion',
  'process',
  'utilities',
  'natural',
  'people',
  'environment',
  'other',
] as const
export type IncidentKind = (typeof INCIDENT_KINDS)[number]

/** From the gravest: I particularly serious, II serious, III larger, IV general. */
export const INCIDENT_LEVELS = [1, 2, 3, 4] as const
export type IncidentLevel = (typeof INCIDENT_LEVELS)[number]
/** Up to this level an incident is closed with a review, by somebody else than who commanded. */
export const GRAVE_LEVEL: IncidentLevel = 2

/** Who comes, each against a clock of their own. */
export const CLOCKS = ['community', 'ground', 'air'] as const
export type ClockKind = (typeof CLOCKS)[number]
export const TEAM_KINDS = [...CLOCKS, 'medical', 'other'] as const
export type TeamKind = (typeof TEAM_KINDS)[number]

/** How a clock stands: `ended` with the incident, before it had run out and before anybody had arrived. */
export const CLOCK_STATES = ['running', 'met', 'breached', 'waived', 'ended'] as const
export type ClockState = (typeof CLOCK_STATES)[number]

export const TEAM_EVENTS = ['dispatched', 'arrived', 'released'] as const
export type TeamEvent = (typeof TEAM_EVENTS)[number]

/** What people do with an incident. docs/incidents.md has the table of who may do what, and from where to where. */
export const INCIDENT_ACTIONS = [
  'respond',
  'contain',
  'resume',
  'close',
  'false-alarm',
  'reopen',
  'command',
  'set-level',
  'choose-plan',
  'waive-clock',
] as const
export type IncidentAction = (typeof INCIDENT_ACTIONS)[number]

/** The least role of each. Lowering a level takes an engineer too: that is in the lifecycle. */
export const INCIDENT_ROLES = {
  respond: 'operator',
  contain: 'operator',
  resume: 'operator',
  close: 'engineer',
  'false-alarm': 'engineer',
  reopen: 'engineer',
  command: 'operator',
  'set-level': 'operator',
  'choose-plan': 'operator',
  'waive-clock': 'operator',
} as const satisfies Record<IncidentAction, Role>

/** The steps of an incident in its history, and in the journal. */
export const INCIDENT_EVENTS = [
  ...INCIDENT_ACTIONS,
  'opened',
  'team-dispatched',
  'team-arrived',
  'team-released',
  'step-done',
  'note',
  'linked',
  'alarm-attached',
  'stock-taken',
  'stock-returned',
  'clock-breached',
] as const
export type IncidentEvent = (typeof INCIDENT_EVENTS)[number]

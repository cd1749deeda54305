import type { Role } from '../roles.ts'

/** Where a hazard stands in its closed loop. Overdue is none of them: it is derived from deadline and clock. */
export const HAZARD_STATUSES = [
  'found',
  'registered',
  'assessed',
  'assigned',
  'rectifying',
  'rectified',
  'verified',
  'closed',
] as const
export type HazardStatus = (typeof HAZARD_STATUSES)[number]

/** From what a hazard came to be known. */
export const HAZARD_SOURCES = [
  /** An occurrence of an alarm, by priority, class or how long it lasted. */
  'alarm',
  /** An alarm that came again and again. */
  'repeated-alarm',
  /** An alarm that was shelved or suppressed for long. */
  'bypass',
  /** An alarm or sensor that is out of service. */
  'out-of-service',
  /** A sensor that is silent or cannot be trusted. */
  'sensor-fault',
  'overdue-test',
  'inspection',
  'public-report',
  'manual',
] as const
export type HazardSource = (typeof HAZARD_SOURCES)[number]

/** What is wrong (Order 16, article 3): a state of things, what people do, or how the place is run. */
export const HAZARD_KINDS = ['condition', 'behaviour', 'management'] as const
export type HazardKind = (typeof HAZARD_KINDS)[number]

/** General: small, to be put right at once. Major: it takes a shutdown and time, or others to put it right (Order 16). */
export const HAZARD_GRADES = ['general', 'major'] as const
export type HazardGrade = (typeof HAZARD_GRADES)[number]

/** How risk is figured out: likelihood x severity; or likelihood x exposure x consequence. */
export const RISK_METHODS = ['LS', 'LEC'] as const
export type RiskMethod = (typeof RISK_METHODS)[number]

/** From the least to the greatest. */
export const RISK_COLOURS = ['blue', 'yellow', 'orange', 'red'] as const
export type RiskColour = (typeof RISK_COLOURS)[number]

/** What entries of the register are about; each is numbered by itself. */
export const SUBJECTS = [
  'hazard',
  'inspection',
  'report',
  'incident',
  'stock',
  'export',
  'calibration',
  'inhibit',
] as const
export type Subject = (typeof SUBJECTS)[number]

/** What people do with a hazard. docs/hazards.md has the table of who may do what, and from where to where. */
export const HAZARD_ACTIONS = [
  'register',
  'assess',
  'assign',
  'approve-plan',
  'start',
  'request-extension',
  'approve-extension',
  'refuse-extension',
  'rectify',
  'verify',
  'reject',
  'close',
  'reopen',
  'supervise',
  'end-supervision',
  'comment',
] as const
export type HazardAction = (typeof HAZARD_ACTIONS)[number]

/** The least role of each. Who else may not do it, because they did what it judges, is in the lifecycle. */
export const HAZARD_ROLES = {
  register: 'operator',
  assess: 'engineer',
  assign: 'engineer',
  'approve-plan': 'engineer',
  start: 'operator',
  'request-extension': 'operator',
  'approve-extension': 'engineer',
  'refuse-extension': 'engineer',
  rectify: 'operator',
  verify: 'operator',
  reject: 'operator',
  close: 'engineer',
  reopen: 'engineer',
  supervise: 'admin',
  'end-supervision': 'admin',
  comment: 'operator',
} as const satisfies Record<HazardAction, Role>

/** What happens to a hazard besides what people do. */
export const HAZARD_EVENTS = [...HAZARD_ACTIONS, 'found', 'alarm-attached', 'attachment'] as const
export type HazardEvent = (typeof HAZARD_EVENTS)[number]

/** What an alarm has to do before a rule makes a hazard of it. */
export const RULE_TRIGGERS = [
  'raised',
  'repeated',
  'lasting',
  'bypassed',
  'out-of-service',
  'test-overdue',
] as const
export type RuleTrigger = (typeof RULE_TRIGGERS)[number]

/** The levels of the region tree, from the widest. */
export const REGION_LEVELS = ['city', 'county', 'town', 'grid'] as const
export type RegionLevel = (typeof REGION_LEVELS)[number]

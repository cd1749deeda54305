/** What a round is for. docs/inspections.md has where the frequencies come from. */
export const INSPECTION_KINDS = ['patrol', 'operations', 'technical', 'company', 'other'] as const
export type InspectionKind = (typeof INSPECTION_KINDS)[number]

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/**
 * The longest time between two rounds: a patrol every hour, that of who is responsible for operations every week, for
 * technology every quarter, the whole company twice a year. Quarters and half-years as long as they come.
 */
export const LONGEST_EVERY_MS = {
  patrol: HOUR_MS,
  operations: 7 * DAY_MS,
  technical: 92 * DAY_MS,
  company: 184 * DAY_MS,
  other: Number.POSITIVE_INFINITY,
} as const satisfies Record<InspectionKind, number>

/** The three people that a major-hazard source has by name. */
export const POSTS = ['overall', 'technical', 'operations'] as const
export type Post = (typeof POSTS)[number]

/** The rounds that are the work of each. */
export const KIND_OF_POST = {
  overall: 'company',
  technical: 'technical',
  operations: 'operations',
} as const satisfies Record<Post, InspectionKind>

/** An appointment of the three is for so long. */
export const APPOINTED_YEARS = 3

export const SOURCE_KINDS = ['production', 'storage'] as const
export type SourceKind = (typeof SOURCE_KINDS)[number]

export const ROUND_STATES = ['running', 'finished', 'abandoned'] as const
export type RoundState = (typeof ROUND_STATES)[number]

export const ANSWER_RESULTS = ['ok', 'finding', 'not-applicable'] as const
export type AnswerResult = (typeof ANSWER_RESULTS)[number]

/** How a plan stands: not due yet, to be done now, later than its grace allows, or being done. */
export const DUE_STATES = ['done', 'due', 'overdue', 'running'] as const
export type DueState = (typeof DUE_STATES)[number]

/** How the appointment of a source's people stands. Unknown: the facility file does not say since when. */
export const APPOINTMENT_STATES = ['valid', 'ending', 'over', 'unknown'] as const
export type AppointmentState = (typeof APPOINTMENT_STATES)[number]

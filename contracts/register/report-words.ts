import type { Role } from '../roles.ts'

/** Where a public report stands. docs/public-reports.md has the table. */
export const REPORT_STATES = [
  'received',
  'under-review',
  /** It became a hazard, or belongs to one. */
  'accepted',
  /** It was looked at on the spot, and it is so. */
  'verified',
  'declined',
  /** Another report has said it before. */
  'duplicate',
  /** Verified, and the reward is paid or there is none. */
  'closed',
] as const
export type ReportState = (typeof REPORT_STATES)[number]

export const REWARD_STATES = ['none', 'proposed', 'approved', 'paid'] as const
export type RewardState = (typeof REWARD_STATES)[number]

/** What people do with a report. */
export const REPORT_ACTIONS = [
  'review',
  'accept',
  'join',
  'decline',
  'duplicate',
  'verify',
  'move',
  'propose-reward',
  'approve-reward',
  'refuse-reward',
  'pay-reward',
  'close',
  'comment',
] as const
export type ReportAction = (typeof REPORT_ACTIONS)[number]

/** The least role of each. */
export const REPORT_ROLES = {
  review: 'engineer',
  accept: 'engineer',
  join: 'engineer',
  decline: 'engineer',
  duplicate: 'engineer',
  verify: 'engineer',
  move: 'admin',
  'propose-reward': 'engineer',
  'approve-reward': 'admin',
  'refuse-reward': 'admin',
  'pay-reward': 'admin',
  close: 'engineer',
  comment: 'engineer',
} as const satisfies Record<ReportAction, Role>

/** What happens to a report besides what people do. */
export const REPORT_EVENTS = [
  ...REPORT_ACTIONS,
  'received',
  'contact-viewed',
  'contact-sealed-anew',
  'contact-deleted',
] as const
export type ReportEvent = (typeof REPORT_EVENTS)[number]

/** What a reporter hears of it, by the receipt. */
export const PUBLIC_STATES = [
  'received',
  'under-review',
  'accepted',
  'verified',
  /** The hazard that came of it is closed. */
  'rectified',
  'declined',
] as const
export type PublicState = (typeof PUBLIC_STATES)[number]

/** Of accidents (State Council Order 493, article 3): fewer than 3, from 3, from 10, from 30 deaths. */
export const ACCIDENT_GRADES = ['general', 'larger', 'major', 'extraordinary'] as const
export type AccidentGrade = (typeof ACCIDENT_GRADES)[number]

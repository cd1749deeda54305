import { CodedError } from '../../../contracts/errors.ts'
import {
  REPORT_ACTIONS,
  REPORT_ROLES,
  REPORT_STATES,
  type ReportAction,
  type ReportState,
  type RewardState,
} from '../../../contracts/register/report-words.ts'
import { isAtLeast, type Role } from '../../../contracts/roles.ts'
import { personKey } from '../../people/person.ts'

/** As far as a report has come. */
export interface ReportStand {
  readonly state: ReportState
  readonly reward: RewardState
  /** Who proposed the reward; null while there is none. */
  readonly rewardBy: string | null
}

export interface ReportActor {
  readonly by: string
  readonly role: Role
}

interface Row {
  readonly from: readonly ReportState[]
  /** Left out: it stays where it is. */
  readonly to?: ReportState
  /** Rewards at which the step begins; left out: any. */
  readonly rewards?: readonly RewardState[]
  readonly reward?: RewardState
}

/** docs/public-reports.md has it in words, and a test compares the two. */
export const REPORT_TABLE: Readonly<Record<ReportAction, Row>> = {
  review: { from: ['received', 'declined', 'duplicate'], to: 'under-review' },
  accept: { from: ['under-review'], to: 'accepted' },
  join: { from: ['under-review'], to: 'accepted' },
  decline: { from: ['under-review', 'accepted'], to: 'declined' },
  duplicate: { from: ['under-review'], to: 'duplicate' },
  verify: { from: ['accepted'], to: 'verified' },
  move: { from: ['received', 'under-review'] },
  'propose-reward': { from: ['verified'], rewards: ['none'], reward: 'proposed' },
  'approve-reward': { from: ['verified'], rewards: ['proposed'], reward: 'approved' },
  'refuse-reward': { from: ['verified'], rewards: ['proposed'], reward: 'none' },
  'pay-reward': { from: ['verified'], rewards: ['approved'], reward: 'paid' },
  close: { from: ['verified'], rewards: ['none', 'paid'], to: 'closed' },
  comment: { from: REPORT_STATES },
}

/** At rest: only a second look takes it up again, and the time of the contact runs. */
export function isAtRest(state: ReportState): boolean {
  return state === 'declined' || state === 'duplicate' || state === 'closed'
}

/** What a step comes to, or why it is refused. */
export function nextStand(
  stand: ReportStand,
  action: ReportAction,
  { by, role }: ReportActor,
): ReportStand | CodedError {
  const { from, to = stand.state, rewards, reward = stand.reward } = REPORT_TABLE[action]
  if (!isAtLeast(role, REPORT_ROLES[action]))
    return new CodedError('REPORT_ROLE_REQUIRED', `${action} takes ${REPORT_ROLES[action]}, ${by} is ${role}`)
  if (!from.includes(stand.state) || rewards?.includes(stand.reward) === false)
    return new CodedError(
      'REPORT_TRANSITION_ILLEGAL',
      `${action}: the report is ${stand.state}, its reward ${stand.reward}`,
    )
  if (action === 'approve-reward' && stand.rewardBy !== null && personKey(stand.rewardBy) === personKey(by))
    return new CodedError('REPORT_SAME_PERSON', `${by} has proposed the reward`)
  const rewardBy = action === 'propose-reward' ? by : reward === 'none' ? null : stand.rewardBy
  return { state: to, reward, rewardBy }
}

/** What somebody may do with it as it stands. */
export function reportActions(stand: ReportStand, actor: ReportActor): ReportAction[] {
  return REPORT_ACTIONS.filter((action) => !(nextStand(stand, action, actor) instanceof CodedError))
}

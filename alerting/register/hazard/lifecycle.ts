import { CodedError } from '../../../contracts/errors.ts'
import { formatIso } from '../../../contracts/iso-time.ts'
import type { RegisterPlan } from '../../../contracts/register/plan.ts'
import {
  HAZARD_ROLES,
  type HazardAction,
  type HazardGrade,
  type HazardKind,
} from '../../../contracts/register/words.ts'
import { isAtLeast, type Role } from '../../../contracts/roles.ts'
import { personKey } from '../../people/person.ts'
import type { Hazard } from './hazard.ts'
import { assessRisk, majorRule } from './risk.ts'
import { type Barred, HAZARD_TRANSITIONS, type HazardField } from './transitions.ts'

/** What a person puts in with an action. Times in epoch ms. */
export interface HazardInput {
  readonly action: HazardAction
  readonly area?: string
  readonly kind?: HazardKind
  readonly grade?: HazardGrade
  readonly needsShutdown?: boolean
  readonly likelihood?: number
  readonly exposure?: number
  readonly consequence?: number
  readonly measures?: string
  readonly responsible?: string
  readonly funds?: number
  readonly deadline?: number
  readonly contingency?: string
  readonly leader?: string
  readonly plan?: string
  readonly until?: number
  readonly reason?: string
  readonly evidence?: string
  readonly authority?: string
  readonly comment?: string
}

export interface Acting {
  readonly by: string
  readonly role: Role
  /** Epoch ms. */
  readonly now: number
  readonly plan: RegisterPlan
  /** What it came of stands in alarm, or is set aside still. */
  readonly isCauseStanding: boolean
}

/**
 * One step of the closed loop: the hazard afterwards, its version and number of a successor left to the caller.
 * @throws CodedError HAZARD_* when the step is not for this hazard, this person or this input; nothing has changed then
 */
export function act(hazard: Hazard, input: HazardInput, acting: Acting): Hazard {
  const { action } = input
  refuse(hazard, input, acting)
  const { to } = HAZARD_TRANSITIONS[action]
  const next = { ...hazard, status: to === 'same' ? hazard.status : to, updated: acting.now }
  return EFFECTS[action]?.(next, input, acting) ?? next
}

/** What somebody may do with a hazard as it stands; what they would have to put in is not looked at. */
export function actionsOf(hazard: Hazard, acting: Acting): HazardAction[] {
  const actions = Object.keys(HAZARD_TRANSITIONS) as HazardAction[]
  return actions.filter((action) => {
    try {
      refuseAction(hazard, action, acting)
      return true
    } catch (error) {
      if (error instanceof CodedError) return false
      throw error
    }
  })
}

function refuse(hazard: Hazard, input: HazardInput, acting: Acting): void {
  const { action } = input
  refuseAction(hazard, action, acting)
  const { needs, takes } = HAZARD_TRANSITIONS[action]
  const given = (Object.keys(input) as (keyof HazardInput)[]).filter(
    (key): key is HazardField => key !== 'action' && key !== 'comment' && input[key] !== undefined,
  )
  for (const field of given)
    if (!needs.includes(field) && !takes.includes(field))
      throw new CodedError('REQUEST_INVALID', `${action} takes no ${field}`)
  for (const field of needs)
    if (isMissing(input[field])) throw new CodedError('HAZARD_INCOMPLETE', `${action} needs ${field}`)
  if (action === 'comment' && isMissing(input.comment))
    throw new CodedError('HAZARD_INCOMPLETE', 'comment needs comment')
}

function isMissing(value: string | number | boolean | undefined): boolean {
  return value === undefined || (typeof value === 'string' && value.trim() === '')
}

/** All that does not hang on what is put in. */
function refuseAction(hazard: Hazard, action: HazardAction, acting: Acting): void {
  const { from, not, isOwn = false, isMajor = false } = HAZARD_TRANSITIONS[action]
  const { status, grade, plan, extension, supervised } = hazard
  if (!from.includes(status))
    throw new CodedError('HAZARD_TRANSITION_ILLEGAL', `${action} is not possible while it is ${status}`)
  if (isMajor && grade !== 'major')
    throw new CodedError('HAZARD_TRANSITION_ILLEGAL', `${action} is for major hazards`)
  refuseRole(hazard, action, acting)
  if (isOwn && !isOwner(hazard, acting))
    throw new CodedError('HAZARD_NOT_YOURS', `${hazard.responsible ?? 'nobody yet'} is responsible`)
  for (const barred of not) {
    const who = barredPerson(hazard, barred)
    if (who !== null && isSame(who, acting.by))
      throw new CodedError('HAZARD_SAME_PERSON', `${acting.by} is the ${WHO[barred]}`)
  }
  const illegal = (why: string) => new CodedError('HAZARD_TRANSITION_ILLEGAL', why)
  switch (action) {
    case 'approve-plan':
      if (plan === null) throw new CodedError('HAZARD_PLAN_UNAPPROVED', 'it has no plan yet')
      if (plan.approved !== null) throw illegal('its plan is approved already')
      break
    case 'start':
      if (grade === 'major' && (hazard.leader === null || plan?.approved == null))
        throw new CodedError('HAZARD_PLAN_UNAPPROVED', 'a major hazard is not put right without them')
      break
    case 'approve-extension':
    case 'refuse-extension':
      if (extension === null) throw illegal('nobody has asked for more time')
      break
    case 'request-extension':
      if (extension !== null) throw illegal('more time has been asked for already')
      break
    case 'close':
      if (acting.isCauseStanding)
        throw new CodedError('HAZARD_CAUSE_STANDS', hazard.alarm ?? hazard.cause ?? 'its cause')
      if (supervised !== null) throw new CodedError('HAZARD_SUPERVISED', supervised.authority)
      break
    case 'reopen':
      if (hazard.reopenedAs !== null) throw illegal(`it came again as ${hazard.reopenedAs} already`)
      break
    case 'supervise':
      if (supervised !== null) throw illegal('it is listed already')
      break
    case 'end-supervision':
      if (supervised === null) throw illegal('it is not listed')
      break
    default:
  }
}

/** Major hazards are verified by an engineer. */
function refuseRole({ grade }: Hazard, action: HazardAction, { role, by }: Acting): void {
  const needed = action === 'verify' && grade === 'major' ? 'engineer' : HAZARD_ROLES[action]
  if (!isAtLeast(role, needed))
    throw new CodedError('HAZARD_ROLE_REQUIRED', `${action} takes ${needed}, ${by} is ${role}`)
}

const WHO: Readonly<Record<Barred, string>> = {
  responsible: 'responsible person',
  rectifier: 'person who rectified it',
  planner: 'person who made the plan',
  asker: 'person who asked for more time',
}

function barredPerson(hazard: Hazard, barred: Barred): string | null {
  switch (barred) {
    case 'responsible':
      return hazard.responsible
    case 'rectifier':
      return hazard.rectified?.by ?? null
    case 'planner':
      return hazard.plan?.by ?? null
    case 'asker':
      return hazard.extension?.by ?? null
  }
}

function isOwner({ responsible, leader }: Hazard, { by, role }: Acting): boolean {
  return isAtLeast(role, 'engineer') || [responsible, leader].some((who) => who !== null && isSame(who, by))
}

function isSame(one: string, other: string): boolean {
  return personKey(one) === personKey(other)
}

type Effect = (next: Hazard, input: HazardInput, acting: Acting) => Hazard

const EFFECTS: Readonly<Partial<Record<HazardAction, Effect>>> = {
  register: (next, { area = next.area, kind = next.kind }) => ({ ...next, area, kind }),
  assess: assessed,
  assign: assigned,
  'approve-plan': (next, _, { by, now }) => ({
    ...next,
    plan: next.plan && { ...next.plan, approved: { by, time: now } },
  }),
  'request-extension': (next, { until = 0, reason = '' }, { by, now }) => {
    if (until <= Math.max(now, next.deadline ?? 0))
      throw new CodedError('HAZARD_DEADLINE', 'more time ends after the deadline, and in the future')
    return { ...next, extension: { until, reason, by } }
  },
  'approve-extension': (next, _, { now }) => {
    const until = next.extension?.until ?? null
    if (until !== null && until <= now) throw new CodedError('HAZARD_DEADLINE', 'the time asked for is over')
    return { ...next, deadline: until, extension: null }
  },
  'refuse-extension': (next) => ({ ...next, extension: null }),
  rectify: (next, { evidence = '' }, { by, now }) => ({
    ...next,
    evidence,
    extension: null,
    rectified: { by, time: now },
  }),
  verify: (next, _, { by, now }) => ({ ...next, verified: { by, time: now } }),
  reject: (next) => ({ ...next, rectified: null, verified: null }),
  close: (next, _, { by, now }) => ({ ...next, closed: { by, time: now } }),
  supervise: (next, { authority = '' }, { by, now }) => ({
    ...next,
    supervised: { authority, by, since: now },
  }),
  'end-supervision': (next) => ({ ...next, supervised: null }),
}

/** A grade that a rule gives cannot be talked down. What was arranged for it as it was judged before is void. */
function assessed(next: Hazard, input: HazardInput, { plan }: Acting): Hazard {
  const { likelihood = 0, exposure, consequence = 0, kind = next.kind } = input
  const risk = assessRisk(plan.risk, { likelihood, exposure, consequence })
  const needsShutdown = input.needsShutdown ?? next.needsShutdown
  const rule = majorRule(plan.major, { ...next, risk, needsShutdown })
  const grade = rule === undefined ? (input.grade ?? next.grade) : 'major'
  return {
    ...next,
    risk,
    kind,
    needsShutdown,
    grade,
    majorBy: rule?.id ?? null,
    plan: next.plan && { ...next.plan, approved: null },
    extension: null,
  }
}

function assigned(next: Hazard, input: HazardInput, { by, now, plan }: Acting): Hazard {
  const { measures = '', responsible = '', funds = 0, deadline = 0, contingency = '' } = input
  const first = next.assigned ?? now
  // Time that was given once is not given again by assigning it anew: more takes an extension.
  const latest = Math.max(first + plan.deadlineMs[next.grade], next.deadline ?? 0)
  if (deadline <= now) throw new CodedError('HAZARD_DEADLINE', 'the deadline lies in the past')
  if (deadline > latest)
    throw new CodedError(
      'HAZARD_DEADLINE',
      `at the latest ${formatIso(latest, 'UTC')} for a ${next.grade} hazard: more time takes an extension`,
    )
  const isMajor = next.grade === 'major'
  if (isMajor && (isMissing(input.leader) || isMissing(input.plan)))
    throw new CodedError('HAZARD_INCOMPLETE', 'a major hazard needs a leader and a plan')
  const text = input.plan
  return {
    ...next,
    measures,
    responsible,
    funds,
    deadline,
    contingency,
    assigned: first,
    leader: input.leader ?? null,
    plan: text === undefined ? null : { text, by, approved: null },
    extension: null,
  }
}

import { isActive, isSetAside, isUnacknowledged } from '../../contracts/alarm.ts'
import type { AlarmView, JournalItem } from '../../contracts/api.ts'
import type { Policy } from '../../contracts/notify/plan.ts'
import type { NoticeCause } from '../../contracts/notify/words.ts'

/** How far people have been told of an occurrence. Plain data; times in epoch ms of the server. */
export interface Escalation {
  readonly facility: string
  readonly alarm: string
  readonly occurrence: string
  readonly policy: string
  readonly began: number
  /** Number of the journal entry that began it; 0: none did. */
  readonly origin: number
  /** Steps that were taken. */
  readonly steps: number
  /** Repetitions after the last step. */
  readonly rounds: number
  /** When the next step or repetition is; null: none follows. */
  readonly due: number | null
  /** Somebody has acknowledged it, or nobody needs to: no further step. */
  readonly isOver: boolean
  readonly hasReturned: boolean
  /** Who was told, by which channel: they are to hear how it ends. */
  readonly told: readonly Told[]
}

/** `to` is null of a group. */
export interface Told {
  readonly channel: string
  readonly to: string | null
}

/** A step of the escalation that is taken now. */
export interface Taken {
  readonly cause: NoticeCause
  /** Indices into the steps of the policy. */
  readonly steps: readonly number[]
  /** Of the escalation, from 1; 0: none of it. */
  readonly step: number
  readonly round: number
}

/** Names an escalation among those of all facilities. */
export function escalationKey({ facility, occurrence }: Pick<Escalation, 'facility' | 'occurrence'>): string {
  return `${facility} ${occurrence}`
}

/** Somebody is to be told of this alarm as it stands: it is active or latched, nobody has acknowledged it, nobody set it aside. */
export function wantsAttention({ state, late }: Pick<AlarmView, 'state' | 'late'>): boolean {
  return !late && (state === 'UNACK' || state === 'LATCH_UNACK')
}

/** An alarm that nobody needs to acknowledge is told of when it is raised, and once. */
export function isToldOnce({ event, alarm }: Pick<JournalItem, 'event' | 'alarm'>): boolean {
  return event === 'raised' && isActive(alarm.state) && alarm.ack === 'acked'
}

/** `origin` as in {@link Escalation}. */
export function begin(
  alarm: AlarmView & { occurrence: string },
  policy: Policy,
  { now, origin }: { now: number; origin: number },
): Escalation {
  const [first] = policy.steps
  return {
    facility: alarm.facility,
    alarm: alarm.id,
    occurrence: alarm.occurrence,
    policy: policy.id,
    began: now,
    origin,
    steps: 0,
    rounds: 0,
    due: first === undefined ? null : now + first.afterMs,
    isOver: false,
    hasReturned: false,
    told: [],
  }
}

/** Everything that has fallen due, in order. A step that was missed, as by a server that stood still, is taken too. */
export function take(
  before: Escalation,
  policy: Policy,
  now: number,
): { escalation: Escalation; taken: readonly Taken[] } {
  const taken: Taken[] = []
  let escalation = before
  while (escalation.due !== null && escalation.due <= now) {
    const { steps, rounds } = escalation
    if (steps < policy.steps.length) {
      taken.push({ cause: steps === 0 ? 'raised' : 'escalated', steps: [steps], step: steps + 1, round: 0 })
      escalation = scheduled({ ...escalation, steps: steps + 1 }, policy, now)
    } else {
      const all = policy.steps.map((_, index) => index)
      taken.push({ cause: 'repeated', steps: all, step: steps, round: rounds + 1 })
      escalation = scheduled({ ...escalation, rounds: rounds + 1 }, policy, now)
    }
  }
  return { escalation, taken }
}

function scheduled(escalation: Escalation, policy: Policy, now: number): Escalation {
  const next = policy.steps[escalation.steps]
  const repeat = policy.repeatMs === undefined ? null : now + policy.repeatMs
  return { ...escalation, due: next === undefined ? repeat : escalation.began + next.afterMs }
}

/** The last step reached nobody: the next is taken at once, where there is one. */
export function hurried(escalation: Escalation, policy: Policy, now: number): Escalation {
  const isLast = escalation.steps >= policy.steps.length
  return escalation.isOver || isLast ? escalation : { ...escalation, due: now }
}

/**
 * What has happened to the alarm since. `returned`: those who were told that it was raised are to hear that it has
 * returned. Undefined: it is over, and nobody is told any more.
 */
export function follow(
  before: Escalation,
  { event, alarm }: Pick<JournalItem, 'event' | 'alarm'>,
  policy: Policy,
): { escalation: Escalation | undefined; returned: boolean } {
  const isOther = alarm.occurrence !== before.occurrence
  if (isOther || isSetAside(alarm.state) || event === 'closed')
    return { escalation: undefined, returned: false }
  const returned = event === 'returned' && policy.returns && before.steps > 0 && !before.hasReturned
  const hasReturned = before.hasReturned || event === 'returned'
  const isOver = before.isOver || !isUnacknowledged(alarm.state)
  const isDone = isOver && (hasReturned || !policy.returns)
  const due = isOver ? null : before.due
  return { escalation: isDone ? undefined : { ...before, isOver, hasReturned, due }, returned }
}

/** Those are told too from now on. */
export function withTold(escalation: Escalation, more: readonly Told[]): Escalation {
  const known = new Set(escalation.told.map(({ channel, to }) => `${channel} ${to}`))
  const fresh = more.filter(({ channel, to }) => !known.has(`${channel} ${to}`))
  return fresh.length === 0
    ? escalation
    : { ...escalation, told: [...escalation.told, ...fresh.map(({ channel, to }) => ({ channel, to }))] }
}

/** Nobody needs to acknowledge it: what fell due at once was all. Undefined when it is over with that. */
export function toldOnce(escalation: Escalation, policy: Policy): Escalation | undefined {
  return policy.returns && escalation.told.length > 0 ? { ...escalation, isOver: true, due: null } : undefined
}

/** The wall clock was stepped by so many ms: what remained of a wait carries over. */
export function shifted(escalation: Escalation, step: number): Escalation {
  const { began, due } = escalation
  return { ...escalation, began: began + step, due: due === null ? null : due + step }
}

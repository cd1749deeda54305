import { createHash } from 'node:crypto'
import type { AlarmView } from '../../contracts/api.ts'
import { PRIORITIES } from '../../contracts/facility-words.ts'
import type { NoticeCause, NoticeState } from '../../contracts/notify/words.ts'

/** One message about one occurrence, to one receiver by one channel, as it is kept. Times in epoch ms. */
export interface Notice {
  /** Made from what it is about, see {@link noticeId}: what was decided twice is one. */
  readonly id: string
  readonly facility: string
  readonly alarm: string
  /** Such as `GT-101.H#3`. */
  readonly occurrence: string
  readonly cause: NoticeCause
  readonly policy: string
  /** Of the escalation, from 1; 0: none of it. */
  readonly step: number
  readonly duties: readonly string[]
  readonly channel: string
  /** The responder; null: a group. */
  readonly to: string | null
  /** Of a group: responders who are mentioned. */
  readonly mentions: readonly string[]
  /** The alarm as it stood when this was made. */
  readonly view: AlarmView
  readonly created: number
  /** Put together with others that come until then; of life safety never. */
  readonly groupUntil: number
  readonly state: Exclude<NoticeState, 'sending'>
  readonly attempts: number
  readonly sent: number | null
  readonly receipt: string | null
  /** Code and detail of the last attempt that failed. */
  readonly error: string | null
  /** The rule that dropped it, or has it wait. */
  readonly why: string | null
  /** The notice that it was sent with, in one message. */
  readonly together: string | null
  /** Its link was used. */
  readonly answered: { readonly by: string; readonly time: number } | null
}

/** What makes a notice that one and no other. */
export interface NoticeName
  extends Pick<Notice, 'facility' | 'occurrence' | 'cause' | 'policy' | 'step' | 'channel' | 'to'> {
  /** Of repetitions: which. */
  readonly round: number
  /** Of its escalation: one that was set aside and comes back is told again. */
  readonly origin: number
}

/** The same whenever the same is decided again, as after a crash: 132 bits of a hash. */
export function noticeId(name: NoticeName): string {
  const { facility, occurrence, cause, policy, step, round, origin, channel, to } = name
  const text = JSON.stringify([facility, occurrence, cause, policy, step, round, origin, channel, to])
  return createHash('sha256').update(text).digest('base64url').slice(0, 22)
}

/** Negative when `a` is to go first: life safety, then by priority, then as they were made. */
export function byUrgency(a: Notice, b: Notice): number {
  return urgencyOf(b) - urgencyOf(a) || a.created - b.created
}

function urgencyOf({ view }: Notice): number {
  return (view.lifeSafety ? PRIORITIES.length : 0) + PRIORITIES.indexOf(view.priority)
}

/** Nothing becomes of it any more. */
export function isSettled({ state }: Pick<Notice, 'state'>): boolean {
  return state !== 'waiting'
}

import type { AlarmView } from '../api.ts'
import type { Responder } from './plan.ts'
import type { Language, NoticeCause } from './words.ts'

/** What a message says of one alarm: whatever a person needs who knows nothing yet. Plain data. */
export interface MessageFacts {
  /** Of the notice; the same however often it is sent, so that a receiver can tell a repetition. */
  readonly id: string
  readonly cause: NoticeCause
  readonly facility: { readonly id: string; readonly name: string; readonly timezone: string }
  readonly area: string
  /** As it stood when the notice was made. */
  readonly alarm: AlarmView
  /** From the rationalization of the alarm, where it has one. */
  readonly consequence?: string
  readonly action?: string
  /** How long there is to respond, ms. */
  readonly respondWithinMs?: number
  /** Names of the duties that it goes to, and which step of the escalation that is, from 1. */
  readonly duties: readonly string[]
  readonly step: number
  /** Acknowledges by asking who it is; only where one person gets the message. */
  readonly answerUrl?: string
  /** The alarm in the console. */
  readonly alarmUrl?: string
  /** When the notice was made, epoch ms. */
  readonly time: number
}

/** What a program says of itself, where there is no alarm to speak of: in words of the language of who reads it. Plain data. */
export interface SystemNotice {
  readonly facility: MessageFacts['facility']
  /** Whether something is wrong, or is well again. */
  readonly cause: 'raised' | 'returned'
  /** The first line, and all that a locked phone shows. */
  readonly subject: string
  /** In the order of what matters. */
  readonly lines: readonly { readonly label: string; readonly text: string }[]
}

/** One message on its way through a channel. Plain data. */
export interface Delivery {
  /** Of its notice; of several that were put together, of the first. */
  readonly id: string
  /** Of its facility. */
  readonly channel: string
  readonly facility: string
  readonly language: Language
  /** Who it is for: of e-mail, who gets it; of a group, who is mentioned. May be empty for a group. */
  readonly to: readonly Responder[]
  /** At least one, the most urgent first; none with a {@link notice}. */
  readonly facts: readonly MessageFacts[]
  readonly notice?: SystemNotice
  /** Of a life-safety alarm. */
  readonly isUrgent: boolean
  /** Which attempt it is, from 1. */
  readonly attempt: number
}

/** What the other side said when it took a message. */
export interface Receipt {
  /** Such as `250 2.0.0 Ok: queued as 4F2A` or `HTTP 200`; at most 200 characters. */
  readonly text: string
}

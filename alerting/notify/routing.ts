import type { AlarmView } from '../../contracts/api.ts'
import type { NotifyPlan, Responder } from '../../contracts/notify/plan.ts'
import type { NoticeCause } from '../../contracts/notify/words.ts'
import { systemSensorId } from '../system-sensors.ts'
import { type Notice, type NoticeName, noticeId } from './notice.ts'

/** What is to be told, before it is known to whom. */
export interface Telling {
  readonly view: AlarmView
  readonly occurrence: string
  readonly cause: NoticeCause
  readonly policy: { readonly id: string; readonly groupMs: number }
  readonly step: number
  readonly round: number
  /** As in {@link NoticeName}. */
  readonly origin: number
  readonly duties: readonly string[]
  readonly channels: readonly string[]
  /** Only to them, where a channel is for one person. */
  readonly only?: string
}

/** Who is there, and how they are reached. */
export interface Reach {
  readonly plan: Pick<NotifyPlan, 'channels' | 'duties' | 'responders'>
  onDuty(duty: string): readonly Responder[]
}

/**
 * The notices of a step. Of a channel for one person, each who has one of the duties now gets one, though they have two of them;
 * a group gets one, and mentions them. That a channel fails is not told by that channel.
 */
export function route(telling: Telling, reach: Reach, now: number): Notice[] {
  const { view, duties, only } = telling
  const persons = new Map<string, Responder>()
  for (const duty of duties) for (const person of reach.onDuty(duty)) persons.set(person.id, person)
  const chosen = only === undefined ? undefined : reach.plan.responders.get(only)
  const receivers = chosen === undefined ? [...persons.values()] : [chosen]
  return [...new Set(telling.channels)].flatMap((id) => {
    const channel = reach.plan.channels.get(id)
    if (channel === undefined || view.sensor === systemSensorId.channel(id)) return []
    if (channel.kind === 'email')
      return receivers.map((person) => notice(telling, { channel: id, to: person.id }, now))
    return [notice(telling, { channel: id, to: null, mentions: [...persons.keys()] }, now)]
  })
}

/** Those who were told that it was raised hear that it has returned, whoever has the duty by now. */
export function routeReturn(
  telling: Omit<Telling, 'channels' | 'only'>,
  told: readonly { readonly channel: string; readonly to: string | null }[],
  now: number,
): Notice[] {
  return told.map(({ channel, to }) => notice({ ...telling, channels: [] }, { channel, to }, now))
}

function notice(
  telling: Telling,
  { channel, to, mentions = [] }: { channel: string; to: string | null; mentions?: string[] },
  now: number,
): Notice {
  const { view, occurrence, cause, policy, step, round, origin, duties } = telling
  const isApart = view.lifeSafety || cause === 'test'
  return {
    id: noticeId({
      facility: view.facility,
      occurrence,
      cause,
      policy: policy.id,
      step,
      round,
      origin,
      channel,
      to,
    } satisfies NoticeName),
    facility: view.facility,
    alarm: view.id,
    occurrence,
    cause,
    policy: policy.id,
    step,
    duties,
    channel,
    to,
    mentions,
    view,
    created: now,
    groupUntil: isApart ? now : now + policy.groupMs,
    state: 'waiting',
    attempts: 0,
    sent: null,
    receipt: null,
    error: null,
    why: null,
    together: null,
    answered: null,
  }
}

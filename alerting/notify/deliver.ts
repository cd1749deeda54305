import { CodedError } from '../../contracts/errors.ts'
import type { Delivery, Receipt } from '../../contracts/notify/message.ts'
import type { Channel } from '../../contracts/notify/plan.ts'
import type { AnswerLinks } from './answer-link.ts'
import type { Sender } from './channels/sender.ts'
import { factsOf } from './facts.ts'
import type { Notice } from './notice.ts'
import type { NotifiedPlace } from './notified-place.ts'

/** A thread that hangs counts as a channel that does, so long after the channel should have given up, ms. */
const GRACE_MS = 5_000

interface DeliverySources {
  place: NotifiedPlace | undefined
  channel: Channel
  links: AnswerLinks
  sender: Pick<Sender, 'send'>
  attempt: number
}

/** One attempt to send notices in one message. @throws CodedError CHANNEL_* or RECEIVER_UNREACHED */
export async function deliver(notices: readonly Notice[], sources: DeliverySources): Promise<Receipt> {
  const { channel, sender } = sources
  const sending = sender.send(deliveryOf(notices, sources))
  const { promise, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(
    () => reject(new CodedError('CHANNEL_TIMEOUT', 'nothing is heard of the message')),
    channel.timeoutMs + GRACE_MS,
  )
  try {
    return await Promise.race([sending, promise])
  } finally {
    clearTimeout(timer)
    sending.catch(() => undefined) // Its failure may come when nobody waits for it any more.
  }
}

function deliveryOf(
  notices: readonly Notice[],
  { place, channel, links, attempt }: DeliverySources,
): Delivery {
  const [first] = notices
  if (first === undefined || place === undefined)
    throw new CodedError('CHANNEL_REFUSED', 'the facility is served no more')
  const { facility, alarms } = place
  const { responders } = facility.notify
  const person = first.to === null ? undefined : responders.get(first.to)
  if (first.to !== null && person === undefined)
    throw new CodedError('RECEIVER_UNREACHED', `"${first.to}" is no responder any more`)
  const mentioned = [...new Set(notices.flatMap(({ mentions }) => mentions))]
  return {
    id: first.id,
    facility: facility.id,
    channel: channel.id,
    language: person?.language ?? channel.language,
    to: person === undefined ? mentioned.flatMap((id) => responders.get(id) ?? []) : [person],
    facts: notices.map((notice) => factsOf(notice, { facility, config: alarms.config(notice.alarm), links })),
    isUrgent: notices.some(({ view }) => view.lifeSafety),
    attempt,
  }
}

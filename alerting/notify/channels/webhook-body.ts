import { CodedError } from '../../../contracts/errors.ts'
import type { Delivery, SystemNotice } from '../../../contracts/notify/message.ts'
import { WEBHOOK_VERSION, type WebhookBody } from '../../../contracts/notify/webhook.ts'
import type { WebhookFormat } from '../../../contracts/notify/words.ts'
import { dingtalkBody } from './dingtalk-body.ts'
import { FULL_ROOM, messageText } from './message-text.ts'
import { slackBody } from './slack-body.ts'
import { teamsBody } from './teams-body.ts'
import { wecomBody } from './wecom-body.ts'

/** What is sent as the JSON of each format. */
const BODIES: Readonly<Record<WebhookFormat, (delivery: Delivery) => object>> = {
  davylamp: davylampBody,
  wecom: wecomBody,
  dingtalk: dingtalkBody,
  slack: slackBody,
  teams: teamsBody,
}

/** The body of a request, JSON. @throws CodedError INTERNAL of a delivery that is about nothing */
export function webhookBody(format: WebhookFormat, delivery: Delivery): string {
  return JSON.stringify(BODIES[format](delivery))
}

/** Our own: everything as it is known, for a program. @throws CodedError INTERNAL of a delivery that is about nothing */
export function davylampBody(delivery: Delivery): WebhookBody {
  const { id, attempt, isUrgent, channel, language, facts, notice } = delivery
  const [first] = facts
  if (notice !== undefined) return noticeBody(delivery, notice)
  if (first === undefined) throw new CodedError('INTERNAL', `${id}: a message about nothing`)
  return {
    version: WEBHOOK_VERSION,
    id,
    attempt,
    cause: first.cause,
    priority: first.alarm.priority,
    urgent: isUrgent,
    facility: first.facility,
    channel,
    language,
    subject: messageText(delivery).subject,
    duties: [...new Set(facts.flatMap(({ duties }) => duties))],
    to: delivery.to.map(({ id, name }) => ({ id, name })),
    alarms: facts.slice(0, FULL_ROOM.entries),
    more: Math.max(0, facts.length - FULL_ROOM.entries),
  }
}

function noticeBody(delivery: Delivery, { cause, facility, lines }: SystemNotice): WebhookBody {
  const { id, attempt, isUrgent, channel, language } = delivery
  return {
    version: WEBHOOK_VERSION,
    id,
    attempt,
    cause,
    priority: 'critical',
    urgent: isUrgent,
    facility,
    channel,
    language,
    subject: messageText(delivery).subject,
    duties: [],
    to: delivery.to.map(({ id: person, name }) => ({ id: person, name })),
    alarms: [],
    more: 0,
    notice: { lines },
  }
}

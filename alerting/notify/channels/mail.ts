import { createHash } from 'node:crypto'
import MailComposer from 'nodemailer/lib/mail-composer'
import type { Delivery } from '../../../contracts/notify/message.ts'
import type { Responder } from '../../../contracts/notify/plan.ts'
import { NOTICE_HEADER } from '../../../contracts/notify/signature.ts'
import { clipped, oneLine } from './clean.ts'
import { htmlBody, plainBody } from './mail-body.ts'
import { messageText } from './message-text.ts'

/** A message as SMTP carries it. */
export interface Mail {
  readonly from: string
  /** Addresses. */
  readonly to: readonly string[]
  readonly data: Buffer
}

/** A message to everybody who has an address; `now` is epoch ms. Nothing in it can begin a header of its own. */
export async function composeMail(delivery: Delivery, from: string, now: number): Promise<Mail> {
  const text = messageText(delivery)
  const receivers = withAddress(delivery.to)
  const composer = new MailComposer({
    from: oneLine(from),
    to: receivers.map(({ name, email }) => ({ name: clipped(oneLine(name), 100), address: email })),
    subject: text.subject,
    text: plainBody(text, delivery.language),
    html: htmlBody(text, delivery.language),
    date: new Date(now),
    messageId: messageId(delivery.id, from),
    headers: {
      ...(delivery.isUrgent
        ? { 'X-Priority': '1 (Highest)', 'X-MSMail-Priority': 'High', Importance: 'High' }
        : {}),
      'Auto-Submitted': 'auto-generated',
      // Nobody who is away answers an alarm.
      'X-Auto-Response-Suppress': 'All',
      [NOTICE_HEADER]: oneLine(delivery.id),
    },
    // A text is a text, whatever stands in it.
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  const message = composer.compile()
  const envelope = message.getEnvelope()
  return { from: envelope.from === false ? '' : envelope.from, to: envelope.to, data: await message.build() }
}

export function withAddress(to: readonly Responder[]): (Responder & { email: string })[] {
  return to.flatMap((person) => (person.email === undefined ? [] : [{ ...person, email: person.email }]))
}

/** Made of the id alone, so that a mail program can tell a repetition. */
export function messageId(id: string, from: string): string {
  const host = /@([\w.-]+)/.exec(from)?.[1] ?? 'davylamp.invalid'
  const left =
    /^[\w-]+(\.[\w-]+)*$/.test(id) && id.length <= 120 ? id : createHash('sha256').update(id).digest('hex')
  return `<${left}@${host}>`
}

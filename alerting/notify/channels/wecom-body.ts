import type { Delivery } from '../../../contracts/notify/message.ts'
import { markdownLines } from './chat-markdown.ts'
import { bytesOf } from './clean.ts'
import { fitting } from './fitting.ts'
import { plainBody } from './mail-body.ts'
import { mobilesOf } from './mobiles.ts'

/** Bytes of the content that a group robot takes. */
export const MOST_WECOM_MARKDOWN = 4_096
export const MOST_WECOM_TEXT = 2_048

/**
 * A message for a group robot of WeCom. It mentions people by their mobile numbers in plain text only, and a mention is
 * what sounds on a phone at night: so who is named gets plain text, and a group gets markdown.
 */
export function wecomBody(delivery: Delivery): object {
  const { language } = delivery
  const mobiles = mobilesOf(delivery.to)
  if (mobiles.length === 0) {
    const content = fitting(
      delivery,
      (text) => markdownLines(text, language).join('\n'),
      (rendered) => bytesOf(rendered) <= MOST_WECOM_MARKDOWN,
    )
    return { msgtype: 'markdown', markdown: { content } }
  }
  const content = fitting(
    delivery,
    (text) => `${text.subject}\n${plainBody(text, language)}`.trimEnd(),
    (rendered) => bytesOf(rendered) <= MOST_WECOM_TEXT,
  )
  return { msgtype: 'text', text: { content, mentioned_mobile_list: mobiles } }
}

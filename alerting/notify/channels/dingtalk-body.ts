import { createHmac } from 'node:crypto'
import type { Delivery } from '../../../contracts/notify/message.ts'
import { markdownLines } from './chat-markdown.ts'
import { bytesOf } from './clean.ts'
import { fitting } from './fitting.ts'
import { messageText } from './message-text.ts'
import { mobilesOf } from './mobiles.ts'

/** Bytes; less than what is said to be refused. */
export const MOST_DINGTALK = 15_000

/** A message for a custom robot of DingTalk. A number has to stand in the text too for its owner to be mentioned. */
export function dingtalkBody(delivery: Delivery): object {
  const mobiles = mobilesOf(delivery.to)
  const mentions = mobiles.map((mobile) => `@${mobile}`).join(' ')
  const text = fitting(
    delivery,
    (message) =>
      [...markdownLines(message, delivery.language), ...(mentions === '' ? [] : [mentions])].join('\n\n'),
    (rendered) => bytesOf(rendered) <= MOST_DINGTALK,
  )
  return {
    msgtype: 'markdown',
    markdown: { title: messageText(delivery).subject, text },
    at: { atMobiles: mobiles, isAtAll: false },
  }
}

/** The URL with time and sign, as a robot with a secret wants it. `at` is epoch ms. */
export function dingtalkUrl(url: URL, secret: string, at: number): URL {
  const signed = new URL(url)
  const sign = createHmac('sha256', secret).update(`${at}\n${secret}`).digest('base64')
  signed.searchParams.set('timestamp', String(at))
  signed.searchParams.set('sign', sign)
  return signed
}

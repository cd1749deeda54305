import type { Delivery } from '../../../contracts/notify/message.ts'
import { clipped } from './clean.ts'
import { fitting } from './fitting.ts'
import type { MessageText } from './message-text.ts'
import { sayer } from './words.ts'

/** Characters of a section and of a header. */
export const MOST_SLACK_SECTION = 3_000
export const MOST_SLACK_HEADER = 150
/** All characters of the blocks; messages are refused from about 13,000. */
export const MOST_SLACK = 12_000
export const MOST_SLACK_BLOCKS = 50

interface Text {
  readonly type: string
  readonly text: string
  readonly emoji?: boolean
}

interface SlackBody {
  readonly text: string
  readonly blocks: readonly { readonly type: string; readonly text: Text }[]
}

/** A message for an incoming webhook of Slack: the text for where there are no blocks, such as on a locked phone. */
export function slackBody(delivery: Delivery): SlackBody {
  return fitting(delivery, (text) => rendered(text, delivery), isFit)
}

function rendered(text: MessageText, { language }: Delivery): SlackBody {
  const colon = sayer(language)('colon')
  const line = ({ label, text: said }: { label: string; text: string }) =>
    `*${label}*${colon}${escaped(said)}`
  const isList = text.entries.length > 1
  const sections = text.entries.map(({ title, lines, links }, index) => {
    const [only] = links
    if (isList) return `${index + 1}. ${only === undefined ? escaped(title) : link(only.url, title)}`
    return [...lines.map(line), ...links.map(({ label, url }) => `*${link(url, label)}*`)].join('\n')
  })
  const bodies = [
    ...(text.intro === undefined ? [] : [escaped(text.intro)]),
    // A list is one section, since there are at most 50 of them.
    ...(isList ? chunks(sections) : sections),
    ...(text.rest === undefined ? [] : [escaped(text.rest)]),
    text.closing.map(line).join('\n'),
  ].filter((body) => body !== '')
  return {
    text: escaped(text.subject),
    blocks: [
      // Without emoji, :bell: in a name stays what it is.
      {
        type: 'header',
        text: {
          type: 'plain_text',
          text: clipped(text.subject, MOST_SLACK_HEADER / 2),
          emoji: false,
        } as const,
      },
      ...bodies.map((body) => ({ type: 'section', text: { type: 'mrkdwn', text: body } })),
    ],
  }
}

/** Lines put together into as few sections as hold them. */
function chunks(lines: readonly string[]): string[] {
  const sections: string[] = []
  for (const line of lines) {
    const last = sections.at(-1)
    if (last !== undefined && last.length + line.length + 1 <= MOST_SLACK_SECTION)
      sections[sections.length - 1] = `${last}\n${line}`
    else sections.push(line)
  }
  return sections
}

function isFit({ blocks }: SlackBody): boolean {
  const lengths = blocks.map(({ text }) => text.text.length)
  return (
    blocks.length <= MOST_SLACK_BLOCKS &&
    lengths.every((length) => length <= MOST_SLACK_SECTION) &&
    lengths.reduce((sum, length) => sum + length, 0) <= MOST_SLACK
  )
}

function link(url: string, label: string): string {
  return `<${escaped(url)}|${escaped(label).replaceAll('|', '¦')}>`
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

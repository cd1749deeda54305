import type { Delivery } from '../../../contracts/notify/message.ts'
import { bytesOf } from './clean.ts'
import { fitting } from './fitting.ts'
import type { MessageText } from './message-text.ts'
import { sayer } from './words.ts'

/** Bytes of the whole; Teams refuses from about 28,000. */
export const MOST_TEAMS = 26_000

/** A message for a webhook of Teams Workflows: an Adaptive Card, attached to a message. */
export function teamsBody(delivery: Delivery): object {
  return fitting(
    delivery,
    (text) => ({
      type: 'message',
      attachments: [
        {
          contentType: 'application/vnd.microsoft.card.adaptive',
          contentUrl: null,
          content: card(text, delivery),
        },
      ],
    }),
    (rendered) => bytesOf(JSON.stringify(rendered)) <= MOST_TEAMS,
  )
}

/** Runs of a RichTextBlock are shown as they are, whereas a TextBlock takes its text for markdown. */
function card(text: MessageText, { language }: Delivery): object {
  const colon = sayer(language)('colon')
  const isList = text.entries.length > 1
  const line = ({ label, text: said }: { label: string; text: string }) =>
    block([run(`${label}${colon}`, { weight: 'Bolder' }), run(said)])
  return {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.4',
    msteams: { width: 'Full' },
    fallbackText: text.subject,
    body: [
      block([run(text.subject, { weight: 'Bolder', size: 'Large' })]),
      ...(text.intro === undefined ? [] : [block([run(text.intro)])]),
      ...text.entries.flatMap(({ title, lines, links }, index) => {
        const [only] = links
        return isList
          ? [
              block([
                run(`${index + 1}. `),
                run(title, only === undefined ? {} : { selectAction: opens(only) }),
              ]),
            ]
          : lines.map(line)
      }),
      ...(text.rest === undefined ? [] : [block([run(text.rest)])]),
      ...text.closing.map(line),
    ],
    actions: isList ? [] : text.entries.flatMap(({ links }) => links.map(opens)),
  }
}

function block(inlines: readonly object[]): object {
  return { type: 'RichTextBlock', inlines }
}

function run(text: string, looks: object = {}): object {
  return { type: 'TextRun', text, ...looks }
}

function opens({ label, url }: { label: string; url: string }): object {
  return { type: 'Action.OpenUrl', title: label, url }
}

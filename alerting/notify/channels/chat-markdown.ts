import type { Language } from '../../../contracts/notify/words.ts'
import type { MessageText } from './message-text.ts'
import { sayer } from './words.ts'

/** Signs of markdown and HTML, and others that read the same and mean nothing. Key: sign. */
const LOOKALIKES: Readonly<Record<string, string>> = {
  '<': '＜',
  '>': '＞',
  '[': '［',
  ']': '］',
  '*': '＊',
  '`': '‘',
  '#': '＃',
  '@': '＠',
  '!': '！',
  '~': '～',
  '\\': '＼',
}

/** A name as markdown of services that document no way to escape; a name can then neither be a link nor mention anybody. */
export function harmless(text: string): string {
  return text.replaceAll(/[<>[\]*`#@!~\\]/g, (sign) => LOOKALIKES[sign] ?? sign)
}

/** The lines of a message in the markdown that WeCom and DingTalk have in common. */
export function markdownLines(text: MessageText, language: Language): string[] {
  const colon = sayer(language)('colon')
  const line = ({ label, text: said }: { label: string; text: string }) => `${label}${colon}${harmless(said)}`
  const isList = text.entries.length > 1
  return [
    `**${harmless(text.subject)}**`,
    ...(text.intro === undefined ? [] : [harmless(text.intro)]),
    ...text.entries.flatMap(({ title, lines, links }, index) => {
      const [only] = links
      if (isList)
        return [`${index + 1}. ${only === undefined ? harmless(title) : `[${harmless(title)}](${only.url})`}`]
      return [...lines.map(line), ...links.map(({ label, url }) => `[${label}](${url})`)]
    }),
    ...(text.rest === undefined ? [] : [harmless(text.rest)]),
    ...text.closing.map(line),
  ]
}

import type { NoticeEntry, NoticeView } from '../../../contracts/notify/api.ts'
import { NOTICE_RULES } from '../../../contracts/notify/words.ts'
import type { Words } from './language.ts'
import { NOTICE_CAUSE_TEXTS, NOTICE_RULE_TEXTS, NOTICE_SIGNS, NOTICE_STATE_TEXTS } from './texts.ts'

/** A failure as the API words it: a code, and what the other side said. */
export interface ChannelError {
  /** Undefined when it begins with none. */
  code: string | undefined
  detail: string
}

export function channelError(text: string): ChannelError {
  const found = /^([A-Z][A-Z_]+[A-Z])\b:?\s*(.*)$/s.exec(text)
  return { code: found?.[1], detail: found === null ? text : (found[2] ?? '') }
}

/** Why it was told, and at which step of the escalation. */
export function causeText({ cause, step }: Pick<NoticeView, 'cause' | 'step'>, words: Words): string {
  const said = words.of(NOTICE_CAUSE_TEXTS[cause])
  return step === 0 ? said : `${said} · ${words.text('noticeStep', { step })}`
}

/** Shape and word of what became of it. */
export function stateText(state: NoticeView['state'], words: Words): string {
  return `${NOTICE_SIGNS[state]} ${words.of(NOTICE_STATE_TEXTS[state])}`
}

/** Why it was not sent, or waits: in words where it is a rule of ours. */
export function ruleText(why: string, words: Words): string {
  const rule = NOTICE_RULES.find((known) => known === why)
  return rule === undefined ? why : words.of(NOTICE_RULE_TEXTS[rule])
}

/** Whom an entry of the journal says was told, one line for each. */
export function toldTexts({ told }: Pick<NoticeEntry, 'told'>, words: Words): string[] {
  return told.map(({ channel, to, state, receipt }) => {
    const whom = words.text('toldBy', { to: to ?? words.text('aGroup'), channel })
    const said = receipt === null || receipt === '' ? '' : ` (${ruleText(receipt, words)})`
    return `${whom}: ${stateText(state, words)}${said}`
  })
}

const MINUTE = 60_000

/** How long a leg took: to the millisecond below a second, to a tenth below a minute. */
export function latencyText(ms: number | null, words: Words): string {
  if (ms === null) return '–'
  if (ms < 1_000) return words.text('roundTrip', { ms: Math.round(ms) })
  if (ms < MINUTE) return words.text('ageSeconds', { n: Math.round(ms / 100) / 10 })
  const seconds = Math.round(ms / 1_000)
  if (seconds < 3_600)
    return words.text('ageMinutesSeconds', {
      n: Math.floor(seconds / 60),
      s: String(seconds % 60).padStart(2, '0'),
    })
  return words.text('ageHours', {
    n: Math.floor(seconds / 3_600),
    m: String(Math.floor((seconds % 3_600) / 60)).padStart(2, '0'),
  })
}

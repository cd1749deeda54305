import type { Priority } from '../../../contracts/facility-words.ts'
import type { Language } from '../../../contracts/notify/words.ts'
import type { Quality, REASONS } from '../../../contracts/quality.ts'
import { REASON_TEXTS } from '../../../contracts/reason-texts.ts'

/** `{name}` is filled in. The Chinese words are those of the console. */
type Entry = Readonly<Record<Language, string>>

/** What messages say. */
export const WORDS = {
  colon: { en: ': ', zh: '：' },
  raised: { en: '{priority} ALARM', zh: '{priority}报警' },
  escalated: {
    en: '{priority} ALARM, ESCALATED (step {step})',
    zh: '{priority}报警，未确认已升级（第 {step} 步）',
  },
  repeated: { en: '{priority} ALARM, STILL NOT ACKNOWLEDGED', zh: '{priority}报警，仍未确认' },
  returned: { en: 'RETURNED TO NORMAL ({priority} alarm)', zh: '已恢复正常（{priority}报警）' },
  test: { en: 'TEST, NO ALARM', zh: '测试，并非报警' },
  several: { en: '{count} alarms', zh: '{count} 条报警' },
  severalMessages: { en: '{count} messages', zh: '{count} 条消息' },
  more: { en: 'and {count} more: see the console', zh: '另有 {count} 条：请查看控制台' },
  cutOff: { en: 'There is more: see the console.', zh: '内容未完，请查看控制台。' },
  testHint: {
    en: 'This is a test of the channel. There is no alarm, and nothing is to be done.',
    zh: '这是通道测试。没有报警，无需处置。',
  },
  lifeSafety: { en: 'life safety', zh: '人身安全' },
  facility: { en: 'Facility', zh: '厂区' },
  area: { en: 'Area', zh: '区域' },
  sensor: { en: 'Sensor', zh: '测点' },
  alarm: { en: 'Alarm', zh: '报警' },
  value: { en: 'Value', zh: '数值' },
  limit: { en: 'limit {limit}', zh: '限值 {limit}' },
  message: { en: 'Message', zh: '内容' },
  quality: { en: 'Quality', zh: '数据质量' },
  raisedAt: { en: 'Raised', zh: '触发时间' },
  returnedAt: { en: 'Returned', zh: '恢复时间' },
  sentAt: { en: 'Time', zh: '时间' },
  action: { en: 'What to do now', zh: '立即处置' },
  consequence: { en: 'If nothing is done', zh: '不处置的后果' },
  respond: { en: 'Time to respond', zh: '响应时间' },
  within: { en: 'within {span}', zh: '{span} 内' },
  until: { en: 'within {span}, until {time}', zh: '{span} 内，至 {time}' },
  told: { en: 'Goes to', zh: '通知' },
  forWhom: { en: 'For', zh: '收件人' },
  acknowledge: { en: 'Acknowledge', zh: '确认' },
  open: { en: 'Open in the console', zh: '在控制台中打开' },
  notice: { en: 'Message', zh: '消息编号' },
  seconds: { en: '{n} s', zh: '{n} 秒' },
  minutes: { en: '{n} min', zh: '{n} 分钟' },
  hours: { en: '{n} h', zh: '{n} 小时' },
  isAtLimit: { en: 'alarm at {limit}', zh: '报警值 {limit}' },
  isNotLimit: { en: 'normal: {limit}', zh: '正常值 {limit}' },
  isSilent: { en: 'has not reported', zh: '无更新' },
  isFaulty: { en: 'reading cannot be trusted', zh: '读数不可信' },
  isBeyond: { en: 'alarm without a value', zh: '报警，无数值' },
} as const satisfies Readonly<Record<string, Entry>>

export type Word = keyof typeof WORDS

/** Where a subject begins; HIGH alone would read as a limit. */
export const PRIORITY_WORDS: Readonly<Record<Priority, Entry>> = {
  critical: { en: 'CRITICAL', zh: '紧急' },
  high: { en: 'HIGH PRIORITY', zh: '高优先级' },
  medium: { en: 'MEDIUM PRIORITY', zh: '中优先级' },
  low: { en: 'LOW PRIORITY', zh: '低优先级' },
}

export const QUALITY_WORDS: Readonly<Record<Quality, Entry>> = {
  good: { en: 'good', zh: '良好' },
  uncertain: { en: 'uncertain', zh: '可疑' },
  bad: { en: 'BAD', zh: '坏值' },
}

const EXCEPTION_WORD: Entry = { en: 'exception {n}', zh: '设备异常码 {n}' }

export type Say = (word: Word, values?: Readonly<Record<string, string | number>>) => string

export function sayer(language: Language): Say {
  return (word, values = {}) => filled(WORDS[word][language], values)
}

/** In words where it is one of the table; a gateway one release newer may know others. */
export function reasonWord(reason: string, language: Language): string {
  if (Object.hasOwn(REASON_TEXTS, reason)) return REASON_TEXTS[reason as keyof typeof REASONS][language]
  const exception = /^exception-(\d+)$/.exec(reason)?.[1]
  return exception === undefined ? reason : filled(EXCEPTION_WORD[language], { n: exception })
}

/** In one pass: what is filled in may itself hold braces. */
function filled(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replaceAll(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole))
}

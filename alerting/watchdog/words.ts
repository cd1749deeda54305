import type { Language } from '../../contracts/notify/words.ts'

type Entry = Readonly<Record<Language, string>>

/** What the watchdog says. `{name}` is filled in. */
export const WORDS = {
  broken: {
    en: 'ALARM PATH BROKEN · {plant} · alarms may reach nobody',
    zh: '报警通路中断 · {plant} · 报警可能无人收到',
  },
  still: {
    en: 'ALARM PATH STILL BROKEN · {plant} · alarms may reach nobody',
    zh: '报警通路仍然中断 · {plant} · 报警可能无人收到',
  },
  well: { en: 'ALARM PATH WORKS AGAIN · {plant}', zh: '报警通路已恢复 · {plant}' },
  since: { en: 'Since', zh: '开始时间' },
  until: { en: 'Until', zh: '结束时间' },
  wrong: { en: 'What is wrong', zh: '故障位置' },
  server: { en: 'The server', zh: '服务器' },
  means: { en: 'What it means', zh: '影响' },
  todo: { en: 'What to do now', zh: '立即处置' },
  unread: {
    en: 'No gateway has read the test device at {device} for {within}: its gateway does not run, or does not reach it.',
    zh: '{within} 内没有网关读取 {device} 的测试设备：网关未运行，或无法连接该设备。',
  },
  unheard: {
    en: 'The gateway has read the test value of {sensor}, and no message of its alarm has come within {within}.',
    zh: '网关已读取 {sensor} 的测试值，但 {within} 内未收到其报警消息。',
  },
  unreturned: {
    en: 'The message that the test alarm of {sensor} was raised has come; that it has returned, not within {within}.',
    zh: '已收到 {sensor} 测试报警的触发消息，但 {within} 内未收到恢复消息。',
  },
  ready: {
    en: 'It answers and says that it is ready: look for what holds up readings or messages.',
    zh: '有应答并报告就绪：请检查读数或消息在何处受阻。',
  },
  waiting: { en: 'It answers, and waits for {what}.', zh: '有应答，正在等待 {what}。' },
  unready: { en: 'It answers, and says that it is not ready.', zh: '有应答，但报告尚未就绪。' },
  silent: {
    en: 'It does not answer at {url} ({detail}), as seen from the watchdog.',
    zh: '从看门狗处访问 {url} 无应答（{detail}）。',
  },
  meansBroken: {
    en: 'What sensors report may raise no alarm, and alarms may reach nobody, however calm everything looks.',
    zh: '测点数据可能不再触发报警，报警也可能无人收到，即使画面看似正常。',
  },
  meansWell: {
    en: 'A test alarm went all the way from the device to a message and back.',
    zh: '测试报警已走完从设备到消息的全程并恢复。',
  },
  todoBroken: {
    en: 'Tell the control room, and have the panels of the instruments watched. Then follow the runbook watchdog-late (docs/runbooks/watchdog-late.md).',
    zh: '通知控制室并安排人员值守现场仪表盘，然后按处置手册 watchdog-late（docs/runbooks/watchdog-late.md）处理。',
  },
  todoWell: {
    en: 'Look in the console at what was raised meanwhile: messages of that time may have been late or lost.',
    zh: '请在控制台查看中断期间触发的报警：该时段的消息可能延迟或丢失。',
  },
} as const satisfies Readonly<Record<string, Entry>>

export type Word = keyof typeof WORDS

export function sayIn(language: Language) {
  return (word: Word, values: Readonly<Record<string, string>> = {}): string =>
    WORDS[word][language].replaceAll(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole)
}

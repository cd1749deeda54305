import type { Texts } from './entry.ts'

/** When more alarms come than a person can follow. */
export const FLOOD_TEXTS = {
  flood: { en: 'ALARM FLOOD', zh: '报警泛滥' },
  floodCount: {
    en: '{count} alarms in the last 10 minutes, {peak} at the most',
    zh: '最近 10 分钟 {count} 条报警，最多 {peak} 条',
  },
  floodSince: { en: 'since {time}', zh: '自 {time} 起' },
  floodAdvice: {
    en: 'Life safety first; then what came first of its group.',
    zh: '先处置人身安全报警，再处置组内首发报警。',
  },
  toFloodView: { en: 'Flood view', zh: '泛滥视图' },
  toListView: { en: 'List', zh: '列表' },
  listView: { en: 'How the alarms are shown', zh: '报警显示方式' },
  lifeSafetyFirst: { en: 'Life safety: {count}', zh: '人身安全：{count}' },
  noLifeSafety: { en: 'No life-safety alarm stands.', zh: '没有人身安全报警。' },
  otherAlarms: { en: 'Others, by area: {count}', zh: '其他报警（按区域）：{count}' },
  floodAlarms: { en: 'alarms: {count}', zh: '报警：{count}' },
  floodUnack: { en: 'unacknowledged: {count}', zh: '未确认：{count}' },
  sensorAlarmCount: { en: '{count} alarms', zh: '{count} 条报警' },
} as const satisfies Texts

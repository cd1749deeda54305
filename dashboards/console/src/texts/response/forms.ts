import type { Texts } from '../entry.ts'

/** What more than one of these pages says. */
export const RESPONSE_FORM_TEXTS = {
  whatNow: { en: 'What can be done', zh: '可执行的操作' },
  nothingNow: { en: 'There is nothing for you to do here now.', zh: '当前没有您可执行的操作。' },
  emptyIsNow: { en: 'In the time of the plant. Empty: now.', zh: '以厂区时间为准，留空为当前时间。' },
  whenItWas: { en: 'When it happened', zh: '发生时间' },
  comment: { en: 'Comment (optional)', zh: '备注（可选）' },
  reason: { en: 'Reason', zh: '原因' },
  titleOf: { en: 'Title', zh: '标题' },
  kind: { en: 'Kind', zh: '类别' },
  grade: { en: 'Grade', zh: '等级' },
  area: { en: 'Area', zh: '区域' },
  facility: { en: 'Facility', zh: '企业' },
  state: { en: 'State', zh: '状态' },
  by: { en: 'By', zh: '办理人' },
  all: { en: 'all', zh: '全部' },
  never: { en: 'never', zh: '从未' },
  notSaid: { en: 'not said', zh: '未说明' },
  older: { en: 'Older', zh: '更早' },
  newest: { en: 'Back to the newest', zh: '返回最新' },
  hazardLink: { en: 'Hazard {number}', zh: '隐患 {number}' },
  hazardNo: { en: 'Number of the hazard', zh: '隐患编号' },
  wasLate: { en: 'late', zh: '逾期' },
  endedBy: { en: '{time} by {by}', zh: '{time}，{by}' },
  enterNote: { en: 'Enter', zh: '提交' },
} as const satisfies Texts

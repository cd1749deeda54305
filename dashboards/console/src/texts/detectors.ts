import type { Texts } from './entry.ts'

/** What the pages of calibrations and inhibited detectors say; it is loaded with them. */
export const DETECTOR_TEXTS = {
  calibrationsHint: {
    en: 'What is overdue, or failed, may vote no more: 2oo3 goes on with two.',
    zh: '逾期或不合格的探测器可能不再参与表决：三取二只剩两个。',
  },
  noDates: {
    en: 'The facility file asks for no dates: sensors say calibration: { every: 180d, bump: 30d }.',
    zh: '厂区文件未规定周期：在传感器上写 calibration: { every: 180d, bump: 30d }。',
  },
  countOverdue: { en: 'Detectors overdue or failed: {count}', zh: '逾期或不合格的探测器：{count}' },
  countDue: { en: 'due soon: {count}', zh: '即将到期：{count}' },
  noneOverdue: { en: 'No detector is overdue', zh: '没有逾期的探测器' },
  due: { en: 'Due', zh: '到期' },
  lastDone: { en: 'Last done', zh: '上次' },
  neverDone: { en: 'never', zh: '从未' },
  overdueBy: { en: 'overdue by {days} d', zh: '逾期 {days} 天' },
  care: { en: 'Calibration and inhibit', zh: '标定与禁止' },
  enterRecord: { en: 'Enter a record', zh: '录入记录' },
  records: { en: 'Records', zh: '记录' },
  noRecords: { en: 'Nothing was entered yet.', zh: '尚无记录。' },
  kind: { en: 'What was done', zh: '内容' },
  result: { en: 'Result', zh: '结果' },
  needResult: { en: 'Choose the result', zh: '请选择结果' },
  when: { en: 'When; empty is now', zh: '时间；空为现在' },
  gas: { en: 'Test gas and concentration', zh: '标准气体及浓度' },
  bottle: { en: 'Bottle', zh: '气瓶编号' },
  certificate: { en: 'Certificate of the gas', zh: '气体证书编号' },
  certificateExpiry: { en: 'Certificate valid until', zh: '证书有效期至' },
  foundZero: { en: 'As found: zero', zh: '调整前：零点' },
  foundSpan: { en: 'As found: span', zh: '调整前：量程' },
  leftZero: { en: 'As left: zero', zh: '调整后：零点' },
  leftSpan: { en: 'As left: span', zh: '调整后：量程' },
  zero: { en: 'zero', zh: '零点' },
  span: { en: 'span', zh: '量程' },
  t50: { en: 't50, s', zh: 't50（秒）' },
  t90: { en: 't90, s', zh: 't90（秒）' },
  technician: { en: 'Technician', zh: '技术员' },
  note: { en: 'Note; needed when it failed', zh: '备注；不合格时必填' },
  notNumber: { en: 'A number, such as 49.5', zh: '请填数字，如 49.5' },
  more: { en: 'Gas, readings and response', zh: '气体、读数和响应时间' },
  inhibit: { en: 'Inhibit', zh: '禁止' },
  inhibitHint: {
    en: 'What it reports raises nothing, clears nothing and votes no more until it ends by itself. Alarms that stand stay.',
    zh: '在自动结束前，其读数不触发、不消除报警，也不参与表决。已有报警保持不变。',
  },
  isInhibited: { en: 'Inhibited', zh: '已禁止' },
  inhibitedBy: {
    en: '{owner} works on it until {until}: {reason} (by {by})',
    zh: '{owner} 正在作业，至 {until}：{reason}（{by} 设置）',
  },
  release: { en: 'Release', zh: '解除禁止' },
  owner: { en: 'Who works on it; empty is who acts', zh: '作业人；空为操作人' },
  needTwo: { en: 'Second person, where an alarm of it takes two', zh: '第二人（报警类别要求双人时）' },
} as const satisfies Texts
export type DetectorTextKey = keyof typeof DETECTOR_TEXTS

export const CALIBRATION_KIND_TEXTS = {
  calibration: { en: 'Calibration', zh: '标定' },
  bump: { en: 'Bump test', zh: '通气测试' },
} as const satisfies Texts

export const CALIBRATION_RESULT_TEXTS = {
  pass: { en: 'passed', zh: '合格' },
  adjusted: { en: 'adjusted', zh: '已调整' },
  fail: { en: 'failed', zh: '不合格' },
} as const satisfies Texts

export const DUE_STATE_TEXTS = {
  ok: { en: 'in time', zh: '正常' },
  due: { en: 'due soon', zh: '即将到期' },
  overdue: { en: 'overdue', zh: '逾期' },
  never: { en: 'not done yet', zh: '尚未进行' },
} as const satisfies Texts

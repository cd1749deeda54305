import type {
  AnswerResult,
  AppointmentState,
  DueState,
  InspectionKind,
  Post,
  RoundState,
  SourceKind,
} from '../../../../../contracts/register/inspection-words.ts'
import type { Entry } from '../entry.ts'

export const INSPECTION_KIND_TEXTS: Readonly<Record<InspectionKind, Entry>> = {
  patrol: { en: 'Patrol', zh: '巡检' },
  operations: { en: 'Inspection of operations', zh: '操作负责人检查' },
  technical: { en: 'Technical inspection', zh: '技术负责人检查' },
  company: { en: 'Inspection of the company', zh: '公司综合检查' },
  other: { en: 'Other inspection', zh: '其他检查' },
}

export const DUE_TEXTS: Readonly<Record<DueState, Entry>> = {
  done: { en: 'not due yet', zh: '未到期' },
  due: { en: 'DUE NOW', zh: '应检查' },
  overdue: { en: 'OVERDUE', zh: '逾期' },
  running: { en: 'under way', zh: '检查中' },
}

export const ROUND_STATE_TEXTS: Readonly<Record<RoundState, Entry>> = {
  running: { en: 'under way', zh: '检查中' },
  finished: { en: 'finished', zh: '已完成' },
  abandoned: { en: 'given up', zh: '已放弃' },
}

export const RESULT_TEXTS: Readonly<Record<AnswerResult, Entry>> = {
  ok: { en: 'OK', zh: '正常' },
  finding: { en: 'Finding', zh: '有问题' },
  'not-applicable': { en: 'Not applicable', zh: '不适用' },
}

/** Beside the word. */
export const RESULT_SIGNS: Readonly<Record<AnswerResult, string>> = {
  ok: '✓',
  finding: '⚠',
  'not-applicable': '–',
}

export const POST_TEXTS: Readonly<Record<Post, Entry>> = {
  overall: { en: 'Responsible overall', zh: '主要负责人' },
  technical: { en: 'Responsible for technology', zh: '技术负责人' },
  operations: { en: 'Responsible for operations', zh: '操作负责人' },
}

export const SOURCE_KIND_TEXTS: Readonly<Record<SourceKind, Entry>> = {
  production: { en: 'production unit', zh: '生产单元' },
  storage: { en: 'storage unit', zh: '储存单元' },
}

export const APPOINTMENT_TEXTS: Readonly<Record<AppointmentState, Entry>> = {
  valid: { en: 'appointed', zh: '任命有效' },
  ending: { en: 'APPOINTMENT ENDS SOON', zh: '任命即将到期' },
  over: { en: 'APPOINTMENT IS OVER', zh: '任命已到期' },
  unknown: { en: 'not known since when appointed', zh: '任命时间不详' },
}

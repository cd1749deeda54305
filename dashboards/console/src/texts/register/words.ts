import type {
  HazardAction,
  HazardEvent,
  HazardGrade,
  HazardKind,
  HazardSource,
  HazardStatus,
  RiskColour,
} from '../../../../../contracts/register/words.ts'
import type { Entry } from '../entry.ts'

export const STATUS_TEXTS: Readonly<Record<HazardStatus, Entry>> = {
  found: { en: 'Found', zh: '已发现' },
  registered: { en: 'Registered', zh: '已登记' },
  assessed: { en: 'Assessed', zh: '已评估' },
  assigned: { en: 'Assigned', zh: '已交办' },
  rectifying: { en: 'In rectification', zh: '整改中' },
  rectified: { en: 'Rectified', zh: '已整改' },
  verified: { en: 'Verified', zh: '已验收' },
  closed: { en: 'Closed', zh: '已销号' },
}

/** As a filter: `open` is every one but the last. */
export const STATUS_CHOICE_TEXTS: Readonly<Record<HazardStatus | 'open', Entry>> = {
  open: { en: 'all open', zh: '全部未销号' },
  ...STATUS_TEXTS,
}

export const SOURCE_TEXTS: Readonly<Record<HazardSource, Entry>> = {
  alarm: { en: 'Alarm', zh: '报警' },
  'repeated-alarm': { en: 'Repeated alarm', zh: '重复报警' },
  bypass: { en: 'Bypass', zh: '旁路' },
  'out-of-service': { en: 'Out of service', zh: '停用' },
  'sensor-fault': { en: 'Sensor fault', zh: '测点故障' },
  'overdue-test': { en: 'Overdue test', zh: '测试超期' },
  inspection: { en: 'Inspection', zh: '检查' },
  'public-report': { en: 'Public report', zh: '公众举报' },
  manual: { en: 'By hand', zh: '人工录入' },
}

export const KIND_TEXTS: Readonly<Record<HazardKind, Entry>> = {
  condition: { en: 'Condition of things', zh: '物的不安全状态' },
  behaviour: { en: 'What people do', zh: '人的不安全行为' },
  management: { en: 'Management', zh: '管理缺陷' },
}

export const GRADE_TEXTS: Readonly<Record<HazardGrade, Entry>> = {
  general: { en: 'General', zh: '一般隐患' },
  major: { en: 'Major', zh: '重大隐患' },
}

/** Grey: nothing known speaks for a risk. */
export const COLOUR_TEXTS: Readonly<Record<RiskColour | 'grey', Entry>> = {
  red: { en: 'Red', zh: '红' },
  orange: { en: 'Orange', zh: '橙' },
  yellow: { en: 'Yellow', zh: '黄' },
  blue: { en: 'Blue', zh: '蓝' },
  grey: { en: 'Grey', zh: '灰' },
}

/** Stands inside the shape of the colour. */
export const COLOUR_LETTERS: Readonly<Record<RiskColour | 'grey', Entry>> = {
  red: { en: 'R', zh: '红' },
  orange: { en: 'O', zh: '橙' },
  yellow: { en: 'Y', zh: '黄' },
  blue: { en: 'B', zh: '蓝' },
  grey: { en: '–', zh: '–' },
}

/** On its button, as an order. */
export const HAZARD_ACTION_TEXTS: Readonly<Record<HazardAction, Entry>> = {
  register: { en: 'Register', zh: '登记' },
  assess: { en: 'Assess', zh: '评估' },
  assign: { en: 'Assign', zh: '交办' },
  'approve-plan': { en: 'Approve plan', zh: '批准方案' },
  start: { en: 'Begin rectification', zh: '开始整改' },
  'request-extension': { en: 'Ask for more time', zh: '申请延期' },
  'approve-extension': { en: 'Grant more time', zh: '批准延期' },
  'refuse-extension': { en: 'Refuse more time', zh: '拒绝延期' },
  rectify: { en: 'Report as rectified', zh: '提交整改结果' },
  verify: { en: 'Verify', zh: '验收通过' },
  reject: { en: 'Reject', zh: '验收不通过' },
  close: { en: 'Close', zh: '销号' },
  reopen: { en: 'Reopen', zh: '重新立项' },
  supervise: { en: 'List for supervision', zh: '挂牌督办' },
  'end-supervision': { en: 'End supervision', zh: '解除督办' },
  comment: { en: 'Comment', zh: '备注' },
}

/** In the history, as it was done. */
export const HAZARD_EVENT_TEXTS: Readonly<Record<HazardEvent, Entry>> = {
  found: { en: 'Found', zh: '发现' },
  register: { en: 'Registered', zh: '登记' },
  assess: { en: 'Assessed', zh: '评估' },
  assign: { en: 'Assigned', zh: '交办' },
  'approve-plan': { en: 'Plan approved', zh: '方案已批准' },
  start: { en: 'Rectification begun', zh: '开始整改' },
  'request-extension': { en: 'More time asked for', zh: '申请延期' },
  'approve-extension': { en: 'More time granted', zh: '延期已批准' },
  'refuse-extension': { en: 'More time refused', zh: '延期被拒绝' },
  rectify: { en: 'Reported as rectified', zh: '提交整改结果' },
  verify: { en: 'Verified', zh: '验收通过' },
  reject: { en: 'Rejected', zh: '验收不通过' },
  close: { en: 'Closed', zh: '销号' },
  reopen: { en: 'Reopened', zh: '重新立项' },
  supervise: { en: 'Listed for supervision', zh: '挂牌督办' },
  'end-supervision': { en: 'Supervision ended', zh: '解除督办' },
  comment: { en: 'Comment', zh: '备注' },
  'alarm-attached': { en: 'Alarm again', zh: '再次报警' },
  attachment: { en: 'File added', zh: '添加附件' },
}

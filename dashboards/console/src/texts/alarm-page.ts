import type { SettingField } from '../settings-contract.ts'
import type { Entry, Texts } from './entry.ts'

/** The page of one alarm. */
export const ALARM_PAGE_TEXTS = {
  whatToDoNow: { en: 'What to do now', zh: '立即处置' },
  whatToDoIf: { en: 'What to do when it comes', zh: '触发时的处置' },
  noRationalization: {
    en: 'Nobody has written down what to do for this alarm. Look at the sensor, tell the shift supervisor, and have it added to the master alarm list.',
    zh: '该报警尚未编写处置说明。请查看测点、报告值班长，并补充到报警主清单。',
  },
  noDetail: {
    en: 'This server does not say what to do for its alarms.',
    zh: '该服务器不提供报警处置说明。',
  },
  consequence: { en: 'If nothing is done', zh: '不处置的后果' },
  causes: { en: 'Likely causes', zh: '可能原因' },
  confirmation: { en: 'How to be sure', zh: '如何核实' },
  timeToRespond: { en: 'Time to respond', zh: '响应时间' },
  respondWithin: { en: 'within {span}', zh: '{span} 内' },
  respondLeft: { en: '{span} left', zh: '剩余 {span}' },
  respondOver: { en: 'over by {span}', zh: '已超 {span}' },
  alarmUnknown: { en: 'There is no alarm {alarm} in {facility}.', zh: '{facility} 没有报警 {alarm}。' },
  now: { en: 'Now', zh: '当前' },
  condition: { en: 'Condition', zh: '条件' },
  occurrence: { en: 'Occurrence', zh: '发生编号' },
  raisedAt: { en: 'Raised', zh: '触发时间' },
  acknowledgedBy: { en: 'Acknowledged by', zh: '确认人' },
  group: { en: 'Group', zh: '报警组' },
  cameFirst: { en: 'came first', zh: '首发' },
  cameLater: { en: 'followed another', zh: '非首发' },
  priority: { en: 'Priority', zh: '优先级' },
  roseFrom: { en: 'rose from {priority}', zh: '由{priority}升高' },
  risesTo: { en: '{priority} after {span}', zh: '{span} 后为{priority}' },
  class: { en: 'Class', zh: '类别' },
  lifeSafety: { en: 'life safety', zh: '人身安全' },
  delays: { en: 'Delays', zh: '延时' },
  delaysOf: { en: 'on {on}, off {off}', zh: '触发 {on}，恢复 {off}' },
  reAlarm: { en: 'Alarms again', zh: '再次报警' },
  reAlarmAfter: { en: 'after {span} acknowledged', zh: '确认 {span} 后' },
  alarmHistory: { en: 'History of this alarm', zh: '该报警的历史' },
  inJournal: { en: 'Search in the journal', zh: '在日志中查询' },
  setPoint: { en: 'Set point', zh: '设定值' },
  changeSetPoint: { en: 'Change', zh: '更改' },
  changeSetPointTitle: { en: 'Change the set point of {alarm}', zh: '更改 {alarm} 的设定值' },
  changeSetPointHint: {
    en: 'It holds at once, outlives a restart and a later edit of the file, and goes into the journal with both names.',
    zh: '立即生效，重启和以后修改文件均保留，两人姓名写入日志。',
  },
  fileSays: { en: 'the file says {value}', zh: '文件为 {value}' },
  fileDiffers: {
    en: 'A value set at run time stands against the facility file: an engineer decides which holds.',
    zh: '运行中设定的值与配置文件不一致：请工程师裁定。',
  },
  settle: { en: 'Decide', zh: '裁定' },
  settleTitle: { en: 'Which value holds for {alarm}?', zh: '{alarm} 以哪个值为准？' },
  takeFile: { en: 'The file: {values}', zh: '文件：{values}' },
  takeKept: { en: 'Set at run time: {values}', zh: '运行中设定：{values}' },
  revisions: { en: 'Changes', zh: '变更记录' },
  revisionBy: { en: '{by}, approved by {approver}', zh: '{by}，批准人 {approver}' },
  noRevisions: { en: 'Never changed at run time.', zh: '运行中未更改过。' },
  needNumber: { en: 'A number, such as 20 or 0.5.', zh: '请填写数字，如 20 或 0.5。' },
  needPositive: { en: 'Zero or more.', zh: '须为零或正数。' },
  needDuration: { en: 'A duration, such as 2s or 1m.', zh: '请填写时长，如 2s 或 1m。' },
  needChange: { en: 'Nothing is changed yet.', zh: '尚未作任何更改。' },
} as const satisfies Texts

export const SETTING_TEXTS: Readonly<Record<SettingField, Entry>> = {
  limit: { en: 'Limit', zh: '限值' },
  deadband: { en: 'Deadband', zh: '回差' },
  onDelay: { en: 'On-delay', zh: '触发延时' },
  offDelay: { en: 'Off-delay', zh: '恢复延时' },
  priority: { en: 'Priority', zh: '优先级' },
}

export const CONDITION_TEXTS = {
  inactive: { en: 'normal', zh: '正常' },
  pendingOn: { en: 'beyond, on-delay runs', zh: '超限，触发延时中' },
  active: { en: 'active', zh: '成立' },
  pendingOff: { en: 'returning, off-delay runs', zh: '恢复中，恢复延时中' },
  unknown: { en: 'unknown: no good reading', zh: '未知：无有效读数' },
} as const satisfies Texts

import type { AlarmAction } from '../../../../contracts/alarm.ts'
import type { Entry, Texts } from './entry.ts'

/** What the dialogs of actions say. */
export const ACTION_DIALOG_TEXTS = {
  actions: { en: 'Actions', zh: '操作' },
  actionsOf: { en: 'Actions for {alarm}', zh: '{alarm} 的操作' },
  actionsTitle: { en: 'What do you want to do?', zh: '您要做什么？' },
  shelveTitle: { en: 'Shelve alarm', zh: '搁置报警' },
  suppressTitle: { en: 'Suppress alarm by hand', zh: '手动抑制报警' },
  outOfServiceTitle: { en: 'Take alarm out of service', zh: '停用报警' },
  unshelveTitle: { en: 'Unshelve alarm', zh: '取消搁置' },
  unsuppressTitle: { en: 'Lift the suppression', zh: '取消抑制' },
  returnToServiceTitle: { en: 'Return alarm to service', zh: '恢复使用' },
  shelveHint: {
    en: 'A shelved alarm is not annunciated. It goes on being watched, and comes back by itself.',
    zh: '搁置期间不报警提示，但仍持续监视，到期自动恢复。',
  },
  suppressHint: {
    en: 'A suppressed alarm is not annunciated. It goes on being watched and recorded.',
    zh: '抑制期间不报警提示，但仍持续监视和记录。',
  },
  outOfServiceHint: {
    en: 'For maintenance. The alarm is not annunciated until it is returned to service or the time is over.',
    zh: '用于检修。在恢复使用或到期之前不报警提示。',
  },
  liftHint: {
    en: 'If the condition stands, the alarm is annunciated again at once.',
    zh: '若条件仍成立，报警将立即再次提示。',
  },
  howLong: { en: 'For how long', zh: '时长' },
  oneShot: { en: 'Until it returns', zh: '直到恢复' },
  oneShotHint: {
    en: 'Once: it ends with the next return to normal, and after {span} at the latest.',
    zh: '单次：下一次恢复正常时结束，最迟 {span} 后结束。',
  },
  untilLifted: { en: 'Until lifted', zh: '直到解除' },
  classLongest: {
    en: 'Its class {class} allows {span} at most: longer times are not offered.',
    zh: '其类别 {class} 最长允许 {span}，更长的时间不提供。',
  },
  classNeverShelved: {
    en: 'Alarms of class {class} are never shelved.',
    zh: '类别 {class} 的报警不允许搁置。',
  },
  classNeverHint: {
    en: 'If it must not annunciate, suppress it or take it out of service: that takes its own permission.',
    zh: '如确需停止提示，请抑制或停用：须另行批准。',
  },
  classTwoPeople: {
    en: 'Its class {class} takes two people: name who approved it.',
    zh: '其类别 {class} 需要两人：请填写批准人。',
  },
  acknowledgeFirst: { en: 'Reset: acknowledge it first.', zh: '复位：请先确认。' },
  resetWhileActive: {
    en: 'Reset: once the condition has returned to normal.',
    zh: '复位：须待条件恢复正常之后。',
  },
  why: { en: 'Reason', zh: '原因' },
  whyHint: { en: 'Why, and what watches it meanwhile.', zh: '原因，以及期间由什么代为监视。' },
  person: { en: 'Your name', zh: '您的姓名' },
  personHint: { en: 'Remembered in this browser.', zh: '由本浏览器记住。' },
  approver: { en: 'Approved by (second person)', zh: '批准人（第二人）' },
  needReason: { en: 'Say why: it goes into the journal.', zh: '请填写原因：将写入日志。' },
  needPerson: { en: 'Say who you are.', zh: '请填写您的姓名。' },
  needApprover: { en: 'This takes a second person.', zh: '此操作需要第二人批准。' },
  needSomebodyElse: {
    en: 'The second person must be somebody else than you.',
    zh: '第二人不能是您本人。',
  },
  meanwhile: { en: 'Meanwhile, since you opened this:', zh: '在您打开此窗口之后：' },
  meanwhileClosed: {
    en: 'It has returned to normal and is off the list.',
    zh: '已恢复正常，不再列出。',
  },
  silenceFailed: {
    en: 'This console is silent; the others may still sound:',
    zh: '本控制台已消音；其他控制台可能仍在响：',
  },
} as const satisfies Texts

export const ACTION_TEXTS: Readonly<Record<AlarmAction, Entry>> = {
  acknowledge: { en: 'Acknowledge', zh: '确认' },
  silence: { en: 'Silence', zh: '消音' },
  reset: { en: 'Reset', zh: '复位' },
  shelve: { en: 'Shelve', zh: '搁置' },
  unshelve: { en: 'Unshelve', zh: '取消搁置' },
  suppress: { en: 'Suppress', zh: '抑制' },
  unsuppress: { en: 'Lift suppression', zh: '取消抑制' },
  'out-of-service': { en: 'Out of service', zh: '停用' },
  'return-to-service': { en: 'Return to service', zh: '恢复使用' },
}

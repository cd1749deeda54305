import type { Texts } from '../entry.ts'

/** What is done with a hazard. */
export const HAZARD_FORM_TEXTS = {
  whatNow: { en: 'What can be done', zh: '可执行的操作' },
  nothingNow: { en: 'There is nothing for you to do here now.', zh: '当前没有您可执行的操作。' },
  plantTimeHint: { en: 'In the time of the plant.', zh: '以厂区时间为准。' },
  comment: { en: 'Comment (optional)', zh: '备注（可选）' },
  commentNeeded: { en: 'Comment', zh: '备注' },
  reason: { en: 'Reason', zh: '原因' },
  until: { en: 'New deadline', zh: '新的期限' },
  authority: { en: 'Authority that supervises', zh: '督办单位' },
  shutdown: {
    en: 'Putting it right takes a shutdown of all or part of the plant',
    zh: '整改需要全部或部分停产',
  },
  method: { en: 'Method', zh: '评估方法' },
  methodLS: { en: 'LS: likelihood × severity', zh: 'LS：可能性 × 严重性' },
  methodLEC: { en: 'LEC: likelihood × exposure × consequence', zh: 'LEC：可能性 × 暴露频度 × 后果' },
  likelihood: { en: 'Likelihood (L)', zh: '可能性（L）' },
  severity: { en: 'Severity (S)', zh: '严重性（S）' },
  exposure: { en: 'Exposure (E)', zh: '暴露频度（E）' },
  consequence: { en: 'Consequence (C)', zh: '后果（C）' },
  choose: { en: 'choose', zh: '请选择' },
  scoreIs: { en: 'Score {score}', zh: '得分 {score}' },
  scoreWaits: { en: 'The score stands here once all is chosen.', zh: '选择完成后显示得分。' },
  responsibleHint: { en: 'The name that they sign in with.', zh: '其登录用户名。' },
  leaderHint: { en: 'A major hazard has a named leader.', zh: '重大隐患须指定治理负责人。' },
  planHint: {
    en: 'Goals, methods, money, people, deadline, safety meanwhile. Another person approves it.',
    zh: '目标、方法、经费、人员、时限、安全措施。由他人批准。',
  },
  evidenceHint: { en: 'Say what was done; add photos below.', zh: '说明整改情况，并在下方添加照片。' },
  photos: { en: 'Photos (optional)', zh: '照片（可选）' },
  missing: { en: 'This is needed.', zh: '此项必填。' },
  notNumber: { en: 'A number of at least 0.', zh: '请填写不小于 0 的数字。' },
  notTime: { en: 'A day and a time.', zh: '请填写日期和时间。' },
  noNumber: { en: 'A number.', zh: '请填写数字。' },
  inFuture: { en: 'It lies in the future.', zh: '该时间尚未到来。' },
  inPast: { en: 'It lies in the past.', zh: '该时间已过。' },
  changedMeanwhile: {
    en: 'It was changed meanwhile and is shown as it is now. What you have written is still there: send it again if it still fits.',
    zh: '内容已被他人修改，页面已更新。您填写的内容仍保留，如仍适用请再次提交。',
  },
  anotherPerson: {
    en: 'Nobody judges their own work: another person has to do this.',
    zh: '不得评判自己的工作，须由他人办理。',
  },
  causeStands: {
    en: 'The alarm is still active. Put its cause right first.',
    zh: '报警仍未解除，请先消除原因。',
  },
  toTheAlarm: { en: 'Look at the alarm', zh: '查看报警' },
  demoHint: {
    en: 'Demo: act as somebody else to play their part.',
    zh: '演示：可填写他人姓名扮演不同角色。',
  },
  notOffered: {
    en: 'As the hazard stands now, this cannot be done any more.',
    zh: '隐患当前状态下已不能执行此操作。',
  },
} as const satisfies Texts

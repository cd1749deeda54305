import type { Entry, Texts } from './entry.ts'

/** What the link of a message leads to. */
export const ANSWER_TEXTS = {
  answerTitle: { en: 'Alarm of {facility}', zh: '{facility} 的报警' },
  answerLooking: { en: 'Looking at the alarm …', zh: '正在查看报警……' },
  answerFor: { en: 'This message is for {name}.', zh: '此消息发给 {name}。' },
  answerUntil: { en: 'The link is good until {time}.', zh: '链接有效至 {time}。' },
  answerNothingYet: {
    en: 'Nothing is acknowledged yet. Say who you are first.',
    zh: '尚未确认任何报警。请先登录。',
  },
  answerReady: {
    en: 'Acknowledging says that you have taken it over. It goes into the journal under your name.',
    zh: '确认表示您已接手处理，将以您的姓名写入日志。',
  },
  answerDone: { en: 'Acknowledged by {name}', zh: '已由 {name} 确认' },
  answerDoneHint: {
    en: 'Nobody else is called for this occurrence. What to do still stands above.',
    zh: '本次报警不再通知其他人。处置说明见上。',
  },
  answerAlready: {
    en: 'Somebody has acknowledged it already: {name}. There is nothing left to do here.',
    zh: '已由 {name} 确认，此处无需再操作。',
  },
  answerAlreadyNobody: {
    en: 'It is acknowledged already. There is nothing left to do here.',
    zh: '已确认，此处无需再操作。',
  },
  answerPast: {
    en: 'This message is of an earlier occurrence: that one is over, or the alarm has come again since. Look at the alarm as it is now.',
    zh: '此消息属于较早的一次报警：该次已结束，或之后又再次触发。请查看报警的当前状态。',
  },
  answerOther: {
    en: 'You are signed in as {name}, and this message is for {to}. Sign out to answer as {to}, or acknowledge as yourself on the page of the alarm.',
    zh: '您以 {name} 登录，而此消息发给 {to}。请退出后以 {to} 登录答复，或在报警页面以本人身份确认。',
  },
  toTheAlarm: { en: 'To the alarm', zh: '前往该报警' },
  toTheAlarms: { en: 'To the alarm list', zh: '前往报警列表' },
  tryAgain: { en: 'Try again', zh: '重试' },
  actionsBarred: { en: 'What is grey is not for you now: {reason}', zh: '灰色按钮当前不可用：{reason}' },
} as const satisfies Texts

/** Refusals that somebody may meet at night, with what to do next. Key: code. */
export const ANSWER_REFUSALS: Readonly<Record<string, Entry>> = {
  ANSWER_INVALID: {
    en: 'This link is not whole, or not of this server. Mail programs sometimes break a long link: copy all of it. Or open the alarm list and acknowledge there.',
    zh: '链接不完整，或不属于此服务器。邮件程序有时会截断长链接：请复制完整链接，或打开报警列表进行确认。',
  },
  ANSWER_ENDED: {
    en: 'This link has ended: it is good for a while only. Open the alarm list and acknowledge there.',
    zh: '链接已过期：仅在一定时间内有效。请打开报警列表进行确认。',
  },
  ANSWER_USED: {
    en: 'This link was used already: it is good once. The alarm list shows how the alarm stands.',
    zh: '链接已使用过：仅一次有效。报警列表显示当前状态。',
  },
  ANSWER_NOT_YOURS: {
    en: 'This message was for somebody else. Acknowledge as yourself on the page of the alarm, or sign out and sign in as who it was for.',
    zh: '此消息发给其他人。请在报警页面以本人身份确认，或退出后由收件人登录。',
  },
  OCCURRENCE_PAST: {
    en: 'The alarm has come again since this message. Look at it as it is now, and acknowledge that.',
    zh: '此消息之后报警再次触发。请查看当前状态并确认。',
  },
  ALREADY_ACKNOWLEDGED: {
    en: 'Somebody else was faster: it is acknowledged. There is nothing left to do here.',
    zh: '他人已先确认，此处无需再操作。',
  },
  NOT_ACTIVE: {
    en: 'The alarm is normal by now: there is nothing to acknowledge.',
    zh: '报警已恢复正常，无需确认。',
  },
}

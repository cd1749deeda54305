import type {
  AlarmLeg,
  ChannelKind,
  ChannelState,
  NoticeCause,
  NoticeRule,
  NoticeState,
} from '../../../../contracts/notify/words.ts'
import type { Entry, Texts } from './entry.ts'

/** Messages about alarms: how they go out, and what became of them. */
export const NOTICE_TEXTS = {
  notifications: { en: 'Notifications', zh: '通知' },
  channels: { en: 'Channels', zh: '通道' },
  noChannels: {
    en: 'No channel is set up: nobody is told of alarms but who sits at a console. Channels stand under notify in the facility file.',
    zh: '未设置通道：除控制台前的人员外，无人会收到报警。通道在配置文件的 notify 中设置。',
  },
  lastSent: { en: 'Last sent', zh: '最近发送' },
  waitingCount: { en: 'waiting: {count}', zh: '等待发送：{count}' },
  stateSince: { en: 'since {time}', zh: '自 {time}' },
  sendTest: { en: 'Send a test message', zh: '发送测试消息' },
  sendTestBy: { en: 'Send a test message by {channel}', zh: '通过 {channel} 发送测试消息' },
  testTo: { en: 'Test message to {to}:', zh: '发给 {to} 的测试消息：' },
  newest: { en: 'Newest notices', zh: '最新通知' },
  anyState: { en: 'any', zh: '全部' },
  noNotices: { en: 'No notices yet', zh: '尚无通知' },
  noNoticesMatch: { en: 'No notice matches.', zh: '没有符合的通知。' },
  olderNotices: { en: 'Older notices', zh: '更早的通知' },
  noticesEnd: { en: 'The oldest notice that is kept.', zh: '已到保存的最早通知。' },
  whyTold: { en: 'Why', zh: '原由' },
  toWhom: { en: 'To', zh: '收件人' },
  channel: { en: 'Channel', zh: '通道' },
  outcome: { en: 'What became of it', zh: '结果' },
  noticeStep: { en: 'step {step}', zh: '第 {step} 级' },
  aGroup: { en: 'group', zh: '群组' },
  toldBy: { en: '{to} by {channel}', zh: '{to}（{channel}）' },
  attempts: { en: 'attempts: {count}', zh: '尝试次数：{count}' },
  receipt: { en: 'taken: {text}', zh: '回执：{text}' },
  togetherNote: { en: 'in one message with others', zh: '与其他通知合并为一条消息' },
  answeredBy: { en: '↩ answered by {name}, {time}', zh: '↩ {name} 已答复，{time}' },
  alarmPath: { en: 'The path of an alarm', zh: '报警路径' },
  alarmPathHint: {
    en: 'How long each leg took since the server started. p50 and p95: half of them, and 95 of 100, took no longer.',
    zh: '自服务器启动以来各段耗时。p50、p95：一半、95% 不超过此值。',
  },
  leg: { en: 'Leg', zh: '路段' },
  count: { en: 'Count', zh: '次数' },
  longestLeg: { en: 'Longest', zh: '最长' },
  watchdog: { en: 'Watchdog', zh: '自检回路' },
  watchdogNone: {
    en: 'No watchdog is set up: whether alarms come through is known only when one does.',
    zh: '未设置自检回路：只有真实报警送达时才能知道路径畅通。',
  },
  watchdogWell: {
    en: 'The last synthetic alarm of {sensor} came through at {time}; one is due every {span}.',
    zh: '{sensor} 的上一次模拟报警于 {time} 送达；每 {span} 一次。',
  },
  watchdogWaits: {
    en: 'No synthetic alarm of {sensor} has come yet; one is due every {span}.',
    zh: '{sensor} 尚无模拟报警送达；每 {span} 一次。',
  },
  watchdogLate: {
    en: 'WATCHDOG LATE: no synthetic alarm of {sensor} since {time}; one is due every {span}. Alarms may not come through: look at the gateway of the watchdog, then at the server.',
    zh: '自检回路超时：自 {time} 起没有 {sensor} 的模拟报警；应每 {span} 一次。报警可能无法送达：请检查自检网关，再检查服务器。',
  },
  watchdogLeftOut: {
    en: 'Rounds of the watchdog left out: {count}. Search for “watchdog” to see them.',
    zh: '已略去自检回路记录 {count} 条。查询“watchdog”可查看。',
  },
  whoWasTold: { en: 'Who was told', zh: '通知了谁' },
  nobodyTold: { en: 'Nobody was told of this occurrence.', zh: '本次报警未通知任何人。' },
  neverTold: { en: 'Nobody was told of an earlier occurrence.', zh: '以往的报警未通知任何人。' },
  noOccurrence: { en: 'There is no occurrence now.', zh: '当前没有报警发生。' },
  olderOccurrences: { en: 'Older occurrences', zh: '以往的报警' },
  browserNotices: { en: 'Messages of this browser', zh: '浏览器通知' },
  browserNoticesSwitch: {
    en: 'Show new alarms as messages of this browser while another window is before it',
    zh: '当本页面不在前台时，以浏览器通知提示新报警',
  },
  browserNoticesHint: {
    en: 'Only while the console is open in a tab of this browser, beside the sound. It does not stand in for a channel: nobody is told once the tab is closed.',
    zh: '仅在本浏览器的标签页中打开控制台时有效，与声音并用。不能代替通知通道：关闭标签页后无人会收到通知。',
  },
  browserNoticesDenied: {
    en: 'The browser forbids it: allow messages for this address in its settings, then switch it on here. Without https it never allows them.',
    zh: '浏览器已禁止：请在浏览器设置中允许此地址发送通知，再在此启用。未使用 https 时始终禁止。',
  },
  browserNoticesUnsupported: {
    en: 'This browser cannot show messages of a page.',
    zh: '此浏览器不支持网页通知。',
  },
  noticeOthers: { en: '{count} more new alarms', zh: '另有 {count} 条新报警' },
} as const satisfies Texts

export const NOTICE_CAUSE_TEXTS: Readonly<Record<NoticeCause, Entry>> = {
  raised: { en: 'Raised', zh: '触发' },
  escalated: { en: 'Escalated', zh: '升级' },
  repeated: { en: 'Still not acknowledged', zh: '仍未确认' },
  returned: { en: 'Returned', zh: '恢复' },
  test: { en: 'Test message', zh: '测试消息' },
}

export const NOTICE_STATE_TEXTS: Readonly<Record<NoticeState, Entry>> = {
  waiting: { en: 'waiting', zh: '等待中' },
  sending: { en: 'sending', zh: '发送中' },
  sent: { en: 'sent', zh: '已发送' },
  failed: { en: 'FAILED', zh: '失败' },
  dropped: { en: 'not sent', zh: '未发送' },
}

/** So that a state is told by shape as well. */
export const NOTICE_SIGNS: Readonly<Record<NoticeState, string>> = {
  waiting: '◷',
  sending: '…',
  sent: '✓',
  failed: '✕',
  dropped: '⊘',
}

export const CHANNEL_STATE_TEXTS: Readonly<Record<ChannelState, Entry>> = {
  working: { en: '✓ working', zh: '✓ 正常' },
  failing: { en: '✕ FAILING', zh: '✕ 故障' },
  unknown: { en: '○ not used yet', zh: '○ 尚未使用' },
}

export const CHANNEL_KIND_TEXTS: Readonly<Record<ChannelKind, Entry>> = {
  email: { en: 'E-mail', zh: '电子邮件' },
  webhook: { en: 'Webhook', zh: 'Webhook' },
}

export const LEG_TEXTS: Readonly<Record<AlarmLeg, Entry>> = {
  evaluated: { en: 'reading → evaluated', zh: '读数 → 判定' },
  journalled: { en: 'evaluated → journalled', zh: '判定 → 写入日志' },
  sent: { en: 'journalled → sent', zh: '写入日志 → 发送' },
  acknowledged: { en: 'sent → acknowledged', zh: '发送 → 确认' },
}

/** What to do about the failure of a channel. Key: its code. */
export const CHANNEL_REMEDIES: Readonly<Record<string, Entry>> = {
  CHANNEL_UNREACHABLE: {
    en: 'Nothing answers there: check its address, the network, and whether it runs.',
    zh: '对方没有应答：请检查地址、网络以及服务是否运行。',
  },
  CHANNEL_TIMEOUT: {
    en: 'It took the connection and did not answer in time: look at the other side, or give the channel more time.',
    zh: '连接已建立但未按时应答：请检查对方，或延长通道的超时时间。',
  },
  CHANNEL_CERTIFICATE: {
    en: 'Its certificate is not trusted: check its name and dates, or name the authority under ca in the facility file.',
    zh: '其证书不受信任：请检查名称和有效期，或在配置文件中以 ca 指定签发机构。',
  },
  CHANNEL_BUSY: {
    en: 'It asks for fewer messages: give the channel a limit, or another one as fallback.',
    zh: '对方要求减少消息：请为通道设置限额，或指定备用通道。',
  },
  CHANNEL_FAILED: {
    en: 'It could not take the message just now: look at its own log.',
    zh: '对方暂时无法接收：请查看其日志。',
  },
  CHANNEL_REFUSED: {
    en: 'It refuses the message: check address, user, password, secret, and whom it may send to.',
    zh: '对方拒绝消息：请检查地址、用户、密码、密钥以及允许的收件人。',
  },
  CHANNEL_UNKNOWN: {
    en: 'There is no such channel any more: look at the facility file.',
    zh: '该通道已不存在：请查看配置文件。',
  },
  RECEIVER_UNREACHED: {
    en: 'The person has no address for this channel: add it under responders in the facility file.',
    zh: '该人员没有此通道的联系方式：请在配置文件的 responders 中补充。',
  },
}

/** Why somebody was not told, or is told later. */
export const NOTICE_RULE_TEXTS: Readonly<Record<NoticeRule, Entry>> = {
  acknowledged: { en: 'somebody had acknowledged it', zh: '已有人确认' },
  'set-aside': { en: 'the alarm was set aside', zh: '报警已搁置或抑制' },
  past: { en: 'it was past by then', zh: '当时已过去' },
  late: { en: 'found in readings that came late', zh: '由迟到的数据发现' },
  gone: { en: 'there is no such alarm any more', zh: '该报警已不存在' },
  'no-channel': { en: 'the channel was taken out of the facility file', zh: '通道已从配置文件中删除' },
  superseded: { en: 'told with a later message', zh: '已由之后的消息告知' },
  limited: { en: 'waits for the limit of the channel', zh: '等待通道限额' },
}

import type { AlarmEvent, AlarmState } from '../../../contracts/alarm.ts'
import type { GatewayView } from '../../../contracts/api.ts'
import type { Priority } from '../../../contracts/facility-schema.ts'
import type { GapReason } from '../../../contracts/wire.ts'
import { ACTION_DIALOG_TEXTS } from './texts/actions.ts'
import { ALARM_PAGE_TEXTS } from './texts/alarm-page.ts'
import { ANSWER_TEXTS } from './texts/answer.ts'
import { BALLOT_TEXTS } from './texts/ballot.ts'
import type { Entry, Texts } from './texts/entry.ts'
import { FLOOD_TEXTS } from './texts/floods.ts'
import { JOURNAL_TEXTS } from './texts/journal.ts'
import { KPI_TEXTS } from './texts/kpi.ts'
import { NOTICE_TEXTS } from './texts/notices.ts'
import { PEOPLE_TEXTS } from './texts/people.ts'
import { ROSTER_TEXTS } from './texts/roster.ts'
import { SET_ASIDE_TEXTS } from './texts/set-aside.ts'

export { REASON_TEXTS } from '../../../contracts/reason-texts.ts'
export { ACTION_TEXTS } from './texts/actions.ts'
export { CONDITION_TEXTS, SETTING_TEXTS } from './texts/alarm-page.ts'
export { ANSWER_REFUSALS } from './texts/answer.ts'
export { type Entry, LANGUAGES, type Language } from './texts/entry.ts'
export { FIGURE_TEXTS, TARGET_TEXTS, VERDICT_TEXTS } from './texts/kpi.ts'
export {
  CHANNEL_KIND_TEXTS,
  CHANNEL_REMEDIES,
  CHANNEL_STATE_TEXTS,
  LEG_TEXTS,
  NOTICE_CAUSE_TEXTS,
  NOTICE_RULE_TEXTS,
  NOTICE_SIGNS,
  NOTICE_STATE_TEXTS,
} from './texts/notices.ts'
export { AUDIT_TEXTS, PROVIDER_TEXTS, ROLE_TEXTS } from './texts/people.ts'
export { TEST_KIND_TEXTS } from './texts/set-aside.ts'

/** What is said on every page, and on those that have no part of their own. */
const COMMON_TEXTS = {
  product: { en: 'Davylamp', zh: 'Davylamp' },
  language: { en: 'Language', zh: '语言' },
  facility: { en: 'Facility', zh: '厂区' },
  skip: { en: 'To the page', zh: '跳到页面内容' },
  views: { en: 'Views', zh: '页面' },
  computed: { en: 'Computed by the server', zh: '由服务器计算' },
  voteTripped: { en: '▲ TRIPPED', zh: '▲ 已动作' },
  voteNotTripped: { en: 'not tripped', zh: '未动作' },
  overview: { en: 'Overview', zh: '总览' },
  alarms: { en: 'Alarms', zh: '报警' },
  hazards: { en: 'Hazards', zh: '隐患' },
  inspections: { en: 'Inspections', zh: '检查' },
  incidents: { en: 'Incidents', zh: '事件' },
  calibrations: { en: 'Calibrations', zh: '标定' },
  gateways: { en: 'Gateways', zh: '网关' },
  journal: { en: 'Journal', zh: '日志' },
  performance: { en: 'Performance', zh: '报警绩效' },
  plantTime: { en: 'Plant time', zh: '厂区时间' },
  demo: {
    en: 'Demo: no sign-in, actions are recorded under the name that is given',
    zh: '演示：无需登录，操作以所填姓名记录',
  },
  footer: {
    en: 'Advisory monitoring, not a safety instrumented system. While a gateway is cut off there are no alarms from it, only its loss.',
    zh: '本系统仅供监视参考，不是安全仪表系统。网关断开期间不会有来自它的报警，只有网关丢失报警。',
  },
  version: { en: 'Version {version}', zh: '版本 {version}' },
  loading: { en: 'Loading …', zh: '正在加载……' },
  pageMissing: {
    en: 'This page could not be loaded: the server has been updated, or the line is cut.',
    zh: '页面无法加载：服务器已更新，或网络中断。',
  },
  loadAgain: { en: 'Load again', zh: '重新加载' },
  connecting: { en: 'Connecting to the server …', zh: '正在连接服务器……' },
  noData: { en: 'No data from the server since {time}', zh: '自 {time} 起未收到服务器数据' },
  noDataHint: {
    en: 'Values and alarms below are the last known and may be wrong. Reconnecting by itself.',
    zh: '以下数值和报警为最后已知状态，可能已不正确。正在自动重新连接。',
  },
  reloading: {
    en: 'The server answers again: reloading the state before it is shown as live.',
    zh: '服务器已恢复应答：正在重新加载状态，完成前不作为实时数据显示。',
  },
  lastKnown: { en: 'last known', zh: '最后已知' },
  noUnacknowledged: { en: 'No unacknowledged alarms', zh: '没有未确认的报警' },
  stillActive: { en: '{count} acknowledged, still standing', zh: '{count} 条已确认，尚未解除' },
  unack: { en: 'UNACK', zh: '未确认' },
  unacknowledgedCount: { en: 'Unacknowledged by priority', zh: '各优先级未确认数' },
  silence: { en: 'Silence', zh: '消音' },
  silenced: { en: 'Silenced until the next new alarm', zh: '已消音，至下一条新报警' },
  silencedNote: { en: 'silenced', zh: '已消音' },
  firstInGroup: { en: 'first of {group}', zh: '{group} 组首发' },
  soundBlocked: { en: 'Sound is off: click once to allow it', zh: '声音未启用：点击一次以允许' },
  noAlarms: { en: 'No alarms', zh: '没有报警' },
  noAlarmsHint: { en: 'Every alarm is normal.', zh: '所有报警均正常。' },
  alarmsBlind: {
    en: 'Sensors without a good value: {count}. Their alarms cannot be judged.',
    zh: '无有效数值的传感器：{count} 个，其报警无法判断。',
  },
  hiddenAlarms: {
    en: 'Shelved, suppressed or out of service: {count}',
    zh: '已搁置、已抑制或停用：{count}',
  },
  state: { en: 'State', zh: '状态' },
  sensor: { en: 'Sensor', zh: '测点' },
  area: { en: 'Area', zh: '区域' },
  message: { en: 'Message', zh: '内容' },
  valueLimit: { en: 'Value / limit', zh: '数值 / 限值' },
  limit: { en: 'limit', zh: '限值' },
  since: { en: 'Since', zh: '起始' },
  latched: { en: 'latched', zh: '已锁存' },
  conditionUnknown: { en: 'condition unknown', zh: '条件未知' },
  notJournalled: { en: 'not in the journal', zh: '未写入日志' },
  acknowledge: { en: 'Acknowledge', zh: '确认' },
  acknowledgeSelected: { en: 'Acknowledge {count} selected', zh: '确认所选 {count} 条' },
  selectAll: { en: 'Select all unacknowledged', zh: '全选未确认' },
  clearSelection: { en: 'Clear', zh: '清除' },
  select: { en: 'Select {alarm}', zh: '选择 {alarm}' },
  acknowledgeTitle: { en: 'Acknowledge alarm', zh: '确认报警' },
  acknowledgeManyTitle: { en: 'Acknowledge {count} alarms', zh: '确认 {count} 条报警' },
  reset: { en: 'Reset', zh: '复位' },
  resetTitle: { en: 'Reset latched alarm', zh: '复位锁存报警' },
  resetHint: {
    en: 'The condition has returned. Resetting releases the latch; it goes into the journal.',
    zh: '条件已恢复。复位将解除锁存，并写入日志。',
  },
  comment: { en: 'Comment (optional)', zh: '备注（可选）' },
  commentHint: {
    en: 'What you saw, what you did. It goes into the journal.',
    zh: '您看到了什么、做了什么。内容将写入日志。',
  },
  cancel: { en: 'Cancel', zh: '取消' },
  close: { en: 'Close', zh: '关闭' },
  sending: { en: 'Sending …', zh: '正在发送……' },
  resultOk: { en: 'Acknowledged', zh: '已确认' },
  resultRefused: { en: 'Refused', zh: '被拒绝' },
  resultSummary: { en: '{ok} acknowledged, {refused} refused', zh: '{ok} 条已确认，{refused} 条被拒绝' },
  whatToDo: { en: 'What to do:', zh: '处理方法：' },
  unreachable: { en: 'The server did not answer: {detail}', zh: '服务器没有应答：{detail}' },
  unreachableRemedy: {
    en: 'Check the connection and try again; nothing was recorded for certain.',
    zh: '请检查连接后重试；不能确定操作是否已记录。',
  },
  bad: { en: 'BAD', zh: '坏值' },
  stale: { en: 'STALE', zh: '过时' },
  inhibited: { en: 'INHIBITED', zh: '已禁止' },
  inhibitedUntil: { en: '{owner}, until {until}', zh: '{owner}，至 {until}' },
  uncertain: { en: 'uncertain', zh: '可疑' },
  good: { en: 'good', zh: '良好' },
  noReading: { en: 'No reading yet', zh: '尚无读数' },
  gatewaySilent: { en: 'gateway silent', zh: '网关无响应' },
  lastValue: { en: 'last {value}', zh: '末值 {value}' },
  reads: { en: 'reads {value}', zh: '示值 {value}' },
  otherArea: { en: 'No area', zh: '未分区' },
  sensorCount: { en: 'sensors: {count}', zh: '测点：{count}' },
  abnormalCount: { en: 'abnormal: {count}', zh: '异常：{count}' },
  sensorUnknown: { en: 'There is no sensor {sensor} in this facility.', zh: '本厂区没有测点 {sensor}。' },
  systemSensor: { en: 'What the system says about itself', zh: '系统自身状态' },
  back: { en: 'Back to the overview', zh: '返回总览' },
  sampled: { en: 'Sampled', zh: '采样时间' },
  range: { en: 'Range', zh: '量程' },
  device: { en: 'Device', zh: '设备' },
  gateway: { en: 'Gateway', zh: '网关' },
  limits: { en: 'Alarm limits', zh: '报警限值' },
  trend: { en: 'Trend', zh: '趋势' },
  span: { en: 'Time span', zh: '时间跨度' },
  spanMinutes: { en: '{n} min', zh: '{n} 分钟' },
  spanHours: { en: '{n} h', zh: '{n} 小时' },
  spanDays: { en: '{n} d', zh: '{n} 天' },
  time: { en: 'Time', zh: '时间' },
  mean: { en: 'Mean', zh: '平均' },
  min: { en: 'Min', zh: '最小' },
  max: { en: 'Max', zh: '最大' },
  trendKey: {
    en: 'Line: mean. Band: minimum to maximum. Dashed: alarm limits. Hatched: bad quality. No line: no readings.',
    zh: '实线：平均值。色带：最小至最大。虚线：报警限值。斜纹：坏值。无线条：没有读数。',
  },
  trendEmpty: { en: 'No readings in this time span', zh: '此时间段内没有读数' },
  sensorAlarms: { en: 'Alarms of this sensor', zh: '本测点的报警' },
  sensorJournal: { en: 'Journal of this sensor', zh: '本测点的日志' },
  event: { en: 'Event', zh: '事件' },
  alarm: { en: 'Alarm', zh: '报警' },
  fromTo: { en: 'From → to', zh: '变化' },
  by: { en: 'By', zh: '操作者' },
  system: { en: 'system', zh: '系统' },
  noEntries: { en: 'No entries yet', zh: '尚无记录' },
  older: { en: 'Older entries', zh: '更早的记录' },
  journalEnd: { en: 'The beginning of the journal', zh: '已到日志开头' },
  lastHeard: { en: 'Last heard', zh: '最后收到' },
  never: { en: 'never', zh: '从未' },
  skew: { en: 'Clock skew', zh: '时钟偏差' },
  config: { en: 'Facility file', zh: '配置文件' },
  configSame: { en: 'same as the server', zh: '与服务器一致' },
  configDiffers: { en: 'differs from the server', zh: '与服务器不一致' },
  unknown: { en: 'unknown', zh: '未知' },
  versionLabel: { en: 'Version', zh: '版本' },
  batches: { en: 'Batches', zh: '批次' },
  readings: { en: 'Readings', zh: '读数' },
  late: { en: 'Late', zh: '迟到' },
  duplicates: { en: 'Duplicates', zh: '重复' },
  rejected: { en: 'Rejected', zh: '拒收' },
  missing: { en: 'Missing batches', zh: '缺失批次' },
  lost: { en: 'Lost readings', zh: '丢失读数' },
  ledgerDay: { en: 'Last 24 h', zh: '最近 24 小时' },
  ledgerNothing: { en: 'no readings', zh: '没有读数' },
  ledgerSent: { en: 'sent {count}', zh: '发出 {count}' },
  ledgerStored: { en: 'stored {count}', zh: '入库 {count}' },
  ledgerLate: { en: 'late {count}', zh: '迟到 {count}' },
  ledgerRefused: { en: 'refused {count}', zh: '拒收 {count}' },
  ledgerDropped: { en: 'dropped {count}', zh: '丢弃 {count}' },
  ledgerMissing: { en: 'missing {count}', zh: '缺失 {count}' },
  ledgerMissingHint: {
    en: 'Missing readings have not arrived yet, or are lost.',
    zh: '缺失的读数尚未到达，或已丢失。',
  },
  ledgerGap: { en: 'dropped {count}: {reason}', zh: '丢弃 {count}：{reason}' },
  ledgerMoreGaps: { en: 'more gaps: {count}', zh: '其余缺口：{count}' },
  buses: { en: 'Buses', zh: '总线' },
  devices: { en: 'Devices', zh: '设备' },
  connected: { en: 'connected', zh: '已连接' },
  notConnected: { en: 'not connected', zh: '未连接' },
  answering: { en: 'answering', zh: '应答正常' },
  notAnswering: { en: 'not answering', zh: '无应答' },
  requests: { en: 'requests {count}', zh: '请求 {count}' },
  errors: { en: 'errors {count}', zh: '错误 {count}' },
  roundTrip: { en: '{ms} ms', zh: '{ms} 毫秒' },
  reconnects: { en: 'reconnects {count}', zh: '重连 {count}' },
  utilisation: { en: 'in use {percent} %', zh: '占用率 {percent} %' },
  discarded: { en: 'not taken for an answer {count}', zh: '丢弃的帧 {count}' },
  isolated: { en: 'asked seldom until it answers', zh: '已隔离，低频探测' },
  overruns: { en: 'polls missed {count}', zh: '错过轮询 {count}' },
  refusedRegisters: { en: 'refuses {registers}', zh: '拒绝读取 {registers}' },
  noHealth: { en: 'No health message yet', zh: '尚未收到健康信息' },
  healthOld: {
    en: 'Last known before the gateway went silent',
    zh: '网关失联前的最后已知状态',
  },
  ageSeconds: { en: '{n} s', zh: '{n} 秒' },
  ageMinutes: { en: '{n} min', zh: '{n} 分' },
  ageMinutesSeconds: { en: '{n} min {s} s', zh: '{n} 分 {s} 秒' },
  ageHours: { en: '{n} h {m} min', zh: '{n} 小时 {m} 分' },
  ageDays: { en: '{n} d {h} h', zh: '{n} 天 {h} 小时' },
  ageHoursShort: { en: '{n} h', zh: '{n} 小时' },
  ageDaysShort: { en: '{n} d', zh: '{n} 天' },
} as const satisfies Texts

export const TEXTS = {
  ...COMMON_TEXTS,
  ...ACTION_DIALOG_TEXTS,
  ...SET_ASIDE_TEXTS,
  ...ALARM_PAGE_TEXTS,
  ...FLOOD_TEXTS,
  ...BALLOT_TEXTS,
  ...JOURNAL_TEXTS,
  ...KPI_TEXTS,
  ...PEOPLE_TEXTS,
  ...ROSTER_TEXTS,
  ...NOTICE_TEXTS,
  ...ANSWER_TEXTS,
} as const

export type TextKey = keyof typeof TEXTS

export const PRIORITY_TEXTS: Readonly<Record<Priority, Entry>> = {
  critical: { en: 'Critical', zh: '紧急' },
  high: { en: 'High', zh: '高' },
  medium: { en: 'Medium', zh: '中' },
  low: { en: 'Low', zh: '低' },
}

/** Stands inside the priority's shape. */
export const PRIORITY_LETTERS: Readonly<Record<Priority, Entry>> = {
  critical: { en: 'C', zh: '急' },
  high: { en: 'H', zh: '高' },
  medium: { en: 'M', zh: '中' },
  low: { en: 'L', zh: '低' },
}

export const STATE_TEXTS: Readonly<Record<AlarmState, Entry>> = {
  NORM: { en: 'Normal', zh: '正常' },
  UNACK: { en: 'Unacknowledged', zh: '未确认' },
  ACKED: { en: 'Acknowledged', zh: '已确认' },
  RTNUN: { en: 'Returned, unacknowledged', zh: '已恢复，未确认' },
  LATCH_UNACK: { en: 'Latched, unacknowledged', zh: '已锁存，未确认' },
  LATCH_ACK: { en: 'Latched, acknowledged', zh: '已锁存，已确认' },
  SHLVD: { en: 'Shelved', zh: '已搁置' },
  DSUPR: { en: 'Suppressed by design', zh: '设计抑制' },
  OOSRV: { en: 'Out of service', zh: '停用' },
}

export const EVENT_TEXTS: Readonly<Record<AlarmEvent | 'late' | 'changed', Entry>> = {
  raised: { en: 'Raised', zh: '触发' },
  returned: { en: 'Returned', zh: '恢复' },
  acknowledged: { en: 'Acknowledged', zh: '确认' },
  reset: { en: 'Reset', zh: '复位' },
  shelved: { en: 'Shelved', zh: '搁置' },
  unshelved: { en: 'Unshelved', zh: '取消搁置' },
  suppressed: { en: 'Suppressed', zh: '抑制' },
  unsuppressed: { en: 'Unsuppressed', zh: '取消抑制' },
  'out-of-service': { en: 'Taken out of service', zh: '停用' },
  'returned-to-service': { en: 'Returned to service', zh: '恢复使用' },
  closed: { en: 'Closed', zh: '关闭' },
  late: { en: 'Found in late readings', zh: '在迟到数据中发现' },
  're-alarmed': { en: 'Alarmed again', zh: '再次报警' },
  'priority-raised': { en: 'Priority raised', zh: '优先级升高' },
  silenced: { en: 'Silenced', zh: '消音' },
  changed: { en: 'Settings changed', zh: '参数已修改' },
  notified: { en: 'People told', zh: '已通知人员' },
}

export const GATEWAY_TEXTS: Readonly<Record<GatewayView['state'], Entry>> = {
  online: { en: 'Online', zh: '在线' },
  lost: { en: 'LOST', zh: '丢失' },
  offline: { en: 'OFFLINE', zh: '离线' },
  unknown: { en: 'Not heard yet', zh: '尚未收到' },
}

/** Key: what was wrong with a frame that a gateway did not take for an answer. */
export const DISCARD_TEXTS: Readonly<Record<string, Entry>> = {
  late: { en: 'too late', zh: '迟到' },
  unsolicited: { en: 'not asked for', zh: '未请求' },
  'foreign-unit': { en: 'another unit', zh: '其他从站' },
  header: { en: 'impossible header', zh: '帧头无效' },
  foreign: { en: 'another station', zh: '其他台站' },
  'foreign-function': { en: 'another function', zh: '其他功能码' },
  'foreign-transaction': { en: 'another transaction', zh: '其他事务号' },
  'wrong-length': { en: 'wrong length', zh: '长度错误' },
  crc: { en: 'check sum wrong', zh: '校验错误' },
  mismatch: { en: 'does not fit the pattern', zh: '格式不符' },
  short: { en: 'cut off', zh: '不完整' },
  surplus: { en: 'surplus bytes', zh: '多余字节' },
  echo: { en: 'own echo', zh: '回波' },
  noise: { en: 'noise', zh: '噪声' },
}

/** Why a gateway dropped readings. */
export const GAP_TEXTS: Readonly<Record<GapReason, Entry>> = {
  full: { en: 'outbox of the gateway full', zh: '网关缓存已满' },
  expired: { en: 'waited too long', zh: '超过保存期限' },
  restart: { en: 'lost at a restart', zh: '重启时丢失' },
  damaged: { en: 'outbox of the gateway damaged', zh: '网关缓存损坏' },
}

/** What a reason of the exception-N family reads like. */
export const EXCEPTION_TEXT: Entry = { en: 'exception {n}', zh: '设备异常码 {n}' }

import type {
  ClockState,
  IncidentAction,
  IncidentKind,
  IncidentLevel,
  IncidentStatus,
  TeamEvent,
  TeamKind,
} from '../../../../../contracts/register/incident-words.ts'
import type { Entry } from '../entry.ts'

export const INCIDENT_STATUS_TEXTS: Readonly<Record<IncidentStatus, Entry>> = {
  open: { en: 'Open', zh: '已启动' },
  responding: { en: 'Responding', zh: '处置中' },
  contained: { en: 'Contained', zh: '已受控' },
  closed: { en: 'Closed', zh: '已结束' },
  'false-alarm': { en: 'False alarm', zh: '误报' },
}

export const LEVEL_TEXTS: Readonly<Record<IncidentLevel, Entry>> = {
  1: { en: 'I, particularly serious', zh: 'I 级（特别重大）' },
  2: { en: 'II, serious', zh: 'II 级（重大）' },
  3: { en: 'III, larger', zh: 'III 级（较大）' },
  4: { en: 'IV, general', zh: 'IV 级（一般）' },
}

/** Under its numeral. */
export const LEVEL_WORDS: Readonly<Record<IncidentLevel, Entry>> = {
  1: { en: 'particularly serious', zh: '特别重大' },
  2: { en: 'serious', zh: '重大' },
  3: { en: 'larger', zh: '较大' },
  4: { en: 'general', zh: '一般' },
}

export const INCIDENT_KIND_TEXTS: Readonly<Record<IncidentKind, Entry>> = {
  leak: { en: 'Leak', zh: '泄漏' },
  toxic: { en: 'Toxic release', zh: '有毒物质释放' },
  fire: { en: 'Fire', zh: '火灾' },
  explosion: { en: 'Explosion', zh: '爆炸' },
  process: { en: 'Process upset', zh: '工艺异常' },
  utilities: { en: 'Loss of utilities', zh: '公用工程故障' },
  natural: { en: 'Force of nature', zh: '自然灾害' },
  people: { en: 'Person in danger', zh: '人员伤害' },
  environment: { en: 'Environment', zh: '环境污染' },
  other: { en: 'Other', zh: '其他' },
}

export const TEAM_KIND_TEXTS: Readonly<Record<TeamKind, Entry>> = {
  community: { en: 'On site', zh: '企业（社区）力量' },
  ground: { en: 'Ground', zh: '地面力量' },
  air: { en: 'Air', zh: '航空力量' },
  medical: { en: 'Medical', zh: '医疗' },
  other: { en: 'Other', zh: '其他' },
}

export const CLOCK_STATE_TEXTS: Readonly<Record<ClockState, Entry>> = {
  running: { en: 'left', zh: '剩余' },
  met: { en: 'arrived in time', zh: '按时到达' },
  breached: { en: 'TOO LATE', zh: '超时' },
  waived: { en: 'not needed', zh: '无需到场' },
  ended: { en: 'over before', zh: '提前结束' },
}

/** On its button, as an order. */
export const INCIDENT_ACTION_TEXTS: Readonly<Record<IncidentAction, Entry>> = {
  respond: { en: 'Begin response', zh: '开始处置' },
  contain: { en: 'Contained', zh: '已受控' },
  resume: { en: 'Resume response', zh: '恢复处置' },
  close: { en: 'Close', zh: '结束事件' },
  'false-alarm': { en: 'False alarm', zh: '确认误报' },
  reopen: { en: 'Reopen', zh: '重新启动' },
  command: { en: 'Name commander', zh: '指定指挥' },
  'set-level': { en: 'Set level', zh: '调整级别' },
  'choose-plan': { en: 'Choose plan', zh: '选择预案' },
  'waive-clock': { en: 'Nobody of a kind is needed', zh: '无需某类力量' },
}

export const TEAM_ACTION_TEXTS: Readonly<Record<TeamEvent, Entry>> = {
  dispatched: { en: 'Dispatch', zh: '派出' },
  arrived: { en: 'Arrived', zh: '已到达' },
  released: { en: 'Release', zh: '撤回' },
}

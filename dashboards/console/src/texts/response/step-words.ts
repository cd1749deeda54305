import type { IncidentEvent } from '../../../../../contracts/register/incident-words.ts'
import type { ReportEvent } from '../../../../../contracts/register/report-words.ts'
import type { Entry } from '../entry.ts'
import { INCIDENT_STATUS_TEXTS } from './incident-words.ts'
import { ROUND_STATE_TEXTS } from './inspection-words.ts'
import { REPORT_STATE_TEXTS } from './report-words.ts'

/** Where a round, an incident or a report came to. */
export const HISTORY_STATE_TEXTS: Readonly<Record<string, Entry>> = {
  ...ROUND_STATE_TEXTS,
  ...REPORT_STATE_TEXTS,
  ...INCIDENT_STATUS_TEXTS,
}

type RoundEvent = 'started' | 'answered' | 'finished' | 'abandoned' | 'attachment'

/** In the history, as it was done. */
export const RESPONSE_EVENT_TEXTS: Readonly<Record<IncidentEvent | ReportEvent | RoundEvent, Entry>> = {
  started: { en: 'Started', zh: '开始检查' },
  answered: { en: 'Answered', zh: '填写检查项' },
  finished: { en: 'Finished', zh: '完成检查' },
  abandoned: { en: 'Given up', zh: '放弃检查' },
  attachment: { en: 'File added', zh: '添加附件' },
  opened: { en: 'Opened', zh: '启动' },
  respond: { en: 'Response begun', zh: '开始处置' },
  contain: { en: 'Contained', zh: '已受控' },
  resume: { en: 'Response resumed', zh: '恢复处置' },
  close: { en: 'Closed', zh: '结束' },
  'false-alarm': { en: 'Found to be a false alarm', zh: '确认误报' },
  reopen: { en: 'Reopened', zh: '重新启动' },
  command: { en: 'Commander named', zh: '指定指挥' },
  'set-level': { en: 'Level set', zh: '调整级别' },
  'choose-plan': { en: 'Plan chosen', zh: '选择预案' },
  'waive-clock': { en: 'Nobody of a kind needed', zh: '无需某类力量' },
  'team-dispatched': { en: 'Team dispatched', zh: '队伍派出' },
  'team-arrived': { en: 'Team arrived', zh: '队伍到达' },
  'team-released': { en: 'Team released', zh: '队伍撤回' },
  'step-done': { en: 'Step of the plan done', zh: '预案步骤完成' },
  note: { en: 'Note', zh: '记录' },
  linked: { en: 'Alarm or hazard added', zh: '关联报警或隐患' },
  'alarm-attached': { en: 'Alarm again', zh: '再次报警' },
  'stock-taken': { en: 'Stock taken', zh: '领用物资' },
  'stock-returned': { en: 'Stock returned', zh: '退回物资' },
  'clock-breached': { en: 'Response clock ran out', zh: '响应超时' },
  received: { en: 'Received', zh: '收到举报' },
  review: { en: 'Looked into', zh: '开始核查' },
  accept: { en: 'Became a hazard', zh: '立为隐患' },
  join: { en: 'Joined to a hazard', zh: '并入隐患' },
  decline: { en: 'Declined', zh: '不予受理' },
  duplicate: { en: 'Found to be a duplicate', zh: '标为重复' },
  verify: { en: 'Verified', zh: '现场核实' },
  move: { en: 'Moved to another plant', zh: '转交其他企业' },
  'propose-reward': { en: 'Reward proposed', zh: '提出奖励' },
  'approve-reward': { en: 'Reward approved', zh: '批准奖励' },
  'refuse-reward': { en: 'Reward refused', zh: '不批准奖励' },
  'pay-reward': { en: 'Reward paid', zh: '奖励已发放' },
  comment: { en: 'Comment', zh: '备注' },
  'contact-viewed': { en: 'Contact looked at', zh: '查看联系方式' },
  'contact-sealed-anew': { en: 'Contact sealed anew', zh: '联系方式重新加密' },
  'contact-deleted': { en: 'Contact deleted', zh: '联系方式已删除' },
}

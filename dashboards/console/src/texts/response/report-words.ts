import type {
  AccidentGrade,
  ReportAction,
  ReportState,
  RewardState,
} from '../../../../../contracts/register/report-words.ts'
import type { Entry } from '../entry.ts'

export const REPORT_STATE_TEXTS: Readonly<Record<ReportState, Entry>> = {
  received: { en: 'Received', zh: '已收到' },
  'under-review': { en: 'Under review', zh: '核查中' },
  accepted: { en: 'Accepted', zh: '已受理' },
  verified: { en: 'Verified', zh: '已核实' },
  declined: { en: 'Declined', zh: '不予受理' },
  duplicate: { en: 'Duplicate', zh: '重复举报' },
  closed: { en: 'Closed', zh: '已办结' },
}

export const REWARD_TEXTS: Readonly<Record<RewardState, Entry>> = {
  none: { en: 'no reward', zh: '无奖励' },
  proposed: { en: 'Reward proposed', zh: '奖励待批' },
  approved: { en: 'Reward approved', zh: '奖励已批准' },
  paid: { en: 'Reward paid', zh: '奖励已发放' },
}

/** On its button, as an order. */
export const REPORT_ACTION_TEXTS: Readonly<Record<ReportAction, Entry>> = {
  review: { en: 'Look into it', zh: '开始核查' },
  accept: { en: 'Make a hazard of it', zh: '立为隐患' },
  join: { en: 'Belongs to a hazard', zh: '并入已有隐患' },
  decline: { en: 'Decline', zh: '不予受理' },
  duplicate: { en: 'Duplicate', zh: '标为重复' },
  verify: { en: 'Seen on the spot', zh: '现场核实' },
  move: { en: 'Move to another plant', zh: '转交其他企业' },
  'propose-reward': { en: 'Propose reward', zh: '提出奖励' },
  'approve-reward': { en: 'Approve reward', zh: '批准奖励' },
  'refuse-reward': { en: 'Refuse reward', zh: '不批准奖励' },
  'pay-reward': { en: 'Reward is paid', zh: '奖励已发放' },
  close: { en: 'Close', zh: '办结' },
  comment: { en: 'Comment', zh: '备注' },
}

export const ACCIDENT_TEXTS: Readonly<Record<AccidentGrade, Entry>> = {
  general: { en: 'general', zh: '一般事故' },
  larger: { en: 'larger', zh: '较大事故' },
  major: { en: 'major', zh: '重大事故' },
  extraordinary: { en: 'extraordinary', zh: '特别重大事故' },
}

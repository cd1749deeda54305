import type { PublicState, RewardState } from '../../../../contracts/register/report-words.ts'
import type { Entry, Texts } from '../texts/entry.ts'

/** What the public page says. It stands apart from the console, which nobody who reports has to load. */
export const REPORT_TEXTS = {
  title: { en: 'Report a hazard', zh: '举报安全隐患' },
  language: { en: 'Language', zh: '语言' },
  views: { en: 'What do you want to do?', zh: '您要做什么？' },
  report: { en: 'Report', zh: '举报' },
  lookUp: { en: 'Ask how far it has come', zh: '查询办理进度' },
  danger: {
    en: 'If people are in danger now, do not write: call',
    zh: '如有人员正处于危险之中，请勿填写，立即拨打',
  },
  loading: { en: 'Loading …', zh: '正在加载……' },
  again: { en: 'Try again', zh: '重试' },
  closed: { en: 'No reports are taken here at present.', zh: '此处目前不接收举报。' },
  closedCall: { en: 'Please call the hotline.', zh: '请拨打举报电话。' },
  plant: { en: 'Which plant?', zh: '哪家企业？' },
  plantUnknown: { en: 'I do not know', zh: '不清楚' },
  choose: { en: 'Choose …', zh: '请选择……' },
  what: { en: 'What is wrong?', zh: '存在什么问题？' },
  whatHint: {
    en: 'What you saw, heard or smelt, and why it is dangerous. At least {count} characters.',
    zh: '您看到、听到或闻到了什么，为什么危险。至少 {count} 个字。',
  },
  where: { en: 'Where is it?', zh: '在什么位置？' },
  whereHint: {
    en: 'Road, gate, building, tank or anything that helps to find it.',
    zh: '道路、大门、建筑、储罐等有助于找到的信息。',
  },
  when: { en: 'When did you see it?', zh: '您何时发现的？' },
  optional: { en: 'optional', zh: '选填' },
  photos: { en: 'Photos', zh: '照片' },
  photosHint: {
    en: 'Up to {count}. They are made smaller here, and what the camera noted of place and device is taken out.',
    zh: '最多 {count} 张。照片将在本机压缩，并去除相机记录的位置和设备信息。',
  },
  addPhoto: { en: 'Add photos', zh: '添加照片' },
  removePhoto: { en: 'Remove {name}', zh: '移除 {name}' },
  photoUnreadable: {
    en: '{name} is no photo that this browser can read, or it is too large.',
    zh: '{name} 不是本浏览器可读取的照片，或文件过大。',
  },
  employee: { en: 'I work in this plant', zh: '我是该企业员工' },
  employeeHint: { en: 'The reward is higher then.', zh: '奖励相应提高。' },
  contact: { en: 'How can you be reached?', zh: '如何联系您？' },
  contactHint: {
    en: 'You may leave this out; then nobody can ask you back, and no reward can be paid. It is encrypted. Only administrators can open it, and every look is recorded.',
    zh: '可以不填；但这样无法向您核实情况，也无法发放奖励。信息加密保存，仅管理员可以打开，每次查看均有记录。',
  },
  name: { en: 'Name', zh: '姓名' },
  phone: { en: 'Telephone', zh: '电话' },
  email: { en: 'E-mail', zh: '电子邮箱' },
  website: { en: 'Leave this empty', zh: '请勿填写此项' },
  send: { en: 'Send the report', zh: '提交举报' },
  sending: { en: 'Sending …', zh: '正在提交……' },
  proving: {
    en: 'One moment, your browser is proving that it is no robot …',
    zh: '请稍候，浏览器正在完成防滥用验证……',
  },
  needText: {
    en: 'Say what is wrong, in at least {count} characters.',
    zh: '请说明问题，至少 {count} 个字。',
  },
  needPlant: { en: 'Choose the plant, or say that you do not know.', zh: '请选择企业，或选择“不清楚”。' },
  needWhere: { en: 'Say where it is, since the plant is not known.', zh: '企业不清楚时，请说明位置。' },
  sentTitle: { en: 'Thank you. Your report has come in.', zh: '感谢您。举报已收到。' },
  receipt: { en: 'Your receipt', zh: '您的查询码' },
  keepReceipt: {
    en: 'Write it down or take a picture of it now. It is the only way to ask how far your report has come, and it is never shown again.',
    zh: '请立即抄写或拍照保存。这是查询办理进度的唯一凭证，之后不再显示。',
  },
  copy: { en: 'Copy', zh: '复制' },
  copied: { en: 'Copied', zh: '已复制' },
  another: { en: 'Report something else', zh: '继续举报' },
  receiptLabel: { en: 'Receipt', zh: '查询码' },
  receiptHint: {
    en: '26 letters and digits. Small letters, spaces and dashes do not matter.',
    zh: '26 位字母和数字，大小写、空格和连字符均可。',
  },
  look: { en: 'Look it up', zh: '查询' },
  state: { en: 'Your report', zh: '办理状态' },
  reward: { en: 'Reward', zh: '奖励' },
  receivedAt: { en: 'Received', zh: '收到时间' },
  updatedAt: { en: 'Last change', zh: '最近更新' },
  unreachable: {
    en: 'The server did not answer. Nothing was sent for certain: check the connection and try again.',
    zh: '服务器没有应答，不能确定是否已提交。请检查网络后重试。',
  },
  hotline: { en: 'Hotline', zh: '举报电话' },
} as const satisfies Texts
export type ReportTextKey = keyof typeof REPORT_TEXTS

export const PUBLIC_STATE_TEXTS: Readonly<Record<PublicState, Entry>> = {
  received: { en: 'Received. Nobody has looked at it yet.', zh: '已收到，尚未开始处理。' },
  'under-review': { en: 'It is being looked at.', zh: '正在审核。' },
  accepted: { en: 'Accepted: it is in the register of hazards.', zh: '已受理，并登记为隐患。' },
  verified: { en: 'Looked at on the spot: it is so.', zh: '经现场核实，情况属实。' },
  rectified: { en: 'The hazard has been put right.', zh: '隐患已整改完成。' },
  declined: { en: 'Looked at and not taken up.', zh: '经审核，不予受理。' },
}

export const PUBLIC_REWARD_TEXTS: Readonly<Record<RewardState, Entry>> = {
  none: { en: 'None so far', zh: '暂无' },
  proposed: { en: 'Proposed', zh: '已提出' },
  approved: { en: 'Approved: you will be contacted', zh: '已批准，将与您联系' },
  paid: { en: 'Paid', zh: '已发放' },
}

/** Refusals that a reporter can do something about. Key: code. */
export const REPORT_REFUSALS: Readonly<Record<string, Entry>> = {
  REPORT_CLOSED: {
    en: 'This plant takes no reports here. Call the hotline.',
    zh: '该企业不在此处接收举报，请拨打举报电话。',
  },
  REPORT_CHALLENGE: {
    en: 'The form was open for too long. Send it once more.',
    zh: '表单打开时间过长，请再次提交。',
  },
  REPORT_TOO_FAST: {
    en: 'That was very fast. Wait a few seconds and send it once more.',
    zh: '提交过快，请稍等几秒后再次提交。',
  },
  REPORT_REFUSED: {
    en: 'The browser has filled in a hidden field. Load the page anew.',
    zh: '浏览器填写了隐藏字段，请重新加载页面。',
  },
  REPORT_TOO_MANY: {
    en: 'Too many reports have come in. Try again later, or call the hotline.',
    zh: '举报数量过多，请稍后再试，或拨打举报电话。',
  },
  REPORT_REPEATED: {
    en: 'The same words have come in already and are looked at. If you want to add something, say it in words of its own.',
    zh: '相同内容已收到并正在处理。如需补充，请另行描述。',
  },
  REPORT_INCOMPLETE: {
    en: 'Something is missing: look at what you have filled in.',
    zh: '内容不完整，请检查所填信息。',
  },
  REPORT_UNKNOWN: {
    en: 'No report has this receipt. Look at it again, letter by letter.',
    zh: '没有与此查询码对应的举报，请逐位核对。',
  },
  ATTACHMENT_TOO_LARGE: { en: 'A photo is too large.', zh: '照片过大。' },
  ATTACHMENT_TYPE: { en: 'A file is no photo.', zh: '有文件不是照片。' },
  REGISTER_BUSY: { en: 'The server is busy. Send it once more.', zh: '服务器繁忙，请再次提交。' },
}
export const OTHER_REFUSAL: Entry = {
  en: 'The server has refused it ({code}). Try again later, or call the hotline.',
  zh: '服务器拒绝了提交（{code}）。请稍后再试，或拨打举报电话。',
}

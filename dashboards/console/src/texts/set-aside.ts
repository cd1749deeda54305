import type { Texts } from './entry.ts'

/** The lists of what is not annunciated, and tests. */
export const SET_ASIDE_TEXTS = {
  setAside: { en: 'Set aside', zh: '屏蔽' },
  asideCount: { en: 'set aside: {count}', zh: '屏蔽：{count}' },
  setAsideTitle: { en: 'Not annunciated', zh: '不报警提示的报警' },
  setAsideHint: {
    en: 'These alarms go on being watched and recorded, and call nobody.',
    zh: '以下报警仍持续监视和记录，但不作提示。',
  },
  shelved: { en: 'Shelved', zh: '已搁置' },
  suppressed: { en: 'Suppressed', zh: '已抑制' },
  outOfService: { en: 'Out of service', zh: '停用' },
  noneShelved: { en: 'Nothing is shelved.', zh: '没有搁置的报警。' },
  noneSuppressed: { en: 'Nothing is suppressed.', zh: '没有抑制的报警。' },
  noneOutOfService: { en: 'Nothing is out of service.', zh: '没有停用的报警。' },
  beneath: { en: 'Beneath', zh: '实际状态' },
  setBy: { en: 'By', zh: '操作者' },
  approvedBy: { en: 'approved by {name}', zh: '批准人 {name}' },
  untilLabel: { en: 'Until', zh: '截止' },
  left: { en: '{span} left', zh: '剩余 {span}' },
  noEnd: { en: 'no end', zh: '无期限' },
  onceReturned: { en: 'or its return', zh: '或恢复时' },
  byDesign: { en: 'by design: lifts itself', zh: '设计抑制：自动解除' },
  causeGroup: { en: '{reason}: {count} alarms', zh: '{reason}：{count} 条报警' },
  activeBeneath: { en: 'active beneath: {count}', zh: '其中实际报警：{count}' },
  underTest: { en: 'Under test', zh: '测试中' },
  testUntil: { en: 'until {time}', zh: '至 {time}' },
  moreTests: { en: '{count} more tests', zh: '另有 {count} 项测试' },
  tests: { en: 'Tests', zh: '测试' },
  noTests: { en: 'No test of this sensor yet.', zh: '该测点尚无测试。' },
  startTest: { en: 'Start test', zh: '开始测试' },
  startTestTitle: { en: 'Test {sensor}', zh: '测试 {sensor}' },
  startTestHint: {
    en: 'While it is under test its alarms call nobody; what they do is kept as evidence. It ends by itself.',
    zh: '测试期间其报警不作提示，动作留作证据；到期自动结束。',
  },
  testKind: { en: 'Kind of test', zh: '测试类型' },
  testWhyHint: { en: 'Why, and with what gas or signal.', zh: '原因，以及所用气体或信号。' },
  testApproverHint: {
    en: 'Where the class of one of its alarms takes two people.',
    zh: '其中任一报警的类别需要两人时填写。',
  },
  endTest: { en: 'End test', zh: '结束测试' },
  endTestTitle: { en: 'End the test', zh: '结束测试' },
  endTestHint: {
    en: 'Alarms whose condition stands are annunciated at once.',
    zh: '条件仍成立的报警将立即提示。',
  },
  testEnded: { en: 'ended {time} by {name}', zh: '{time} 由 {name} 结束' },
  testOver: { en: 'ended {time}', zh: '{time} 结束' },
  evidenceRaised: { en: 'raised {time}', zh: '{time} 触发' },
  evidenceNotRaised: { en: 'not raised', zh: '未触发' },
  evidenceReturned: { en: 'returned {time}', zh: '{time} 恢复' },
  evidenceNotReturned: { en: 'not returned', zh: '未恢复' },
  evidencePeak: { en: 'peak {value}', zh: '峰值 {value}' },
} as const satisfies Texts

export const TEST_KIND_TEXTS = {
  bump: { en: 'Bump test: it responds', zh: '功能测试：有响应' },
  proof: { en: 'Proof test: the whole loop', zh: '验证测试：整个回路' },
} as const satisfies Texts

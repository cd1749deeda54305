import type { Entry, Texts } from './entry.ts'

/** States of channels of a vote; the sign tells them apart without a colour. */
export const VOTE_CHANNEL_TEXTS: Readonly<Record<string, Entry>> = {
  normal: { en: '✓ normal', zh: '✓ 正常' },
  alarm: { en: '▲ ALARM', zh: '▲ 报警' },
  overdue: { en: '◷ test or calibration overdue', zh: '◷ 检验或标定逾期' },
  fault: { en: '✕ fault', zh: '✕ 故障' },
  silent: { en: '… silent', zh: '… 无数据' },
  inhibited: { en: '⊘ inhibited', zh: '⊘ 已禁止' },
  'warm-up': { en: '◌ warming up', zh: '◌ 预热' },
}

/** Who had a say in a vote, in one line of the journal. */
export const BALLOT_TEXTS = {
  ballot: { en: 'The vote at that moment', zh: '当时的表决' },
  ballotVotes: { en: '● votes', zh: '● 投票' },
  ballotHolds: { en: '▲ beyond when last believed', zh: '▲ 末次有效读数超限' },
  ballotNormal: { en: '✓ normal: {count}', zh: '✓ 正常：{count} 个' },
} as const satisfies Texts

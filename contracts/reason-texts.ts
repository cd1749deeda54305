import type { REASONS } from './quality.ts'

/** Reasons of a quality as people read them, in the console and in messages. */
export const REASON_TEXTS: Readonly<Record<keyof typeof REASONS, Readonly<Record<'en' | 'zh', string>>>> = {
  clock: { en: 'clock not trusted', zh: '时钟不可信' },
  'ne43-drift': { en: 'drift (NE 43)', zh: '漂移 (NE 43)' },
  'out-of-spec': { en: 'out of specification', zh: '超出规格' },
  imprecise: { en: 'imprecise', zh: '不精确' },
  'above-range': { en: 'above range', zh: '超上量程' },
  'ne43-high': { en: 'high (NE 43)', zh: '过高 (NE 43)' },
  'over-range-latched': { en: 'over-range latched', zh: '超量程锁存' },
  'below-range': { en: 'below range', zh: '低于量程' },
  'ne43-low': { en: 'low (NE 43)', zh: '过低 (NE 43)' },
  inhibited: { en: 'inhibited', zh: '已禁止' },
  calibrating: { en: 'calibrating', zh: '标定中' },
  'warm-up': { en: 'warming up', zh: '预热中' },
  testing: { en: 'under test', zh: '测试中' },
  timeout: { en: 'no answer', zh: '应答超时' },
  'not-a-number': { en: 'not a number', zh: '非数值' },
  frozen: { en: 'frozen', zh: '数值冻结' },
  'implausible-rate': { en: 'implausible rate', zh: '变化率异常' },
  'comm-lost': { en: 'communication lost', zh: '通信中断' },
  stale: { en: 'no update', zh: '无更新' },
  crc: { en: 'check sum wrong', zh: '校验错误' },
  'short-reply': { en: 'reply too short', zh: '应答过短' },
  'bad-reply': { en: 'reply does not fit', zh: '应答不符' },
  'not-decodable': { en: 'not decodable', zh: '无法解码' },
  'device-fault': { en: 'device fault', zh: '设备故障' },
}

import type { Axis, Feature } from '../../../../contracts/analytics/seismic/wave.ts'
import type { WaveformMark } from '../../../../contracts/waveform.ts'
import type { Entry, Texts } from './entry.ts'

/** Recorded seismic events; loaded with their panel. */
export const WAVEFORM_TEXTS = {
  title: { en: 'Recorded events', zh: '地震事件记录' },
  titleOfAlarm: { en: 'Recorded event', zh: '本次事件波形' },
  none: { en: 'No event has been recorded.', zh: '尚无事件记录。' },
  toCome: {
    en: 'Nothing recorded yet: a record arrives some minutes after the event has begun.',
    zh: '暂无波形：事件开始数分钟后记录才会传到。',
  },
  events: { en: 'Events', zh: '事件列表' },
  station: { en: 'Station', zh: '台站' },
  onset: { en: 'Onset', zh: '触发时刻' },
  span: { en: 'Record', zh: '记录时段' },
  spanOf: { en: '{from} – {to} ({seconds} s)', zh: '{from} – {to}（{seconds} s）' },
  rate: { en: 'Sampling', zh: '采样率' },
  rateOf: { en: '{rate} samples/s, three axes', zh: '每秒 {rate} 点，三分量' },
  marks: { en: 'Note', zh: '注意' },
  download: { en: 'miniSEED ({size} kB)', zh: '下载 miniSEED（{size} kB）' },
  older: { en: 'Older events', zh: '更早的事件' },
  raised: { en: 'Alarm', zh: '报警' },
  peak: { en: 'peak {value} at {time}', zh: '峰值 {value}，{time}' },
  key: {
    en: 'Gal, mean taken off; of each stretch the least and the greatest. All axes in one scale.',
    zh: '单位 Gal，已去均值；每段取最小与最大值，三分量同一比例。',
  },
} as const satisfies Texts
export type WaveformTextKey = keyof typeof WAVEFORM_TEXTS

export const MARK_TEXTS: Readonly<Record<WaveformMark, Entry>> = {
  clipped: {
    en: 'The instrument was at full scale: the figures are lower bounds.',
    zh: '仪器达到满量程：各指标为下限值。',
  },
  cut: { en: 'The record ends before the event may have ended.', zh: '记录被截断，事件可能尚未结束。' },
  lone: {
    en: 'One axis alone shook, as when a housing is struck.',
    zh: '仅一个分量有振动，可能是外壳受到碰撞。',
  },
}

export const AXIS_TEXTS: Readonly<Record<Axis, Entry>> = {
  ns: { en: 'North–south', zh: '南北向' },
  ew: { en: 'East–west', zh: '东西向' },
  ud: { en: 'Vertical', zh: '竖向' },
}

export const FEATURE_TEXTS: Readonly<Record<Feature, Entry>> = {
  pga: { en: 'PGA, vector', zh: '峰值加速度（合成）' },
  pgaNs: { en: 'PGA north–south', zh: '峰值加速度 南北' },
  pgaEw: { en: 'PGA east–west', zh: '峰值加速度 东西' },
  pgaUd: { en: 'PGA vertical', zh: '峰值加速度 竖向' },
  pgv: { en: 'PGV', zh: '峰值速度' },
  cav: { en: 'CAV', zh: '累积绝对速度' },
  standardizedCav: { en: 'Standardized CAV', zh: '标准化累积绝对速度' },
  arias: { en: 'Arias intensity', zh: 'Arias 强度' },
  si: { en: 'Spectral intensity SI', zh: '谱强度 SI' },
  staLta: { en: 'STA/LTA, greatest', zh: '最大 STA/LTA' },
  jma: { en: 'JMA intensity', zh: 'JMA 计测震度' },
  gbt17742: { en: 'Intensity GB/T 17742', zh: '仪器烈度 GB/T 17742' },
  frequency: { en: 'Dominant frequency', zh: '卓越频率' },
  noise: { en: 'Noise', zh: '本底噪声' },
  event: { en: 'Event', zh: '事件' },
}

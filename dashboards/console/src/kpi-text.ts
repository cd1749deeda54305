import type { Figure } from '../../../contracts/kpi.ts'
import type { Words } from './language.ts'
import { countText } from './number-text.ts'
import { ageText } from './time-text.ts'

/** A value with its unit; null where there was nothing to measure. */
export function figureText({ value, unit }: Pick<Figure, 'value' | 'unit'>, words: Words): string {
  if (value === null) return words.text('nothingMeasured')
  if (unit === 's') return spanOfMs(value * 1_000, words)
  return unit === '%' ? `${decimals(value)} %` : decimals(value)
}

/** To the second where it is short: 45 s, 3 min 20 s, 5 h 12 min. */
export function spanOfMs(ms: number, words: Words): string {
  if (ms < 60_000 || ms >= 3_600_000) return ageText(ms, words)
  const seconds = Math.round(ms / 1_000)
  const s = String(seconds % 60).padStart(2, '0')
  return words.text('ageMinutesSeconds', { n: Math.floor(seconds / 60), s })
}

/** Of a peak: the day alone where the day is what was worst. */
export function peakText({ id, at }: Pick<Figure, 'id' | 'at'>): string | null {
  if (at === null) return null
  return id === 'peakDay' ? at.slice(0, 10) : minuteText(at)
}

/** Local time of the plant to the minute. */
export function minuteText(iso: string): string {
  return iso.slice(0, 16).replace('T', ' ')
}

/** Two decimals where they say something. */
function decimals(value: number): string {
  if (Number.isInteger(value)) return countText(value)
  return value !== 0 && Math.abs(value) < 0.01 ? '< 0.01' : String(Number(value.toFixed(2)))
}

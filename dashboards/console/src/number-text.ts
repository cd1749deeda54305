import type { SensorView } from '../../../contracts/api.ts'
import { MOST_DECIMALS, numberText, placesOf, unitSign } from '../../../contracts/number-text.ts'

export { limitText, numberText, unitSign } from '../../../contracts/number-text.ts'

/** How a sensor's numbers are written. */
export interface NumberStyle {
  /** Places after the point. */
  decimals: number
  /** Empty when the number has no unit. */
  unit: string
}

/**
 * A thousandth of the display span is the finest step worth reading; a value is written as finely as
 * its limits, so that 0.34 never reads 0.3.
 */
export function styleOf(sensor: Pick<SensorView, 'kind' | 'unit' | 'range' | 'limits'>): NumberStyle {
  const unit = unitSign(sensor.unit)
  if (sensor.kind === 'state') return { decimals: 0, unit }
  const limits = sensor.limits.flatMap((limit) => (limit.limit === null ? [] : [limit.limit]))
  const [low, high] = sensor.range ?? []
  const span =
    low !== undefined && high !== undefined
      ? high - low
      : Math.max(0, ...limits.map((limit) => Math.abs(limit)))
  const bySpan = span > 0 ? Math.ceil(-Math.log10(span / 1_000)) : 2
  const byLimits = Math.max(0, ...limits.map(placesOf))
  return { decimals: clamp(Math.max(bySpan, byLimits), 0, MOST_DECIMALS), unit }
}

/** Number and unit, as in `12.5 %LEL`. */
export function quantityText(value: number, style: NumberStyle): string {
  const number = numberText(value, style.decimals)
  return style.unit === '' ? number : `${number} ${style.unit}`
}

/** For an alarm whose sensor's span is not known: four significant places are enough. */
export function looseNumber(value: number): string {
  return numberText(value, Math.min(MOST_DECIMALS, placesOf(Number(value.toPrecision(4)))))
}

/** Whole numbers in groups of three. */
export function countText(count: number): string {
  return count.toLocaleString('en-US').replaceAll(',', ' ')
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value))
}

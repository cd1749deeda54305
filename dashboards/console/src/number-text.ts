import type { SensorView } from '../../../contracts/api.ts'
import { MOST_DECIMALS, numberText, placesOf, unitSign } from '../../../contracts/number-text.ts'

export { limitText, numberText, unitSign } from '../../../contracts/number-text.ts'

/** How a sensor's numbers are written. */
export interface NumberStyle {
  /** Places after the point. */
  decimals: number
  /** Empty when the number has no unit. */
  unit: string
  /** How far it may reach is not known: a great number is written with fewer places. */
  isOpen: boolean
}

/**
 * A thousandth of the display span is the finest step worth reading, of a limit alone a hundredth; a value is
 * written as finely as its limits, so that 0.34 never reads 0.3.
 */
export function styleOf(sensor: Pick<SensorView, 'kind' | 'unit' | 'range' | 'limits'>): NumberStyle {
  const unit = unitSign(sensor.unit)
  if (sensor.kind === 'state') return { decimals: 0, unit, isOpen: false }
  const limits = sensor.limits.flatMap((limit) => (limit.limit === null ? [] : [limit.limit]))
  const [low, high] = sensor.range ?? []
  const [span, steps] =
    low !== undefined && high !== undefined
      ? [high - low, 1_000]
      : [Math.max(0, ...limits.map((limit) => Math.abs(limit))), 100]
  const bySpan = span > 0 ? Math.ceil(-Math.log10(span / steps)) : 2
  const byLimits = Math.max(0, ...limits.map(placesOf))
  // Instrumental intensities have one place by definition, and ratios of ground motion are no better known.
  if (sensor.kind === 'seismic' && sensor.unit === '1')
    return { decimals: clamp(byLimits, 1, MOST_DECIMALS), unit, isOpen: false }
  return { decimals: clamp(Math.max(bySpan, byLimits), 0, MOST_DECIMALS), unit, isOpen: span <= 0 }
}

/** The number alone, as a sensor of that style shows it. */
export function readingText(value: number, style: NumberStyle): string {
  return numberText(value, decimalsAt(value, style))
}

/** The last digit of a number of about that size: what changes by less is not seen to change. */
export function stepAt(value: number, style: NumberStyle): number {
  return 10 ** -decimalsAt(value, style)
}

function decimalsAt(value: number, { decimals, isOpen }: NumberStyle): number {
  if (!isOpen) return decimals
  // Four significant places, as of any number whose span is not known; a row of them keeps its places by tenfold.
  const whole = Math.max(1, Math.floor(Math.log10(Math.max(1, Math.abs(value)))) + 1)
  return clamp(4 - whole, 0, decimals)
}

/** Number and unit, as in `12.5 %LEL`. */
export function quantityText(value: number, style: NumberStyle): string {
  const number = readingText(value, style)
  return style.unit === '' ? number : `${number} ${style.unit}`
}

/** For an alarm whose sensor's span is not known: four significant places are enough. */
export function looseNumber(value: number): string {
  return numberText(value, Math.min(MOST_DECIMALS, placesOf(Number(value.toPrecision(4)))))
}

/** A mark of an axis with the places that its steps need: a quarter is 0.25 and never 0.3. */
export function markText(at: number, step: number): string {
  const places = Math.max(0, Math.ceil(-Math.log10(step) - 1e-9))
  const scaled = step * 10 ** places
  return numberText(at, Math.abs(scaled - Math.round(scaled)) < 1e-6 ? places : places + 1)
}

/** Whole numbers in groups of three. */
export function countText(count: number): string {
  return count.toLocaleString('en-US').replaceAll(',', ' ')
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value))
}

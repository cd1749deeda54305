import type { SensorView } from '../../../contracts/api.ts'

/** Units as people write them; the others are shown as they are. Key: unit of contracts/units.ts. */
const UNIT_SIGNS: Readonly<Record<string, string>> = {
  '1': '',
  degC: '°C',
  degF: '°F',
  'mg/m3': 'mg/m³',
  'ug/m3': 'µg/m³',
  'm/s2': 'm/s²',
  m3: 'm³',
  'm3/h': 'm³/h',
  'm3/s': 'm³/s',
  'LEL.m': 'LEL·m',
  gal_us: 'gal (US)',
}

/** How a sensor's numbers are written. */
export interface NumberStyle {
  /** Places after the point. */
  decimals: number
  /** Empty when the number has no unit. */
  unit: string
}

const MOST_DECIMALS = 4

export function unitSign(unit: string): string {
  return UNIT_SIGNS[unit] ?? unit
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

/** The number with the style's decimals and a real minus sign. */
export function numberText(value: number, decimals: number): string {
  const text = value.toFixed(decimals)
  // -0.0 would suggest a sign that is not there.
  const unsigned = Number(text) === 0 ? text.replace('-', '') : text
  return unsigned.replace('-', '−')
}

/** Number and unit, as in `12.5 %LEL`. */
export function quantityText(value: number, style: NumberStyle): string {
  const number = numberText(value, style.decimals)
  return style.unit === '' ? number : `${number} ${style.unit}`
}

/** A set point with every decimal it was given. */
export function limitText(limit: number): string {
  return String(limit).replace('-', '−')
}

/** For an alarm whose sensor's span is not known: four significant places are enough. */
export function looseNumber(value: number): string {
  return numberText(value, Math.min(MOST_DECIMALS, placesOf(Number(value.toPrecision(4)))))
}

/** Whole numbers in groups of three. */
export function countText(count: number): string {
  return count.toLocaleString('en-US').replaceAll(',', ' ')
}

function placesOf(value: number): number {
  const fraction = String(value).split('.')[1]
  return fraction === undefined || fraction.includes('e') ? 0 : fraction.length
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value))
}

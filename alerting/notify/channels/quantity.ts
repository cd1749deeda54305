import type { AlarmView } from '../../../contracts/api.ts'

/** Units as people write them, as in the console; the others are shown as they are. Key: unit of contracts/units.ts. */
export const UNIT_SIGNS: Readonly<Record<string, string>> = {
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

const MOST_DECIMALS = 4
/** Finer steps are noise to somebody who reads a message. */
const SIGNIFICANT = 4

/** `43.1 %LEL`: four significant places, and as fine as its limit, so that 0.34 never reads 0.3. */
export function valueText(value: number, { unit, limit }: Pick<AlarmView, 'unit' | 'limit'>): string {
  const places = Math.max(
    placesOf(Number(value.toPrecision(SIGNIFICANT))),
    limit === null ? 0 : placesOf(limit),
  )
  const text = value.toFixed(Math.min(MOST_DECIMALS, places))
  // -0.0 would suggest a sign that is not there.
  const number = (Number(text) === 0 ? text.replace('-', '') : text).replace('-', '−')
  const sign = UNIT_SIGNS[unit] ?? unit
  return sign === '' ? number : `${number} ${sign}`
}

/** A set point with every decimal it was given. */
export function limitText(limit: number): string {
  return String(limit).replace('-', '−')
}

function placesOf(value: number): number {
  const fraction = String(value).split('.')[1]
  return fraction === undefined || fraction.includes('e') ? 0 : fraction.length
}

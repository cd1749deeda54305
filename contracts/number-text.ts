/** Units as people write them; the others are shown as they are. Key: unit of units.ts. */
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
  'g.s': 'g·s',
  gal_us: 'gal (US)',
}

/** Finer ones are noise to whoever reads them. */
export const MOST_DECIMALS = 4

export function unitSign(unit: string): string {
  return UNIT_SIGNS[unit] ?? unit
}

/** The number with so many decimals and a real minus sign. */
export function numberText(value: number, decimals: number): string {
  const text = value.toFixed(decimals)
  // -0.0 would suggest a sign that is not there.
  const unsigned = Number(text) === 0 ? text.replace('-', '') : text
  return unsigned.replace('-', '−')
}

/** A set point with every decimal it was given. */
export function limitText(limit: number): string {
  return String(limit).replace('-', '−')
}

/** Decimals that a number is written with. */
export function placesOf(value: number): number {
  const fraction = String(value).split('.')[1]
  return fraction === undefined || fraction.includes('e') ? 0 : fraction.length
}

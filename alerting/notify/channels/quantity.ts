import type { AlarmView } from '../../../contracts/api.ts'
import { MOST_DECIMALS, numberText, placesOf, unitSign } from '../../../contracts/number-text.ts'

/** Finer steps are noise to somebody who reads a message. */
const SIGNIFICANT = 4

/** `43.1 %LEL`: four significant places, and as fine as its limit, so that 0.34 never reads 0.3. */
export function valueText(value: number, { unit, limit }: Pick<AlarmView, 'unit' | 'limit'>): string {
  const own = placesOf(Number(value.toPrecision(SIGNIFICANT)))
  const places = Math.max(own, limit === null ? 0 : placesOf(limit))
  const number = numberText(value, Math.min(MOST_DECIMALS, places))
  const sign = unitSign(unit)
  return sign === '' ? number : `${number} ${sign}`
}

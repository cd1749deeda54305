/** Decimal digits that a sum of two products of doubles holds for sure. */
const SURE_DIGITS = 14
/** What the roundings add up to at the most, as a share of the largest number: of scale and product, or of all. */
const NOISE = { scaled: 2 * Number.EPSILON, shifted: 8 * Number.EPSILON } as const

/**
 * raw * scale + offset without the noise of binary fractions: 3 * 0.1 is 0.3 and equals a limit of 0.3, and
 * the ends of `to` are not outside of `valid`. No more than noise is taken away, so that a counter of 64 bits
 * keeps its digits. Undefined when no number holds the result.
 */
export function scaled(
  raw: number,
  { scale, offset }: { readonly scale: number; readonly offset: number },
): number | undefined {
  if (scale === 1 && offset === 0) return raw
  const value = raw * scale + offset
  if (!Number.isFinite(value)) return undefined
  const magnitude = Math.max(Math.abs(raw * scale), Math.abs(offset))
  const decimals = SURE_DIGITS - Math.ceil(Math.log10(magnitude))
  // `toFixed` knows 0 to 100 decimals; beyond them there is nothing to round.
  if (!(decimals >= 0 && decimals <= 100)) return value
  const rounded = Number(value.toFixed(decimals))
  const noise = magnitude * (offset === 0 ? NOISE.scaled : NOISE.shifted)
  return Math.abs(rounded - value) <= noise ? rounded : value
}

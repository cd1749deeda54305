/** What an instrument puts where it has no measurement; the first that its format allows. */
const NO_NUMBER = ['NaN', 'nan', '----', '***', 'ERR'] as const
const MOST_DIGITS = 10
/** Digits behind the point, the likeliest first. */
const DECIMALS = [3, 2, 4, 1, 5, 6, 0] as const

/** At most four digits behind the point, without needless zeros. */
export function plainNumber(value: number): string {
  if (Number.isNaN(value)) return 'NaN'
  if (!Number.isFinite(value)) return value > 0 ? 'Inf' : '-Inf'
  return String(Number(value.toFixed(4)))
}

/**
 * A number in the way a regular expression wants it: decimals, sign and leading zeros or blanks as they
 * come to match. Undefined when no way of writing it does.
 */
export function numberMatching(value: number, form: RegExp): string | undefined {
  if (Number.isNaN(value)) return NO_NUMBER.find((text) => form.test(text))
  const plain = plainNumber(value)
  if (form.test(plain) && plain.includes('.')) return plain
  if (!Number.isFinite(value)) return form.test(plain) ? plain : undefined
  for (const text of waysToWrite(value)) if (form.test(text)) return text
  return undefined
}

function* waysToWrite(value: number): Generator<string> {
  const signs = value < 0 ? ['-'] : ['', '+', ' ']
  for (const decimals of DECIMALS) {
    const digits = Math.abs(value).toFixed(decimals)
    for (const sign of signs) {
      for (let width = digits.length; width <= MOST_DIGITS; width++) {
        yield sign + digits.padStart(width, '0')
        yield (sign + digits).padStart(width, ' ')
      }
    }
  }
}

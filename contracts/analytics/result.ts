import type { Result } from './computation.ts'

/** Nothing can be said: its inputs are bad, or too little of them is usable. */
export function noResult(coverage: number): Result {
  return { quality: 'bad', reason: 'inputs', coverage: share(coverage) }
}

/**
 * What a computation gives that had so much of what it needs; with less than `least` of it, nothing. Of uncertain
 * inputs comes an uncertain value, which may raise an alarm and never clears one.
 */
export function windowResult(from: {
  value: number
  coverage: number
  least: number
  isUncertain: boolean
}): Result {
  const { value, least, isUncertain } = from
  const coverage = share(from.coverage)
  if (!Number.isFinite(value) || coverage < least) return noResult(coverage)
  return isUncertain
    ? { value, quality: 'uncertain', reason: 'imprecise', coverage }
    : { value, quality: 'good', coverage }
}

/** Sums of parts miss the whole by their last digits. */
function share(coverage: number): number {
  if (!(coverage > 0)) return 0
  return coverage > 0.999_999_999 ? 1 : coverage
}

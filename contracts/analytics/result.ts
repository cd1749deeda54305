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
  /** What the value cannot be less, or more, than, by what was seen of it alone. */
  atLeast?: number
  atMost?: number
}): Result {
  const { value, least, isUncertain, atLeast, atMost } = from
  const coverage = share(from.coverage)
  if (!Number.isFinite(value) || coverage < least)
    return {
      ...noResult(coverage),
      ...(isBound(atLeast) && { atLeast }),
      ...(isBound(atMost) && { atMost }),
    }
  return isUncertain
    ? { value, quality: 'uncertain', reason: 'imprecise', coverage }
    : { value, quality: 'good', coverage }
}

function isBound(bound: number | undefined): bound is number {
  return bound !== undefined && Number.isFinite(bound)
}

/** Sums of parts miss the whole by their last digits. */
function share(coverage: number): number {
  if (!(coverage > 0)) return 0
  return coverage > 0.999_999_999 ? 1 : coverage
}

import { reasonRow } from '../../quality.ts'
import type { Result } from '../computation.ts'
import { noResult } from '../result.ts'

/** What a slice, a reading and a result have. */
type Told = Pick<Result, 'quality'> & { readonly reason?: string | undefined }

/** Its value is not known, but that it is more than can be measured. */
export function isAboveRange({ quality, reason }: Told): boolean {
  return reasonRow(quality, reason).evidence === 'beyond-high'
}

/**
 * What comes of an input without a usable value. One beyond its range stays so in another unit, and raises what is beyond
 * it here as well; of all others nothing can be said.
 */
export function unusableResult(slice: Told, coverage = 0): Result {
  const { quality, reason } = slice
  const isBelow = reasonRow(quality, reason).evidence === 'beyond-low'
  return reason !== undefined && (isBelow || isAboveRange(slice))
    ? { quality: 'bad', reason, coverage }
    : noResult(coverage)
}

/** An exposure of which too little was seen is beyond what can be measured while its input is. */
export function unlessOffScale(result: Result, slice: Told): Result {
  const { coverage, value, atLeast } = result
  return value === undefined && atLeast !== undefined && isAboveRange(slice)
    ? unusableResult(slice, coverage)
    : result
}

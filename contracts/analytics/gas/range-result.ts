import { reasonRow } from '../../quality.ts'
import type { Result } from '../computation.ts'
import { noResult } from '../result.ts'
import type { Slice } from '../slice.ts'

/** Its value is not known, but that it is more than can be measured. */
export function isAboveRange({ quality, reason }: Pick<Slice, 'quality' | 'reason'>): boolean {
  return reasonRow(quality, reason).evidence === 'beyond-high'
}

/**
 * What comes of an input without a usable value. One beyond its range stays so in another unit, and raises what is beyond
 * it here as well; of all others nothing can be said.
 */
export function unusableResult(slice: Pick<Slice, 'quality' | 'reason'>, coverage = 0): Result {
  const { quality, reason } = slice
  const isBelow = reasonRow(quality, reason).evidence === 'beyond-low'
  return reason !== undefined && (isBelow || isAboveRange(slice))
    ? { quality: 'bad', reason, coverage }
    : noResult(coverage)
}

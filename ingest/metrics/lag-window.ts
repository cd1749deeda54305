import { LAG_BOUNDS_MS, type LagHistogram } from '../../contracts/lag-histogram.ts'

/** What was added to a histogram between two looks at it. */
export class LagWindow {
  readonly #histogram: Pick<LagHistogram, 'counts'>
  #before: readonly number[]

  constructor(histogram: Pick<LagHistogram, 'counts'>) {
    this.#histogram = histogram
    this.#before = [...histogram.counts]
  }

  /** Since the last call. */
  take(): number[] {
    const before = this.#before
    this.#before = [...this.#histogram.counts]
    return this.#before.map((count, bucket) => count - (before[bucket] ?? 0))
  }
}

/**
 * What this share (0 to 1) of what was counted did not exceed, ms; on a straight line within its bucket, and the last
 * bound for what is beyond it. NaN when nothing was counted.
 */
export function quantileMs(counts: readonly number[], share: number): number {
  const wanted = share * counts.reduce((sum, count) => sum + count, 0)
  if (wanted === 0) return Number.NaN
  let below = 0
  for (const [bucket, count] of counts.entries()) {
    const [low, high] = [LAG_BOUNDS_MS[bucket - 1] ?? 0, LAG_BOUNDS_MS[bucket]]
    if (high === undefined) return low
    if (below + count >= wanted) return low + ((wanted - below) / count) * (high - low)
    below += count
  }
  return Number.NaN
}

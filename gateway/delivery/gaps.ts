import type { Gap } from '../../contracts/wire.ts'

/** An entry with more ranges is closed, so that it fits a batch whatever becomes of every second one. */
const MOST_RANGES = 1_000

/** Adds a loss to a list of losses: one entry for each epoch and reason, its ranges joined where they meet. */
export function mergeGap(gaps: readonly Gap[], added: Gap): Gap[] {
  const same = gaps.find(
    (gap) => gap.epoch === added.epoch && gap.reason === added.reason && gap.seqs.length < MOST_RANGES,
  )
  if (same === undefined) return [...gaps, added]
  const merged: Gap = {
    ...same,
    seqs: joinRanges([...same.seqs, ...added.seqs]),
    count: same.count + added.count,
    from: Math.min(same.from, added.from),
    to: Math.max(same.to, added.to),
  }
  return gaps.map((gap) => (gap === same ? merged : gap))
}

/** Closed ranges in order, those that touch or overlap made one. */
export function joinRanges(ranges: readonly (readonly [number, number])[]): [number, number][] {
  const joined: [number, number][] = []
  for (const [first, last] of ranges.toSorted((a, b) => a[0] - b[0])) {
    const open = joined.at(-1)
    if (open !== undefined && first <= open[1] + 1) open[1] = Math.max(open[1], last)
    else joined.push([first, last])
  }
  return joined
}

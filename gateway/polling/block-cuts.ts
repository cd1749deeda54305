import type { BlockLimits } from './block-limits.ts'
import type { Span } from './span.ts'

/** Indices of two spans. */
export type Pair = readonly [number, number]

/** Where a row of spans is best cut into requests, so far. */
interface Best {
  readonly requests: number
  readonly parted: number
  /** Index of the span with which the last request begins. */
  readonly from: number
}

/**
 * Cuts spans, in order of address, into as few requests as the limits allow; among those, where it parts
 * the fewest `pairs`: indices of two spans that belong together, such as a value and its status.
 */
export function cutIntoBlocks(spans: readonly Span[], limits: BlockLimits, pairs: readonly Pair[]): Span[][] {
  const crossing = crossings(spans.length, pairs)
  const best: (Best | undefined)[] = [{ requests: 0, parted: 0, from: 0 }]
  for (const [from, first] of spans.entries()) {
    const before = best[from]
    if (before === undefined) continue
    const requests = before.requests + 1
    const parted = before.parted + (crossing[from] ?? 0)
    let { end } = first
    for (const [n, span] of spans.slice(from).entries()) {
      end = Math.max(end, span.end)
      if (n > 0 && end - first.start > limits.largest) break
      const to = from + n + 1
      if (!isWorse({ requests, parted, from }, best[to])) best[to] = { requests, parted, from }
      const next = spans[to]
      if (next !== undefined && next.start - end > limits.maxGap) break
    }
  }
  return unwound(spans, best)
}

/** How many pairs a cut before the span of each index would part. */
function crossings(length: number, pairs: readonly Pair[]): number[] {
  const steps = new Array<number>(length + 1).fill(0)
  for (const [a, b] of pairs) {
    const [low, high] = [Math.min(a, b) + 1, Math.max(a, b) + 1]
    steps[low] = (steps[low] ?? 0) + 1
    steps[high] = (steps[high] ?? 0) - 1
  }
  let open = 0
  return steps.map((step) => {
    open += step
    return open
  })
}

/** Of equals the later one wins: full requests come first, the rest in the last. */
function isWorse(a: Best, b: Best | undefined): boolean {
  if (b === undefined) return false
  return a.requests > b.requests || (a.requests === b.requests && a.parted > b.parted)
}

function unwound(spans: readonly Span[], best: readonly (Best | undefined)[]): Span[][] {
  const blocks: Span[][] = []
  for (let to = spans.length; to > 0; to = best[to]?.from ?? 0) {
    blocks.unshift(spans.slice(best[to]?.from ?? 0, to))
  }
  return blocks
}

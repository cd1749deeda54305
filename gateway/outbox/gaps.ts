import type { Gap } from '../../contracts/wire.ts'
import { isWithin, SeqRanges } from './seq-ranges.ts'

/** An entry with more ranges is closed, so that it fits a batch whatever becomes of every second one. */
const MOST_RANGES = 1_000

/** The entry that a loss can be added to: same epoch and reason. `restart` entries name one batch each. */
export function entryFor<E extends { readonly gap: Gap }>(entries: Iterable<E>, added: Gap): E | undefined {
  if (added.reason === 'restart') return undefined
  for (const entry of entries) {
    const { epoch, reason, seqs } = entry.gap
    if (epoch === added.epoch && reason === added.reason && seqs.length < MOST_RANGES) return entry
  }
  return undefined
}

/** Two losses of one epoch and reason as one entry, its ranges joined where they meet. */
export function joinGaps(gap: Gap, added: Gap): Gap {
  return {
    ...gap,
    seqs: [...new SeqRanges([...gap.seqs, ...added.seqs])].map(([first, last]) => [first, last]),
    count: gap.count + added.count,
    from: Math.min(gap.from, added.from),
    to: Math.max(gap.to, added.to),
  }
}

/** Adds a loss to a list of losses. */
export function mergeGap(gaps: readonly Gap[], added: Gap): Gap[] {
  const same = entryFor(
    gaps.map((gap) => ({ gap })),
    added,
  )?.gap
  return same === undefined
    ? [...gaps, added]
    : gaps.map((gap) => (gap === same ? joinGaps(gap, added) : gap))
}

/** True when two entries tell of the same loss: a batch is lost once, so one number in common is proof. */
export function isSameLoss(gap: Gap, other: Gap): boolean {
  const seq = other.seqs[0]?.[0]
  return (
    gap.epoch === other.epoch && gap.reason === other.reason && seq !== undefined && isWithin(gap.seqs, seq)
  )
}

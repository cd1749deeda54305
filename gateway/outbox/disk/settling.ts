import type { Gap } from '../../../contracts/wire.ts'
import { isSameLoss } from '../gaps.ts'
import { isWithin, SeqRanges } from '../seq-ranges.ts'
import type { EpochStock, Tally } from '../tally.ts'

/** A gap entry holds at most so many ranges, so that it fits a batch. */
const MOST_RANGES = 1_000

/**
 * What was lost between the last tally and the opening of a file: readings that were not on the disk when the
 * process ended (`restart`, one entry for each batch, since it may have arrived all the same), losses that only
 * the memory knew of, and what a file that is older than its tally has forgotten (`damaged`). `known` are the
 * losses that the file itself has.
 */
export function settle(
  tally: Tally,
  file: { readonly commits: number; readonly stock: readonly EpochStock[] },
  known: readonly Gap[],
): Gap[] {
  const found: Gap[] = []
  const isKnown = (gap: Gap) => [...known, ...found].some((other) => isSameLoss(other, gap))
  if (file.commits < tally.commits) found.push(...missing(tally.stock, file.stock, known))
  for (const gap of tally.losses) if (!isKnown(gap)) found.push(gap)

  const kept = new Map(file.stock.map(({ epoch, seqs }) => [epoch, new SeqRanges(seqs)]))
  const told = [...known, ...found]
  for (const { epoch, seq, readings: count, from, to } of tally.unsettled) {
    const isTold = told.some((gap) => gap.epoch === epoch && isWithin(gap.seqs, seq))
    if (isTold || kept.get(epoch)?.has(seq) === true) continue
    found.push({ epoch, seqs: [[seq, seq]], count, from, to, reason: 'restart' })
  }
  return found
}

/** What should be there and is not, one `damaged` entry for each epoch. */
export function missing(
  expected: readonly EpochStock[],
  found: readonly EpochStock[],
  known: readonly Gap[],
): Gap[] {
  return expected.flatMap(({ epoch, seqs, readings, from, to }): Gap[] => {
    const left = new SeqRanges(seqs)
    const there = found.find((stock) => stock.epoch === epoch)
    const told = known.filter((gap) => gap.epoch === epoch).flatMap((gap) => gap.seqs)
    for (const [first, last] of [...(there?.seqs ?? []), ...told]) left.remove(first, last)
    if (left.size === 0) return []
    const count = Math.max(0, readings - (there?.readings ?? 0))
    const ranges = left.atMost(MOST_RANGES).map(([first, last]): [number, number] => [first, last])
    return [{ epoch, seqs: ranges, count, from, to, reason: 'damaged' }]
  })
}

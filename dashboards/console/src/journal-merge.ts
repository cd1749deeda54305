import type { JournalItem } from '../../../contracts/api.ts'

/** Two parts of the record as one: newest first, no entry twice. */
export function mergeJournal(a: readonly JournalItem[], b: readonly JournalItem[]): JournalItem[] {
  const bySeq = new Map([...a, ...b].map((item) => [item.seq, item] as const))
  return [...bySeq.values()].sort((first, second) => second.seq - first.seq)
}

import { isActive } from '../../contracts/alarm.ts'
import type { JournalItem } from '../../contracts/api.ts'
import { HIDDEN_KINDS } from '../../contracts/kpi-words.ts'
import { flagsOf } from './hidden-time.ts'

/** An alarm that has come further back than this without its beginning is taken as its oldest entry there has it. */
const WALK_LIMIT = 10_000

/**
 * The entries of one alarm from before a window that say how it stood when the window began: the newest, and
 * those back to where what stood then had begun. `newestFirst` is read no further than that. Oldest first.
 */
export function prelude(newestFirst: Iterable<JournalItem>): JournalItem[] {
  const items: JournalItem[] = []
  /** Parts of the state whose beginning is looked for. */
  let open: Set<Part> | undefined
  let walked = 0
  for (const item of newestFirst) {
    walked += 1
    if (item.event === 'late') {
      // It tells nothing of the parts; the newest may have left something to be acknowledged.
      if (items.length === 0) items.push(item)
      continue
    }
    const parts = partsOf(item)
    const isNewest = open === undefined
    open ??= parts
    for (const part of open) if (!parts.has(part)) open.delete(part)
    if (!isNewest && open.size === 0) break
    items.push(item)
    if (item.event === 'raised') open.delete('active')
    if (open.size === 0 || walked >= WALK_LIMIT) break
  }
  return items.reverse()
}

type Part = 'active' | (typeof HIDDEN_KINDS)[number]

function partsOf({ alarm }: JournalItem): Set<Part> {
  const flags = flagsOf(alarm)
  const parts = new Set<Part>(HIDDEN_KINDS.filter((kind) => flags[kind].length > 0))
  if (isActive(alarm.live)) parts.add('active')
  return parts
}

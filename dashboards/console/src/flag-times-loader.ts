import { useEffect, useMemo, useState } from 'preact/hooks'
import type { JournalItem } from '../../../contracts/api.ts'
import { useConsole } from './console-context.ts'
import { mergeJournal } from './journal-merge.ts'
import { flagTimes, type SetAside } from './set-aside.ts'

const PAGE = 1_000
/** What was set aside longer ago than this many entries is only known to be older. */
const MOST_PAGES = 5

interface FlagTimes {
  /** Key: `setAsideKey`. */
  times: ReadonlyMap<string, string>
  /** How far back was looked; undefined when all are found or the journal ended. */
  searchedTo: string | undefined
}

/** Since when flags stand: looked up in the journal once, then followed by the stream. */
export function useFlagTimes(entries: readonly SetAside[]): FlagTimes {
  const { state, api } = useConsole()
  const [found, setFound] = useState<{ items: readonly JournalItem[]; to: string | undefined }>({
    items: [],
    to: undefined,
  })
  useEffect(() => {
    let isCurrent = true
    const load = async () => {
      let items: JournalItem[] = []
      let before: string | undefined
      let oldest: string | undefined
      for (let page = 0; page < MOST_PAGES; page += 1) {
        const answer = await api.journal({ limit: PAGE, ...(before === undefined ? {} : { before }) })
        if (!answer.ok || !isCurrent) break
        items = [...items, ...answer.value.items.filter(isAboutFlags)]
        oldest = answer.value.items.at(-1)?.time
        const { next } = answer.value
        before = next === undefined || next === null ? undefined : String(next)
        if (flagTimes(items, entries).size === entries.length) before = undefined
        if (before === undefined) break
      }
      if (isCurrent) setFound({ items, to: before === undefined ? undefined : oldest })
    }
    void load()
    return () => {
      isCurrent = false
    }
    // Once, and after a reconnect: what is set aside while the page is open comes with the stream.
  }, [api, state.generation])
  return useMemo(
    () => ({ times: flagTimes(mergeJournal(found.items, state.recent), entries), searchedTo: found.to }),
    [found, state.recent, entries],
  )
}

function isAboutFlags({ event }: JournalItem): boolean {
  return event === 'shelved' || event === 'suppressed' || event === 'out-of-service'
}

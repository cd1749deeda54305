import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import type { JournalItem } from '../../../../contracts/api.ts'
import { useConsole } from '../console-context.ts'
import { mergeJournal } from '../journal-merge.ts'
import { type Found, matchesAll, searchJournal } from '../journal-search.ts'
import { type JournalFilters, NO_FILTERS } from '../route.ts'
import { shortTime } from '../time-text.ts'
import { JournalRow } from './journal-row.tsx'
import { ProblemNote } from './problem-note.tsx'

/** The record, newest first, as far as the filters let it through; new entries come in at the top. */
export function JournalList({ filters: given }: { filters: Partial<JournalFilters> }) {
  const { state, words, api } = useConsole()
  const [loaded, setLoaded] = useState<Found>()
  const [isSearching, setSearching] = useState(false)
  const { facility = '', generation, recent } = state
  const timezone = state.tree?.timezone ?? 'UTC'
  const named = JSON.stringify({ ...NO_FILTERS, ...given })
  const search = useMemo(
    () => ({ facility, timezone, filters: JSON.parse(named) as JournalFilters }),
    [facility, timezone, named],
  )
  const isFiltered = Object.values(search.filters).some((value) => value !== '')

  // The answer to a search that somebody has changed meanwhile is dropped.
  const latest = useRef(search)
  latest.current = search

  const load = async (before: string | undefined, isCurrent: () => boolean) => {
    setSearching(true)
    const found = await searchJournal(api, { ...search, before })
    if (!isCurrent()) return
    setSearching(false)
    setLoaded((sofar) => ({
      ...found,
      items: before === undefined ? found.items : mergeJournal(sofar?.items ?? [], found.items),
      leftOut: found.leftOut + (before === undefined ? 0 : (sofar?.leftOut ?? 0)),
      // Where it broke off it goes on.
      next: found.failure === undefined ? found.next : before,
    }))
  }

  // After a reconnect entries may be missing in between: start again from the newest.
  useEffect(() => {
    let isCurrent = true
    setLoaded(undefined)
    void load(undefined, () => isCurrent)
    return () => {
      isCurrent = false
    }
  }, [api, search, generation])

  const live = useMemo(() => recent.filter((item) => matchesAll(item, search)), [recent, search])
  const items = mergeJournal(loaded?.items ?? [], live)
  return (
    <div data-testid="journal-list" data-searching={isSearching}>
      {loaded?.failure !== undefined && <ProblemNote failure={loaded.failure} />}
      {items.length === 0 ? (
        <p class="empty">{words.text(isSearching ? 'searching' : isFiltered ? 'noMatches' : 'noEntries')}</p>
      ) : (
        <>
          <JournalHeadings />
          <JournalRows items={items} />
        </>
      )}
      {loaded !== undefined && loaded.leftOut > 0 && (
        <p class="hint">{words.text('watchdogLeftOut', { count: loaded.leftOut })}</p>
      )}
      {loaded?.next !== undefined && (
        <p class="journal-on">
          {isFiltered && loaded.searchedTo !== undefined && (
            <span class="muted">
              {words.text('searchedBack', { time: shortTime(loaded.searchedTo, state.heardTime) })}
            </span>
          )}
          <button
            type="button"
            class="button"
            data-testid="journal-older"
            disabled={isSearching}
            onClick={() => void load(loaded.next, () => latest.current === search)}
          >
            {words.text(isSearching ? 'searching' : isFiltered ? 'searchOn' : 'older')}
          </button>
        </p>
      )}
      {loaded !== undefined && loaded.next === undefined && items.length > 0 && (
        <p class="hint">{words.text('journalEnd')}</p>
      )}
    </div>
  )
}

function JournalRows({ items }: { items: readonly JournalItem[] }) {
  return (
    <ul class="journal-rows">
      {items.map((item) => (
        <JournalRow key={`${item.seq}${item.time}`} item={item} />
      ))}
    </ul>
  )
}

function JournalHeadings() {
  const { words } = useConsole()
  return (
    <div class="journal-headings" aria-hidden="true">
      <span>{words.text('time')}</span>
      <span />
      <span>{words.text('alarm')}</span>
      <span>{words.text('event')}</span>
      <span>{words.text('fromTo')}</span>
      <span class="right">{words.text('valueLimit')}</span>
      <span>{words.text('by')}</span>
    </div>
  )
}

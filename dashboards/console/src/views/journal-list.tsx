import { useEffect, useState } from 'preact/hooks'
import type { JournalItem } from '../../../../contracts/api.ts'
import { useConsole } from '../console-context.ts'
import { mergeJournal } from '../journal-merge.ts'
import type { Failure } from '../state.ts'
import { JournalRow } from './journal-row.tsx'
import { ProblemNote } from './problem-note.tsx'

const PAGE = 50

interface Loaded {
  items: readonly JournalItem[]
  /** Cursor of the next older page; undefined at the beginning of the journal. */
  next: string | undefined
}

/** The record, newest first, of the facility, of one sensor or of one alarm; new entries come in at the top. */
export function JournalList({ sensor, alarm }: { sensor?: string; alarm?: string }) {
  const { state, words, api } = useConsole()
  const [loaded, setLoaded] = useState<Loaded>()
  const [failure, setFailure] = useState<Failure>()
  const { facility, generation } = state

  const load = async (before: string | undefined, isCurrent: () => boolean) => {
    const answer = await api.journal({
      facility: facility ?? '',
      limit: PAGE,
      ...(sensor === undefined ? {} : { sensor }),
      ...(alarm === undefined ? {} : { alarm }),
      ...(before === undefined ? {} : { before }),
    })
    if (!isCurrent()) return
    setFailure(answer.ok ? undefined : answer.failure)
    if (!answer.ok) return
    const { items, next } = answer.value
    const cursor = next === undefined || next === null ? undefined : String(next)
    setLoaded((sofar) => ({
      items: before === undefined ? items : mergeJournal(sofar?.items ?? [], items),
      next: cursor,
    }))
  }

  // After a reconnect entries may be missing in between: start again from the newest.
  useEffect(() => {
    let isCurrent = true
    void load(undefined, () => isCurrent)
    return () => {
      isCurrent = false
    }
  }, [api, facility, sensor, alarm, generation])

  const recent = state.recent.filter(
    (item) =>
      item.facility === facility &&
      (sensor === undefined || item.alarm.sensor === sensor) &&
      (alarm === undefined || item.alarm.id === alarm),
  )
  const items = mergeJournal(loaded?.items ?? [], recent)
  return (
    <div data-testid="journal-list">
      {failure !== undefined && <ProblemNote failure={failure} />}
      {items.length === 0 ? (
        <p class="empty">
          {words.text(loaded === undefined && failure === undefined ? 'loading' : 'noEntries')}
        </p>
      ) : (
        <>
          <JournalHeadings />
          <ul class="journal-rows">
            {items.map((item) => (
              <JournalRow key={item.seq} item={item} />
            ))}
          </ul>
        </>
      )}
      {loaded?.next !== undefined && (
        <button
          type="button"
          class="button"
          data-testid="journal-older"
          onClick={() => void load(loaded.next, () => true)}
        >
          {words.text('older')}
        </button>
      )}
      {loaded !== undefined && loaded.next === undefined && items.length > 0 && (
        <p class="hint">{words.text('journalEnd')}</p>
      )}
    </div>
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

import { useCallback, useEffect, useState } from 'preact/hooks'
import type { NoticeView } from '../../../../contracts/notify/api.ts'
import { NOTICE_STATES } from '../../../../contracts/notify/words.ts'
import { useConsole } from '../console-context.ts'
import { useLoaded } from '../loaded-value.ts'
import { mergeNotices } from '../notice-groups.ts'
import { causeText, stateText } from '../notice-text.ts'
import type { Failure } from '../state.ts'
import { clockOf, dateOf } from '../time-text.ts'
import { AlarmLink } from './alarm-link.tsx'
import { NoticeOutcome } from './notice-outcome.tsx'
import { PriorityMark } from './priority-mark.tsx'
import { ProblemNote } from './problem-note.tsx'

const PAGE = 50
const EVERY_MS = 15_000

/** Everybody who was told, or was to be, newest first. */
export function NoticeList({ version }: { version: number }) {
  const { state, words } = useConsole()
  const [filters, filter] = useState({ state: '', facility: '' })
  const isFiltered = filters.state !== '' || filters.facility !== ''
  const { notices, failure, isLoaded, more } = useNotices(filters, version)
  return (
    <section class="panel" data-testid="notices">
      <h2>{words.text('newest')}</h2>
      <div class="filters notice-filters">
        <label>
          {words.text('state')}
          <select
            data-testid="notice-state"
            value={filters.state}
            onChange={(event) => filter({ ...filters, state: event.currentTarget.value })}
          >
            <option value="">{words.text('anyState')}</option>
            {NOTICE_STATES.map((each) => (
              <option key={each} value={each}>
                {stateText(each, words)}
              </option>
            ))}
          </select>
        </label>
        <label>
          {words.text('facility')}
          <select
            data-testid="notice-facility"
            value={filters.facility}
            onChange={(event) => filter({ ...filters, facility: event.currentTarget.value })}
          >
            <option value="">{words.text('anyState')}</option>
            {state.facilities.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        </label>
      </div>
      {failure !== undefined && <ProblemNote failure={failure} />}
      {notices.length === 0 ? (
        <p class="empty">{words.text(!isLoaded ? 'loading' : isFiltered ? 'noNoticesMatch' : 'noNotices')}</p>
      ) : (
        <>
          <Headings />
          <ul class="notice-rows">
            {notices.map((notice) => (
              <NoticeRow key={notice.id} notice={notice} />
            ))}
          </ul>
        </>
      )}
      {more !== undefined ? (
        <p class="journal-on">
          <button type="button" class="button" data-testid="notices-older" onClick={more}>
            {words.text('olderNotices')}
          </button>
        </p>
      ) : (
        notices.length > 0 && <p class="hint">{words.text('noticesEnd')}</p>
      )}
    </section>
  )
}

interface Notices {
  notices: readonly NoticeView[]
  failure: Failure | undefined
  isLoaded: boolean
  /** Loads the page after the oldest; undefined at the end. */
  more: (() => void) | undefined
}

/** The newest page over and over, and those before it as somebody asks for them. */
function useNotices(filters: { state: string; facility: string }, version: number): Notices {
  const { state, api } = useConsole()
  const told = state.recent.find((item) => item.event === 'notified')?.seq
  const query = { ...filters, limit: PAGE }
  const named = JSON.stringify(filters)
  const newest = useLoaded(
    useCallback(() => api.notify.notices(query), [api, named]),
    { everyMs: EVERY_MS, version: `${version} ${told} ${state.generation}` },
  )
  const [kept, keep] = useState<{
    items: readonly NoticeView[]
    next: string | undefined
    isOlder: boolean
  }>()
  const [failure, setFailure] = useState<Failure>()
  useEffect(() => {
    keep(undefined)
    setFailure(undefined)
  }, [named])
  useEffect(() => {
    const { value } = newest
    if (value === undefined) return
    keep((before) => ({
      items: mergeNotices(before?.items ?? [], value.items),
      next: before?.isOlder === true ? before.next : cursorOf(value.next),
      isOlder: before?.isOlder ?? false,
    }))
  }, [newest.value])
  const before = kept?.next
  const more = async () => {
    const answer = await api.notify.notices({ ...query, ...(before === undefined ? {} : { before }) })
    setFailure(answer.ok ? undefined : answer.failure)
    if (!answer.ok) return
    const { items, next } = answer.value
    keep((known) => ({
      items: mergeNotices(items, known?.items ?? []),
      next: cursorOf(next),
      isOlder: true,
    }))
  }
  return {
    notices: kept?.items ?? [],
    failure: failure ?? newest.failure,
    isLoaded: kept !== undefined || newest.failure !== undefined,
    more: before === undefined ? undefined : () => void more(),
  }
}

function cursorOf(next: string | number | null | undefined): string | undefined {
  return next === undefined || next === null ? undefined : String(next)
}

function NoticeRow({ notice }: { notice: NoticeView }) {
  const { words } = useConsole()
  const { id, created, priority, facility, alarm, channel, to } = notice
  return (
    <li class={`notice-row is-${notice.state}`} data-testid={`notice-${id}`}>
      <span class="entry-time">
        <b>{clockOf(created)}</b> <span class="muted">{dateOf(created)}</span>
      </span>
      <span class="entry-mark">
        <PriorityMark priority={priority} outline size={22} />
      </span>
      <span class="entry-alarm">
        {notice.cause === 'test' ? '–' : <AlarmLink alarm={{ facility, id: alarm }} />}
      </span>
      <span class="notice-cause">{causeText(notice, words)}</span>
      <span class="notice-to">
        {to ?? words.text('aGroup')}
        {notice.duties.length > 0 && <span class="muted"> ({notice.duties.join(', ')})</span>}
      </span>
      <span class="notice-channel">{channel}</span>
      <NoticeOutcome notice={notice} />
    </li>
  )
}

function Headings() {
  const { words } = useConsole()
  return (
    <div class="notice-headings" aria-hidden="true">
      <span>{words.text('time')}</span>
      <span />
      <span>{words.text('alarm')}</span>
      <span>{words.text('whyTold')}</span>
      <span>{words.text('toWhom')}</span>
      <span>{words.text('channel')}</span>
      <span>{words.text('outcome')}</span>
    </div>
  )
}

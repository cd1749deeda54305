import type { JournalItem } from '../../../contracts/api.ts'
import { isForOperators } from './annunciation.ts'
import type { Answer, ApiClient, JournalQuery } from './api-client.ts'
import { plantTimeIso } from './plant-time.ts'
import type { JournalFilters } from './route.ts'
import type { Failure } from './state.ts'

/** Entries that a page should have. */
const WANTED = 50
/** Asked for at once when most may not match. */
const SIFTED = 500
/** So far one press of a button searches: 10,000 entries. */
const MOST_PAGES = 20

/** What a search came to. */
export interface Found {
  items: JournalItem[]
  /** Cursor of where to search on; undefined at the beginning of the journal. */
  next: string | undefined
  /** Time of the oldest entry that was looked at; undefined when there was none. */
  searchedTo: string | undefined
  failure: Failure | undefined
  /** Of the watchdog's rounds, which only stand there for whoever asks for them. */
  leftOut: number
}

/**
 * What the server cannot sift the console does: event, person and text. It reads on until a page is full, and
 * says how far it came.
 */
export async function searchJournal(
  api: Pick<ApiClient, 'journal'>,
  search: { facility: string; timezone: string; filters: JournalFilters; before?: string | undefined },
): Promise<Found> {
  const { facility, timezone, filters } = search
  const query = queryOf(facility, timezone, filters)
  const isSifted = filters.event !== '' || filters.by !== '' || filters.text !== ''
  const found: Found = {
    items: [],
    next: search.before,
    searchedTo: undefined,
    failure: undefined,
    leftOut: 0,
  }
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const before = found.next === undefined ? {} : { before: found.next }
    const answer: Answer<{ items: JournalItem[]; next?: string | number | null }> = await api.journal({
      ...query,
      limit: isSifted ? SIFTED : WANTED,
      ...before,
    })
    if (!answer.ok) return { ...found, failure: answer.failure }
    const { items, next } = answer.value
    const asked = items.filter((item) => isAskedFor(item, filters))
    found.items.push(...asked.filter((item) => matches(item, filters)))
    found.leftOut += items.length - asked.length
    found.searchedTo = items.at(-1)?.time ?? found.searchedTo
    found.next = next === undefined || next === null ? undefined : String(next)
    if (found.next === undefined || found.items.length >= WANTED) break
  }
  return found
}

/** Whether an entry of the stream belongs to what is searched for; times are in the plant's zone. */
export function matchesAll(
  item: JournalItem,
  { facility, timezone, filters }: { facility: string; timezone: string; filters: JournalFilters },
): boolean {
  const { from, to } = queryOf(facility, timezone, filters)
  const time = Date.parse(item.time)
  return (
    item.facility === facility &&
    (filters.sensor === '' || item.alarm.sensor === filters.sensor) &&
    (filters.alarm === '' || item.alarm.id === filters.alarm) &&
    (from === undefined || time >= Date.parse(from)) &&
    (to === undefined || time < Date.parse(to)) &&
    isAskedFor(item, filters) &&
    matches(item, filters)
  )
}

/** Every few minutes a round of the watchdog would stand between what happened to the plant. */
function isAskedFor({ alarm }: JournalItem, filters: JournalFilters): boolean {
  return isForOperators(alarm) || [filters.sensor, filters.alarm, filters.text].some((given) => given !== '')
}

function queryOf(
  facility: string,
  timezone: string,
  filters: JournalFilters,
): Omit<JournalQuery, 'limit' | 'before'> {
  const [from, to] = [plantTimeIso(filters.from, timezone), plantTimeIso(filters.to, timezone)]
  return {
    facility,
    ...(filters.sensor === '' ? {} : { sensor: filters.sensor }),
    ...(filters.alarm === '' ? {} : { alarm: filters.alarm }),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  }
}

/** Event, person and text. */
function matches(item: JournalItem, { event, by, text }: JournalFilters): boolean {
  if (event !== '' && item.event !== event) return false
  if (by !== '' && !(item.by ?? '').toLowerCase().includes(by.trim().toLowerCase())) return false
  if (text === '') return true
  const wanted = text.trim().toLowerCase()
  return textsOf(item).some((part) => part.toLowerCase().includes(wanted))
}

function textsOf({ alarm, by, notice }: JournalItem): string[] {
  const flags = [alarm.shelved, alarm.outOfService, ...alarm.suppressed].filter((flag) => flag !== null)
  return [
    alarm.id,
    alarm.sensorName,
    alarm.message,
    alarm.area,
    alarm.class,
    alarm.comment ?? '',
    by ?? '',
    ...flags.flatMap((flag) => [flag.reason, flag.approvedBy ?? '']),
    ...(notice?.told ?? []).flatMap(({ to, channel, receipt }) => [to ?? '', channel, receipt ?? '']),
  ]
}

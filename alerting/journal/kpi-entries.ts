import type { DatabaseSync } from 'node:sqlite'
import type { JournalItem } from '../../contracts/api.ts'
import type { AlarmKpi, KpiQuery } from '../../contracts/kpi.ts'
import { AlarmKpiPass } from '../kpi/alarm-kpi.ts'
import { prelude } from '../kpi/prelude.ts'
import { parseBody } from './journal-body.ts'

/** Floods and chattering that began before a window are whole when so much of before is read, ms. */
const WARM_UP_MS = 86_400_000
/** Rows of one read: between two, SQLite may tidy up what the server has written meanwhile. */
const ROWS_AT_ONCE = 5_000
/** Entries between two calls of `onProgress`. */
const PROGRESS_ENTRIES = 1_000

/** Alarm performance from the journal, row by row. `onProgress` is told now and then how many entries were read. */
export function readAlarmKpi(
  database: DatabaseSync,
  query: KpiQuery,
  onProgress: (entries: number) => void = () => undefined,
): AlarmKpi {
  const pass = new AlarmKpiPass(query)
  let entries = 0
  for (const item of kpiEntries(database, query)) {
    pass.take(item)
    entries += 1
    if (entries % PROGRESS_ENTRIES === 0) onProgress(entries)
  }
  return pass.result(oldestTime(database, query.facility))
}

/** Of every alarm how it stood, then everything from a day before the window to its end in the order of the journal. */
function* kpiEntries(database: DatabaseSync, query: KpiQuery): Generator<JournalItem> {
  const { facility, from, to } = query
  const span = database
    .prepare(
      'SELECT min(seq) AS first, max(seq) AS last FROM journal WHERE facility = ? AND time >= ? AND time < ?',
    )
    .get(facility, from - WARM_UP_MS, to)
  const isEmpty = span?.first === null || span?.first === undefined
  // Without any, what stood when the window ended stood when it began.
  const first = isEmpty ? firstAfter(database, query) : Number(span.first)
  const newest = database.prepare(
    'SELECT seq, body FROM journal WHERE facility = ? AND alarm = ? AND seq < ? AND time < ? ORDER BY seq DESC',
  )
  for (const alarm of alarmsOf(database, facility))
    yield* prelude(items(newest.iterate(facility, alarm, first, to)))
  if (isEmpty) return

  // The plus keeps SQLite to the order of the file: an index of the facility would have all of it sorted first.
  const rows = database.prepare(
    `SELECT seq, body FROM journal
     WHERE +facility = ? AND +alarm <> '' AND seq >= ? AND seq <= ? ORDER BY seq LIMIT ?`,
  )
  const last = Number(span.last)
  for (let next = first; next <= last; ) {
    let count = 0
    for (const item of items(rows.iterate(facility, next, last, ROWS_AT_ONCE))) {
      count += 1
      next = item.seq + 1
      yield item
    }
    if (count < ROWS_AT_ONCE) return
  }
}

/** Every alarm that has an entry, by leaps along the index: there may be millions of entries. */
function alarmsOf(database: DatabaseSync, facility: string): string[] {
  const next = database.prepare(
    'SELECT alarm FROM journal WHERE facility = ? AND alarm > ? ORDER BY alarm LIMIT 1',
  )
  const alarms: string[] = []
  for (let alarm = ''; ; alarms.push(alarm)) {
    const row = next.get(facility, alarm)
    if (row === undefined) return alarms
    alarm = String(row.alarm)
  }
}

/** The first entry of a time after the window, in the order of the journal; past the end when there is none. */
function firstAfter(database: DatabaseSync, { facility, to }: KpiQuery): number {
  const row = database
    .prepare('SELECT min(seq) AS first FROM journal WHERE facility = ? AND time >= ?')
    .get(facility, to)
  return typeof row?.first === 'number' ? row.first : Number.MAX_SAFE_INTEGER
}

function oldestTime(database: DatabaseSync, facility: string): number | null {
  const row = database.prepare('SELECT min(time) AS oldest FROM journal WHERE facility = ?').get(facility)
  return typeof row?.oldest === 'number' ? row.oldest : null
}

function* items(rows: Iterable<Record<string, unknown>>): Generator<JournalItem> {
  for (const row of rows) yield { seq: Number(row.seq), ...parseBody(String(row.body)) }
}

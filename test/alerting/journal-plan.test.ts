import type { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { journalStatement, readJournal } from '../../alerting/journal/journal-table.ts'
import { openForCommits } from '../../alerting/journal/state-schema.ts'
import type { JournalQuery } from '../../alerting/journal/state-store.ts'

const SORT = 'USE TEMP B-TREE FOR ORDER BY'
const of = { facility: 'plant' }
const span = { from: 1_000, to: 2_000 }

let database: DatabaseSync

beforeAll(() => {
  database = openForCommits(':memory:', false)
})

afterAll(() => database.close())

/** What SQLite does to find the entries, without how it then takes them by their numbers. */
function plan(query: Omit<JournalQuery, 'limit'>): string[] {
  const { sql, values } = journalStatement({ ...query, limit: 100 })
  const steps = database
    .prepare(`EXPLAIN QUERY PLAN ${sql}`)
    .all(...values)
    .map(({ detail }) => String(detail))
  expect(steps.slice(0, 2)).toEqual(['SEARCH journal USING INTEGER PRIMARY KEY (rowid=?)', 'LIST SUBQUERY 1'])
  return steps.slice(2)
}

describe('a page of the journal', () => {
  it.each<[string, Omit<JournalQuery, 'limit'>, string]>([
    ['all of it', {}, 'SCAN journal'],
    ['what comes after a page', { before: 7 }, 'SEARCH journal USING INTEGER PRIMARY KEY (rowid<?)'],
    ['a facility', of, 'SEARCH journal USING COVERING INDEX journal_facility (facility=?)'],
    [
      'the next page of a facility',
      { ...of, before: 7 },
      'SEARCH journal USING COVERING INDEX journal_facility (facility=? AND seq<?)',
    ],
    [
      'an alarm',
      { ...of, alarm: 'T-1.H' },
      'SEARCH journal USING COVERING INDEX journal_alarm (facility=? AND alarm=?)',
    ],
    [
      'a sensor',
      { ...of, sensor: 'T-1' },
      'SEARCH journal USING COVERING INDEX journal_sensor (facility=? AND sensor=?)',
    ],
    [
      'an alarm in a span of time',
      { ...of, alarm: 'T-1.H', ...span },
      'SEARCH journal USING INDEX journal_alarm (facility=? AND alarm=?)',
    ],
    [
      'a sensor in a span of time',
      { ...of, sensor: 'T-1', ...span },
      'SEARCH journal USING INDEX journal_sensor (facility=? AND sensor=?)',
    ],
  ])('%s comes in order, without sorting', (_, query, expected) => {
    expect(plan(query)).toEqual([expected])
  })

  it.each<[string, Omit<JournalQuery, 'limit'>, string]>([
    ['a span of time', span, '(facility=? AND time>? AND time<?)'],
    ['everything since', { from: 1_000 }, '(facility=? AND time>?)'],
    ['the next page of a span', { ...span, before: 7 }, '(facility=? AND time>? AND time<?)'],
  ])('%s of a facility is sorted without bodies', (_, query, range) => {
    expect(plan({ ...of, ...query })).toEqual([
      `SEARCH journal USING COVERING INDEX journal_time ${range}`,
      SORT,
    ])
  })

  it('has what is asked for, newest first, whatever order times are in', () => {
    const insert = database.prepare(
      'INSERT INTO journal (key, facility, time, sensor, alarm, body) VALUES (?, ?, ?, ?, ?, ?)',
    )
    // What an entry of this release says of its alarm is taken as it is.
    const alarm = { class: 'process', revision: 0 }
    const times = [1_500, 900, 1_999, 2_000, 1_000, 1_700]
    for (const [n, time] of times.entries())
      for (const facility of ['plant', 'other'])
        insert.run(
          `k${n}`,
          facility,
          time,
          `T-${n % 2}`,
          `T-${n % 2}.H`,
          JSON.stringify({ facility, n, alarm }),
        )
    const found = (query: Omit<JournalQuery, 'limit'>, limit = 100) =>
      readJournal(database, { ...query, limit }).map((item) => (item as unknown as { n: number }).n)

    expect(found(of)).toEqual([5, 4, 3, 2, 1, 0])
    expect(found({ ...of, ...span })).toEqual([5, 4, 2, 0])
    expect(found({ ...of, ...span }, 2)).toEqual([5, 4])
    expect(found({ ...of, ...span, before: 9 })).toEqual([2, 0])
    expect(found({ ...of, alarm: 'T-0.H', ...span })).toEqual([4, 2, 0])
    expect(found({ ...of, sensor: 'T-1' })).toEqual([5, 3, 1])
    expect(found({})).toEqual([5, 5, 4, 4, 3, 3, 2, 2, 1, 1, 0, 0])
  })
})

import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { RecordedTimes } from '../../alerting/journal/recorded-times.ts'
import { StateReader, StateWriter } from '../../alerting/journal/state-database.ts'
import { openForCommits, wantsSpace } from '../../alerting/journal/state-schema.ts'
import type { NewEntry } from '../../alerting/journal/state-store.ts'
import { CodedError } from '../../contracts/errors.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { commitOf, entriesOf, entryOf, keptRecord } from './state-entries.ts'
import { VERSION_1 } from './state-version-1.ts'

let path: string
let writer: StateWriter
let reader: StateReader

beforeEach(() => {
  path = join(temporaryFolder(), 'state.db')
  writer = StateWriter.open(path, true)
  reader = new StateReader(path)
})
afterEach(() => {
  reader.close()
  writer.close()
})

/** Another hand on the same file. */
function hand<T>(work: (file: DatabaseSync) => T): T {
  const file = new DatabaseSync(path)
  try {
    return work(file)
  } finally {
    file.close()
  }
}

describe('journal', () => {
  test('numbers entries in order and gives them back, newest first or after a number', () => {
    expect(writer.commit(commitOf(entriesOf()))).toEqual([
      { seq: 1, recorded: '1970-01-01T00:00:05+00:00' },
      { seq: 2, recorded: '1970-01-01T00:00:05.001+00:00' },
    ])
    expect(reader.journal({ limit: 10 }).map(({ seq, event }) => [seq, event])).toEqual([
      [2, 'returned'],
      [1, 'raised'],
    ])
    expect(reader.after(1, 10).map(({ seq }) => seq)).toEqual([2])
    expect(reader.lastSeq()).toBe(2)
  })

  test('filters by facility, sensor, alarm, time and cursor', () => {
    writer.commit(commitOf(entriesOf()))
    const count = (query: object) => reader.journal({ limit: 10, ...query }).length
    expect(count({ facility: 'plant' })).toBe(2)
    expect(count({ facility: 'other' })).toBe(0)
    expect(count({ sensor: 'T-1' })).toBe(2)
    expect(count({ sensor: 'T-2' })).toBe(0)
    expect(count({ alarm: 'T-1.H', from: 1_000, to: 2_000 })).toBe(1)
    expect(count({ before: 2 })).toBe(1)
  })

  test('a transition that comes again, since nobody heard how its commit ended, stays where it is', () => {
    const entries = entriesOf()
    const first = writer.commit(commitOf(entries))
    expect(writer.commit(commitOf(entries, { recorded: 9_000 }))).toEqual(first)
    expect(reader.lastSeq()).toBe(2)
  })

  test('another transition never takes its key, and a refused commit leaves nothing', () => {
    const [first, second] = entriesOf()
    if (first === undefined || second === undefined) throw new Error('two entries expected')
    writer.commit(commitOf([first]))
    const forged = { ...first, item: second.item }
    const commit = commitOf([second, forged], { records: new Map([['T-1.H', keptRecord()]]) })
    expect(() => writer.commit(commit)).toThrow(/JOURNAL_UNWRITABLE.*T-1\.H#1 is in the journal already/)
    expect(reader.journal({ limit: 10 }).map(({ event }) => event)).toEqual(['raised'])
    expect(reader.records('plant')).toEqual(new Map())
  })

  test('takes events that this release does not know', () => {
    const [entry] = entriesOf()
    if (entry === undefined) throw new Error('an entry expected')
    const item = JSON.parse(JSON.stringify(entry.item).replace('"raised"', '"moved"')) as NewEntry['item']
    writer.commit(commitOf([{ ...entry, item }]))
    expect(reader.after(0, 1)).toMatchObject([{ seq: 1, event: 'moved' }])
  })

  test('is append-only even for somebody with the file', () => {
    writer.commit(commitOf(entriesOf()))
    hand((file) => {
      expect(() => file.exec("UPDATE journal SET body = '{}'")).toThrow(/append-only/)
      expect(() => file.exec('DELETE FROM journal')).toThrow(/append-only/)
    })
  })

  test('a held file refuses with its code, soon, and goes on when it is let go', () => {
    hand((file) => {
      file.exec('BEGIN IMMEDIATE')
      const before = performance.now()
      expect(() => writer.commit(commitOf(entriesOf()))).toThrow(/JOURNAL_UNWRITABLE/)
      // It waits for 200 ms; SQLite would wait for as long as it is told.
      expect(performance.now() - before).toBeLessThan(2_000)
      file.exec('ROLLBACK')
    })
    expect(writer.commit(commitOf(entriesOf()))).toHaveLength(2)
  })
})

describe('recorded', () => {
  const [raise] = entriesOf()
  /** The times of commits, and for each entry of each the alarm it is of; whether the server starts anew. */
  const commits = fc.array(
    fc.record({
      now: fc.integer({ min: 0, max: 20 }).map((offset) => 1_700_000_000_000 + offset),
      alarms: fc.array(fc.constantFrom('A.H', 'B.H'), { minLength: 1, maxLength: 4 }),
      isRestart: fc.boolean(),
      fails: fc.boolean(),
    }),
    { maxLength: 8 },
  )

  test('strictly increases for each alarm whatever the clock does, and is never before the commit', () => {
    fc.assert(
      fc.property(commits, (steps) => {
        /** Key: alarm. What the journal would answer. */
        const kept = new Map<string, number>()
        let times = new RecordedTimes((_, alarm) => kept.get(alarm))
        for (const { now, alarms, isRestart, fails } of steps) {
          if (isRestart) times = new RecordedTimes((_, alarm) => kept.get(alarm))
          const tried = new Map(kept)
          for (const alarm of alarms) {
            const time = times.next('plant', alarm, now)
            expect(time).toBeGreaterThanOrEqual(now)
            expect(time).toBeGreaterThan(tried.get(alarm) ?? 0)
            tried.set(alarm, time)
          }
          if (fails) times.rolledBack()
          else {
            times.committed()
            for (const [alarm, time] of tried) kept.set(alarm, time)
          }
        }
      }),
    )
  })

  test('also in the journal, across restarts and refused commits', () => {
    if (raise === undefined) throw new Error('an entry expected')
    let facility = 0
    let entries = 0
    const run = fc.property(commits, (steps) => {
      facility += 1
      const place = { facility: `plant-${facility}`, timezone: 'Asia/Shanghai' }
      for (const { now, alarms, isRestart, fails } of steps) {
        if (isRestart) {
          writer.close()
          writer = StateWriter.open(path, false)
        }
        entries += 10
        const list = alarms.map((alarm, index) => entryOf(raise, alarm, entries + index))
        const [first] = list
        // A commit that fails at its last entry: its key is taken by another transition.
        const forged = { ...raise, key: `${first?.key}`, item: { ...raise.item, by: 'somebody' } }
        if (fails)
          expect(() => writer.commit(commitOf([...list, forged], { ...place, recorded: now }))).toThrow()
        else writer.commit(commitOf(list, { ...place, recorded: now }))
      }
      for (const alarm of ['A.H', 'B.H']) {
        const items = reader.journal({ facility: place.facility, alarm, limit: 100 }).reverse()
        const times = items.map(({ recorded }) => Date.parse(recorded))
        expect(times).toEqual([...new Set(times)].sort((a, b) => a - b))
      }
    })
    fc.assert(run, { numRuns: 20 })
  })
})

describe('what is kept besides', () => {
  test('alarm records come back with their position, of their facility only', () => {
    const kept = keptRecord(12)
    writer.commit(commitOf([], { records: new Map([['T-1.H', kept]]) }))
    expect(reader.records('plant')).toEqual(new Map([['T-1.H', kept]]))
    expect(reader.records('other')).toEqual(new Map())
  })

  test('the last checkpoint of a facility, and how far the log was drained', () => {
    expect(reader.lastCheckpoint('plant')).toBeUndefined()
    expect(reader.drainedTo()).toBe(0)
    for (const position of [7, 9])
      writer.checkpoint({ facility: 'plant', position, body: `at ${position}`, ledger: [], gaps: [] })
    writer.drained({ position: 5, ledger: [] })
    writer.drained({ position: 6, ledger: [] })
    expect(reader.lastCheckpoint('plant')).toEqual({ position: 9, body: 'at 9' })
    expect(reader.lastCheckpoint('other')).toBeUndefined()
    expect(reader.drainedTo()).toBe(6)
  })

  test('small texts', () => {
    writer.keep('plant', 'marks/gw-1', '{"a":1}')
    expect(reader.kept('plant', 'marks/gw-1')).toBe('{"a":1}')
    expect(reader.kept('plant', 'marks/gw-2')).toBeUndefined()
  })
})

test('a file of the first release opens: its records were decided before any log', () => {
  const old = join(temporaryFolder(), 'state.db')
  const file = new DatabaseSync(old)
  file.exec(VERSION_1)
  const [entry] = entriesOf()
  const { record } = keptRecord()
  const body = JSON.stringify({ ...entry?.item, recorded: '2026-11-22T10:00:00+08:00' })
  file
    .prepare('INSERT INTO journal VALUES (3, ?, ?, 1000, ?, ?, ?)')
    .run('T-1.H#1', 'plant', 'T-1', 'T-1.H', body)
  file.prepare('INSERT INTO alarm_record VALUES (?, ?, ?)').run('plant', 'T-1.H', JSON.stringify(record))
  file.prepare('INSERT INTO kept VALUES (?, ?, ?)').run('plant', 'marks/gw-1', '{}')
  file.close()

  const opened = StateWriter.open(old, true)
  const read = new StateReader(old)
  expect(read.journal({ limit: 10 })).toMatchObject([{ seq: 3, recorded: '2026-11-22T10:00:00+08:00' }])
  expect(read.records('plant')).toEqual(new Map([['T-1.H', { record, position: 0 }]]))
  expect(read.kept('plant', 'marks/gw-1')).toBe('{}')
  expect(read.drainedTo()).toBe(0)
  // Its entries are before whatever is recorded now.
  const second = entriesOf()[1]
  if (second === undefined) throw new Error('an entry expected')
  expect(opened.commit(commitOf([second]))).toEqual([{ seq: 4, recorded: '2026-11-22T02:00:00.001+00:00' }])
  read.close()
  opened.close()
})

test('a file of a newer release is left alone', () => {
  hand((file) => file.exec('PRAGMA user_version = 99'))
  expect(() => StateWriter.open(path, false)).toThrow(/DATA_NEWER.*schema 99/)
})

test('what a full disk says is told from other errors', () => {
  const small = new DatabaseSync(':memory:')
  small.exec('CREATE TABLE t (a); PRAGMA max_page_count = 3')
  const thrown = (sql: string) => {
    try {
      small.exec(sql)
    } catch (error) {
      return new CodedError('JOURNAL_UNWRITABLE', 'no', { cause: error })
    }
    throw new Error('it worked')
  }
  expect(wantsSpace(thrown('INSERT INTO t VALUES (zeroblob(100000))'))).toBe(true)
  expect(wantsSpace(thrown('INSERT INTO nowhere VALUES (1)'))).toBe(false)
  expect(wantsSpace(new CodedError('JOURNAL_UNWRITABLE', 'another transition'))).toBe(false)
  small.close()
})

test('the schema of a new file is that of one taken forward', () => {
  const schema = (file: DatabaseSync) =>
    file.prepare("SELECT type, name FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY name").all()
  const old = join(temporaryFolder(), 'state.db')
  const first = new DatabaseSync(old)
  first.exec(VERSION_1)
  first.close()
  const forward = openForCommits(old, false)
  const fresh = openForCommits(':memory:', false)
  expect(schema(forward)).toEqual(schema(fresh))
  forward.close()
  fresh.close()
})

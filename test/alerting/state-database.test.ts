import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { AlarmEngine } from '../../alerting/alarm-engine.ts'
import { AlarmService } from '../../alerting/alarm-service.ts'
import { journalItem } from '../../alerting/alarm-view.ts'
import { StateDatabase } from '../../alerting/journal/state-database.ts'
import type { NewEntry } from '../../alerting/journal/state-store.ts'
import { SteadyClock, systemClock } from '../../contracts/clock.ts'
import { CodedError } from '../../contracts/errors.ts'
import { silentLogger } from '../../contracts/logger.ts'
import { smallFacility } from './alarm-fixtures.ts'

const facility = smallFacility()
let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'davylamp-state-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** Entries of a raise and a return of T-1.H, as the service makes them. */
function entries(): NewEntry[] {
  const engine = new AlarmEngine({ facility, now: 0 })
  const batch = (time: number, value: number) => ({
    gateway: 'gw-1',
    offset: 0,
    stepped: false,
    isLive: true,
    readings: [{ sensor: 'T-1', time, value, quality: 'good' as const }],
  })
  const transitions = [
    ...engine.evaluate(batch(1_000, 25), 1_000).transitions,
    ...engine.evaluate(batch(2_000, 5), 2_000).transitions,
  ]
  return transitions.map((transition) => ({
    key: `${transition.config.id}#${transition.record.transitions}`,
    time: transition.time,
    alarm: transition.config.id,
    sensor: transition.sensor.id,
    item: journalItem(facility, transition),
  }))
}

function commit(database: StateDatabase, list: readonly NewEntry[]) {
  return database.commit({
    facility: 'plant',
    timezone: 'UTC',
    recorded: 5_000,
    entries: list,
    records: new Map(),
  })
}

function codeOf(error: unknown): string {
  return error instanceof CodedError ? error.code : String(error)
}

describe('journal', () => {
  test('numbers entries in order and gives them back, newest first or after a number', async () => {
    const database = new StateDatabase(folder)
    const items = await commit(database, entries())
    expect(items.map(({ seq, event, recorded }) => [seq, event, recorded])).toEqual([
      [1, 'raised', '1970-01-01T00:00:05+00:00'],
      [2, 'returned', '1970-01-01T00:00:05+00:00'],
    ])
    expect((await database.journal({ limit: 10 })).map(({ seq }) => seq)).toEqual([2, 1])
    expect((await database.after(1, 10)).map(({ seq }) => seq)).toEqual([2])
    expect(await database.lastSeq()).toBe(2)
    await database.close()
  })

  test('filters by facility, sensor, alarm, time and cursor', async () => {
    const database = new StateDatabase(folder)
    await commit(database, entries())
    const count = async (query: object) => (await database.journal({ limit: 10, ...query })).length
    expect(await count({ facility: 'plant' })).toBe(2)
    expect(await count({ facility: 'other' })).toBe(0)
    expect(await count({ sensor: 'T-1' })).toBe(2)
    expect(await count({ sensor: 'T-2' })).toBe(0)
    expect(await count({ alarm: 'T-1.H', from: 1_000, to: 2_000 })).toBe(1)
    expect(await count({ before: 2 })).toBe(1)
    await database.close()
  })

  test('the same transition is never entered twice, and a refused commit leaves nothing', async () => {
    const database = new StateDatabase(folder)
    const [first, second] = entries()
    if (first === undefined || second === undefined) throw new Error('two entries expected')
    await commit(database, [first])
    await expect(commit(database, [second, first])).rejects.toMatchObject({ code: 'JOURNAL_UNWRITABLE' })
    expect((await database.journal({ limit: 10 })).map(({ event }) => event)).toEqual(['raised'])
    await database.close()
  })

  test('is append-only even for somebody with the file', async () => {
    const database = new StateDatabase(folder)
    await commit(database, entries())
    await database.close()
    const file = new DatabaseSync(join(folder, 'state.db'))
    expect(() => file.exec("UPDATE journal SET body = '{}'")).toThrow(/append-only/)
    expect(() => file.exec('DELETE FROM journal')).toThrow(/append-only/)
    file.close()
  })
})

describe('a journal on a disk that takes no more', () => {
  /** Another hand on the same file. */
  function other(): DatabaseSync {
    return new DatabaseSync(join(folder, 'state.db'))
  }

  test('refuses with its code, soon, and goes on when the disk does', async () => {
    const database = new StateDatabase(folder)
    const hand = other()
    hand.exec('BEGIN IMMEDIATE')
    const before = performance.now()
    await expect(commit(database, entries())).rejects.toMatchObject({ code: 'JOURNAL_UNWRITABLE' })
    expect(performance.now() - before).toBeLessThan(500)
    hand.exec('ROLLBACK')
    hand.close()
    expect(await commit(database, entries())).toHaveLength(2)
    await database.close()
  })

  test('tells its alarms unjournalled and enters each once when there is room again', async () => {
    const database = new StateDatabase(folder)
    const hand = other()
    // Fails in the middle of a commit, after entries were written, as a full disk does.
    hand.exec(`CREATE TRIGGER full BEFORE INSERT ON journal WHEN new.alarm = 'T-2.H'
      BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END`)
    const told: string[] = []
    const service = await AlarmService.start({
      facility,
      states: database,
      clock: new SteadyClock(systemClock),
      tell: ({ seq, event, alarm }) => told.push(`${seq ?? '-'} ${alarm.id} ${event} ${alarm.journalled}`),
      logger: silentLogger,
    })
    const readings = ['T-1', 'T-2'].map((sensor) => ({
      sensor,
      time: 1_000,
      value: 25,
      quality: 'good' as const,
    }))
    const batch = {
      gateway: 'gw-1',
      offset: systemClock.wall() - 1_000,
      stepped: false,
      isLive: true,
      readings,
    }
    await expect(service.evaluate(batch)).rejects.toMatchObject({ code: 'JOURNAL_UNWRITABLE' })
    expect(told.splice(0)).toEqual([
      '- T-1.H raised false',
      '- T-2.H raised false',
      '- sys.journal.FAIL raised false',
    ])
    expect(await database.lastSeq()).toBe(0)
    hand.exec('DROP TRIGGER full')
    hand.close()
    await service.stop()
    expect(told).toEqual([
      '1 T-1.H raised true',
      '2 T-2.H raised true',
      '3 sys.journal.FAIL raised true',
      '4 sys.journal.FAIL returned true',
    ])
    expect((await database.journal({ limit: 10 })).map(({ alarm }) => alarm.id)).toEqual([
      'sys.journal.FAIL',
      'sys.journal.FAIL',
      'T-2.H',
      'T-1.H',
    ])
    await database.close()
  })

  test('a closed one refuses with its code', async () => {
    const database = new StateDatabase(folder)
    await database.close()
    await expect(commit(database, entries())).rejects.toMatchObject({ code: 'JOURNAL_UNWRITABLE' })
  })
})

test('records and kept texts come back after a restart', async () => {
  const first = new StateDatabase(folder)
  const record = [...new AlarmEngine({ facility, now: 7 }).entries()][0]?.record
  if (record === undefined) throw new Error('a record expected')
  await first.commit({
    facility: 'plant',
    timezone: 'UTC',
    recorded: 1,
    entries: [],
    records: new Map([['T-1.H', record]]),
  })
  await first.keep('plant', 'marks/gw-1', '{"a":1}')
  await first.close()
  const second = new StateDatabase(folder)
  expect(await second.records('plant')).toEqual(new Map([['T-1.H', record]]))
  expect(await second.records('other')).toEqual(new Map())
  expect(await second.kept('plant', 'marks/gw-1')).toBe('{"a":1}')
  expect(await second.kept('plant', 'marks/gw-2')).toBeUndefined()
  await second.close()
})

describe('opening', () => {
  const open = () => {
    try {
      const database = new StateDatabase(folder)
      return database.close().then(() => 'opened')
    } catch (error) {
      return codeOf(error)
    }
  }

  test('one process at a time', async () => {
    const database = new StateDatabase(folder)
    expect(await open()).toBe('DATA_IN_USE')
    await database.close()
    expect(await open()).toBe('opened')
  })

  test('data of a newer release is left alone', async () => {
    const file = new DatabaseSync(join(folder, 'state.db'))
    file.exec('PRAGMA user_version = 99')
    file.close()
    expect(await open()).toBe('DATA_NEWER')
  })

  test('a damaged file is told, and the folder is not left locked', async () => {
    writeFileSync(
      join(folder, 'state.db'),
      'this is no database, and it is long enough to be looked at'.repeat(50),
    )
    expect(await open()).toBe('DATA_DAMAGED')
    rmSync(join(folder, 'state.db'))
    expect(await open()).toBe('opened')
  })

  test('a folder that cannot be made', () => {
    writeFileSync(join(folder, 'file'), '')
    expect(() => new StateDatabase(join(folder, 'file', 'data'))).toThrow(/DATA_UNWRITABLE/)
  })
})

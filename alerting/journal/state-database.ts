import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { JournalItem } from '../../contracts/api.ts'
import { CodedError } from '../../contracts/errors.ts'
import { formatIso } from '../../contracts/iso-time.ts'
import type { AlarmRecord } from '../alarm-record.ts'
import type { Commit, JournalQuery, StateStore } from './state-store.ts'

/** Each step takes the schema one version forward; steps are only ever added. */
const MIGRATIONS = [
  `CREATE TABLE journal (
     seq INTEGER PRIMARY KEY AUTOINCREMENT,
     key TEXT NOT NULL,
     facility TEXT NOT NULL,
     time INTEGER NOT NULL,
     sensor TEXT NOT NULL,
     alarm TEXT NOT NULL,
     body TEXT NOT NULL,
     UNIQUE (facility, key)
   ) STRICT;
   CREATE INDEX journal_alarm ON journal (facility, alarm, seq);
   CREATE INDEX journal_sensor ON journal (facility, sensor, seq);
   CREATE INDEX journal_time ON journal (facility, time);
   CREATE TRIGGER journal_is_append_only_update BEFORE UPDATE ON journal
     BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
   CREATE TRIGGER journal_is_append_only_delete BEFORE DELETE ON journal
     BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
   CREATE TABLE alarm_record (
     facility TEXT NOT NULL,
     alarm TEXT NOT NULL,
     body TEXT NOT NULL,
     PRIMARY KEY (facility, alarm)
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE kept (
     facility TEXT NOT NULL,
     name TEXT NOT NULL,
     body TEXT NOT NULL,
     PRIMARY KEY (facility, name)
   ) STRICT, WITHOUT ROWID;`,
]

/** Somebody else's hold on the file stops evaluation no longer than this; then the journal counts as failed, ms. */
const BUSY_MS = 200

/** SQLite in one folder, held by one process: WAL, every commit synced to the disk. */
export class StateDatabase implements StateStore {
  readonly #database: DatabaseSync
  readonly #lock: DatabaseSync

  /** @throws CodedError DATA_UNWRITABLE, DATA_IN_USE, DATA_NEWER or DATA_DAMAGED */
  constructor(folder: string) {
    try {
      mkdirSync(folder, { recursive: true })
    } catch (error) {
      throw new CodedError('DATA_UNWRITABLE', `${folder}: ${(error as Error).message}`, { cause: error })
    }
    this.#lock = lockFolder(folder)
    try {
      this.#database = openDatabase(join(folder, 'state.db'), MIGRATIONS)
    } catch (error) {
      this.#lock.close()
      throw error
    }
  }

  async commit(commit: Commit): Promise<JournalItem[]> {
    const database = this.#database
    const items: JournalItem[] = []
    const recorded = formatIso(commit.recorded, commit.timezone)
    try {
      database.exec('BEGIN IMMEDIATE')
      const insert = database.prepare(
        'INSERT INTO journal (key, facility, time, sensor, alarm, body) VALUES (?, ?, ?, ?, ?, ?)',
      )
      const keep = database.prepare(
        'INSERT OR REPLACE INTO alarm_record (facility, alarm, body) VALUES (?, ?, ?)',
      )
      for (const { key, time, sensor, alarm, item } of commit.entries) {
        const body = { ...item, recorded }
        const row = insert.run(key, commit.facility, time, sensor, alarm, JSON.stringify(body))
        items.push({ seq: Number(row.lastInsertRowid), ...body })
      }
      for (const [alarm, record] of commit.records) keep.run(commit.facility, alarm, JSON.stringify(record))
      database.exec('COMMIT')
    } catch (error) {
      // A full disk may have rolled the transaction back already.
      if (database.isOpen && database.isTransaction) database.exec('ROLLBACK')
      throw new CodedError('JOURNAL_UNWRITABLE', (error as Error).message, { cause: error })
    }
    return items
  }

  async records(facility: string): Promise<Map<string, AlarmRecord>> {
    const rows = this.#database
      .prepare('SELECT alarm, body FROM alarm_record WHERE facility = ?')
      .all(facility)
    return new Map(rows.map((row) => [String(row.alarm), JSON.parse(String(row.body)) as AlarmRecord]))
  }

  async journal(query: JournalQuery): Promise<JournalItem[]> {
    const terms: [string, string | number | undefined][] = [
      ['facility = ?', query.facility],
      ['sensor = ?', query.sensor],
      ['alarm = ?', query.alarm],
      ['time >= ?', query.from],
      ['time < ?', query.to],
      ['seq < ?', query.before],
    ]
    const used = terms.filter((term): term is [string, string | number] => term[1] !== undefined)
    const where = used.length === 0 ? '' : `WHERE ${used.map(([sql]) => sql).join(' AND ')}`
    const rows = this.#database
      .prepare(`SELECT seq, body FROM journal ${where} ORDER BY seq DESC LIMIT ?`)
      .all(...used.map(([, value]) => value), query.limit)
    return rows.map(toItem)
  }

  async after(seq: number, limit: number): Promise<JournalItem[]> {
    return this.#database
      .prepare('SELECT seq, body FROM journal WHERE seq > ? ORDER BY seq LIMIT ?')
      .all(seq, limit)
      .map(toItem)
  }

  async lastSeq(): Promise<number> {
    return Number(this.#database.prepare('SELECT max(seq) AS last FROM journal').get()?.last ?? 0)
  }

  async keep(facility: string, name: string, body: string): Promise<void> {
    this.#database
      .prepare('INSERT OR REPLACE INTO kept (facility, name, body) VALUES (?, ?, ?)')
      .run(facility, name, body)
  }

  async kept(facility: string, name: string): Promise<string | undefined> {
    const row = this.#database
      .prepare('SELECT body FROM kept WHERE facility = ? AND name = ?')
      .get(facility, name)
    return row === undefined ? undefined : String(row.body)
  }

  async close(): Promise<void> {
    this.#database.close()
    this.#lock.close()
  }
}

function toItem(row: Record<string, unknown>): JournalItem {
  return { seq: Number(row.seq), ...(JSON.parse(String(row.body)) as Omit<JournalItem, 'seq'>) }
}

/**
 * One facility is evaluated by exactly one server. An exclusive SQLite transaction that stays open is a
 * lock that the operating system drops when the process dies, however it dies.
 */
function lockFolder(folder: string): DatabaseSync {
  const path = join(folder, 'server.lock')
  let lock: DatabaseSync | undefined
  try {
    lock = new DatabaseSync(path)
    lock.exec('PRAGMA journal_mode = DELETE')
    lock.exec('BEGIN EXCLUSIVE')
    return lock
  } catch (error) {
    lock?.close()
    const isBusy = /locked|busy/i.test((error as Error).message)
    throw new CodedError(isBusy ? 'DATA_IN_USE' : 'DATA_UNWRITABLE', `${path}: ${(error as Error).message}`, {
      cause: error,
    })
  }
}

function openDatabase(path: string, migrations: readonly string[]): DatabaseSync {
  let database: DatabaseSync | undefined
  try {
    database = new DatabaseSync(path, { timeout: BUSY_MS })
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;')
    const check = String(database.prepare('PRAGMA quick_check(1)').get()?.quick_check)
    if (check !== 'ok') throw new CodedError('DATA_DAMAGED', `${path}: ${check}`)
    const version = Number(database.prepare('PRAGMA user_version').get()?.user_version)
    if (version > migrations.length) {
      throw new CodedError(
        'DATA_NEWER',
        `${path} has schema ${version}, this release knows ${migrations.length}`,
      )
    }
    for (const [index, sql] of migrations.entries()) {
      if (index < version) continue
      database.exec(`BEGIN; ${sql}; PRAGMA user_version = ${index + 1}; COMMIT`)
    }
    return database
  } catch (error) {
    database?.close()
    if (error instanceof CodedError) throw error
    const message = (error as Error).message
    const isDamaged = /malformed|not a database/i.test(message)
    throw new CodedError(isDamaged ? 'DATA_DAMAGED' : 'DATA_UNWRITABLE', `${path}: ${message}`, {
      cause: error,
    })
  }
}

import { existsSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { CodedError } from '../../contracts/errors.ts'

/** Each step takes the schema one version forward; steps are only ever added. */
const MIGRATIONS = [
  `CREATE TABLE series (
     id INTEGER PRIMARY KEY,
     facility TEXT NOT NULL,
     sensor TEXT NOT NULL,
     UNIQUE (facility, sensor)
   ) STRICT;
   CREATE TABLE reading (
     series INTEGER NOT NULL,
     time INTEGER NOT NULL,
     value REAL,
     quality INTEGER NOT NULL,
     reason TEXT,
     PRIMARY KEY (series, time)
   ) STRICT, WITHOUT ROWID;`,
  // Readings of a clock that was set back, all tags, and one-minute roll-ups. `dirty` has the minutes whose
  // roll-up is not what their readings say: of an older file, all of them. `horizon` says before which time
  // readings (raw) and roll-ups (minute) have been dropped.
  `ALTER TABLE reading RENAME TO reading_1;
   CREATE TABLE reading (
     series INTEGER NOT NULL,
     time INTEGER NOT NULL,
     fold INTEGER NOT NULL,
     value REAL,
     quality INTEGER NOT NULL,
     reason TEXT,
     PRIMARY KEY (series, time, fold)
   ) STRICT, WITHOUT ROWID;
   INSERT INTO reading SELECT series, time, 0, value, quality, reason FROM reading_1;
   DROP TABLE reading_1;
   ALTER TABLE series ADD COLUMN tags TEXT NOT NULL DEFAULT '{}';
   CREATE TABLE minute (
     series INTEGER NOT NULL,
     time INTEGER NOT NULL,
     low REAL,
     high REAL,
     total REAL NOT NULL,
     valued INTEGER NOT NULL,
     count INTEGER NOT NULL,
     worst TEXT NOT NULL,
     PRIMARY KEY (series, time)
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE dirty (
     series INTEGER NOT NULL,
     time INTEGER NOT NULL,
     PRIMARY KEY (series, time)
   ) STRICT, WITHOUT ROWID;
   INSERT INTO dirty SELECT DISTINCT series, time - time % 60000 FROM reading;
   CREATE TABLE horizon (name TEXT PRIMARY KEY, time INTEGER NOT NULL) STRICT, WITHOUT ROWID;
   INSERT INTO horizon VALUES ('raw', 0), ('minute', 0);`,
]

/** SQLITE_CORRUPT and SQLITE_NOTADB: they come with the first statement that meets the damage. */
const DAMAGED = [11, 26]
/** Another process that holds the file, a backup tool for one, is waited for so long, ms. */
const BUSY_MS = 2_000

/**
 * The newest page of each of 15,000 series: with the 2 MB of SQLite's own choice a write of a thousand series
 * costs half as much again (docs/decisions/0012).
 */
const CACHE_KB = 65_536

/** A file of time series, brought to the newest schema. @throws CodedError DATA_UNWRITABLE, DATA_NEWER or DATA_DAMAGED */
export function openSeriesFile(path: string): DatabaseSync {
  let database: DatabaseSync | undefined
  try {
    database = new DatabaseSync(path, { timeout: BUSY_MS })
    database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -${CACHE_KB};`)
    migrate(database, path)
    return database
  } catch (error) {
    database?.close()
    throw seriesFileError(path, error)
  }
}

/**
 * The same file to look at only, while a server writes to it or not: nothing is made and nothing is changed.
 * @throws CodedError DATA_MISSING, DATA_NEWER, DATA_DAMAGED; DATA_UNWRITABLE when it is of an older release
 */
export function openSeriesForReading(path: string): DatabaseSync {
  if (!existsSync(path)) throw new CodedError('DATA_MISSING', `there is no ${path}`)
  let database: DatabaseSync | undefined
  try {
    database = new DatabaseSync(path, { readOnly: true, timeout: BUSY_MS })
    database.exec(`PRAGMA cache_size = -${CACHE_KB};`)
    if (versionOf(database, path) < MIGRATIONS.length)
      throw new CodedError(
        'DATA_UNWRITABLE',
        `${path} is of an older release: a server brings it up to date when it starts`,
      )
    return database
  } catch (error) {
    database?.close()
    throw seriesFileError(path, error)
  }
}

export function seriesFileError(path: string, error: unknown): CodedError {
  if (error instanceof CodedError) return error
  const { message, errcode } = error as Error & { errcode?: number }
  const code = DAMAGED.includes(Number(errcode) & 0xff) ? 'DATA_DAMAGED' : 'DATA_UNWRITABLE'
  return new CodedError(code, `${path}: ${message}`, { cause: error })
}

function migrate(database: DatabaseSync, path: string): void {
  const version = versionOf(database, path)
  for (const [index, sql] of MIGRATIONS.entries()) {
    if (index >= version) database.exec(`BEGIN; ${sql}; PRAGMA user_version = ${index + 1}; COMMIT`)
  }
}

/** @throws CodedError DATA_NEWER */
function versionOf(database: DatabaseSync, path: string): number {
  const version = Number(database.prepare('PRAGMA user_version').get()?.user_version)
  if (version > MIGRATIONS.length) {
    throw new CodedError(
      'DATA_NEWER',
      `${path} has schema ${version}, this release knows ${MIGRATIONS.length}`,
    )
  }
  return version
}

import { DatabaseSync } from 'node:sqlite'
import { CodedError } from '../../contracts/errors.ts'

/** In the folder of server.data. */
export const REJECTS_FILE = 'rejects.db'

/** Each step takes the schema one version forward; steps are only ever added. */
const MIGRATIONS = [
  `CREATE TABLE letter (
     id INTEGER PRIMARY KEY AUTOINCREMENT,
     time INTEGER NOT NULL,
     kind TEXT NOT NULL,
     facility TEXT NOT NULL,
     gateway TEXT NOT NULL,
     topic TEXT NOT NULL,
     code TEXT NOT NULL,
     detail TEXT NOT NULL,
     count INTEGER NOT NULL,
     size INTEGER NOT NULL,
     payload BLOB NOT NULL,
     bytes INTEGER NOT NULL
   ) STRICT;
   CREATE INDEX letter_code ON letter (code, id, bytes);
   CREATE TABLE source (
     id INTEGER PRIMARY KEY AUTOINCREMENT,
     facility TEXT NOT NULL,
     gateway TEXT NOT NULL,
     sensor TEXT NOT NULL,
     UNIQUE (facility, gateway, sensor)
   ) STRICT;
   CREATE TABLE quarantine (
     id INTEGER PRIMARY KEY AUTOINCREMENT,
     source INTEGER NOT NULL,
     epoch TEXT NOT NULL,
     seq INTEGER NOT NULL,
     position INTEGER NOT NULL,
     time INTEGER NOT NULL,
     value REAL,
     quality TEXT NOT NULL,
     reason TEXT,
     shift REAL NOT NULL,
     requeued INTEGER NOT NULL DEFAULT 0,
     UNIQUE (source, epoch, seq, position)
   ) STRICT;
   CREATE INDEX quarantine_requeued ON quarantine (source, id) WHERE requeued = 1;
   CREATE TABLE tally (name TEXT PRIMARY KEY, count INTEGER NOT NULL) STRICT, WITHOUT ROWID;`,
]

/** SQLITE_CORRUPT and SQLITE_NOTADB: they come with the first statement that meets the damage. */
const DAMAGED = [11, 26]
/** The server and the command may write at the same time, ms. */
const BUSY_MS = 5_000

/** Opens the file, made if need be. @throws CodedError DATA_UNWRITABLE, DATA_NEWER or DATA_DAMAGED */
export function openRejects(path: string): DatabaseSync {
  let database: DatabaseSync | undefined
  try {
    database = new DatabaseSync(path, { timeout: BUSY_MS })
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;')
    if (versionOf(database) !== MIGRATIONS.length) migrate(database, path)
    return database
  } catch (error) {
    database?.close()
    throw rejectsError(path, error)
  }
}

/** Server and command may both meet a new file: who comes second waits, and finds it made. */
function migrate(database: DatabaseSync, path: string): void {
  database.exec('BEGIN IMMEDIATE')
  const version = versionOf(database)
  if (version > MIGRATIONS.length) {
    const detail = `${path} has schema ${version}, this release knows ${MIGRATIONS.length}`
    throw new CodedError('DATA_NEWER', detail)
  }
  for (const sql of MIGRATIONS.slice(version)) database.exec(sql)
  database.exec(`PRAGMA user_version = ${MIGRATIONS.length}; COMMIT`)
}

function versionOf(database: DatabaseSync): number {
  return Number(database.prepare('PRAGMA user_version').get()?.user_version)
}

/** What SQLite has thrown, as ours. */
export function rejectsError(path: string, error: unknown): CodedError {
  if (error instanceof CodedError) return error
  const { message, errcode } = error as Error & { errcode?: number }
  const code = DAMAGED.includes(Number(errcode) & 0xff) ? 'DATA_DAMAGED' : 'DATA_UNWRITABLE'
  return new CodedError(code, `${path}: ${message}`, { cause: error })
}

import { DatabaseSync } from 'node:sqlite'
import { CodedError, type ErrorCode } from '../../contracts/errors.ts'

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
  // In ledger, low and high are NULL while the gateway has not said how much it made. The rows that still
  // stand for a minute are those of ledger_unfolded, save the first minute of each hour.
  `ALTER TABLE alarm_record ADD COLUMN position INTEGER NOT NULL DEFAULT 0;
   CREATE TABLE checkpoint (
     facility TEXT PRIMARY KEY,
     position INTEGER NOT NULL,
     body TEXT NOT NULL
   ) STRICT;
   CREATE TABLE drained (
     only INTEGER PRIMARY KEY CHECK (only = 1),
     position INTEGER NOT NULL
   ) STRICT;
   CREATE TABLE ledger (
     facility TEXT NOT NULL,
     gateway TEXT NOT NULL,
     epoch TEXT NOT NULL,
     minute INTEGER NOT NULL,
     low INTEGER,
     high INTEGER,
     received INTEGER NOT NULL,
     stored INTEGER NOT NULL,
     duplicate INTEGER NOT NULL,
     late INTEGER NOT NULL,
     refused INTEGER NOT NULL,
     PRIMARY KEY (facility, gateway, epoch, minute)
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX ledger_minute ON ledger (minute, facility, gateway);
   CREATE INDEX ledger_unfolded ON ledger (minute) WHERE minute % 3600000 <> 0;
   CREATE TABLE gap (
     facility TEXT NOT NULL,
     gateway TEXT NOT NULL,
     epoch TEXT NOT NULL,
     first INTEGER NOT NULL,
     seqs TEXT NOT NULL,
     count INTEGER NOT NULL,
     begins INTEGER NOT NULL,
     ends INTEGER NOT NULL,
     reason TEXT NOT NULL,
     told INTEGER NOT NULL,
     PRIMARY KEY (facility, gateway, epoch, first)
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX gap_end ON gap (facility, gateway, ends);`,
  // Settings of alarms that were changed at run time.
  `CREATE TABLE alarm_setting (
     facility TEXT NOT NULL,
     alarm TEXT NOT NULL,
     revision INTEGER NOT NULL,
     time INTEGER NOT NULL,
     body TEXT NOT NULL,
     PRIMARY KEY (facility, alarm, revision)
   ) STRICT, WITHOUT ROWID;
   CREATE TRIGGER alarm_setting_is_append_only_update BEFORE UPDATE ON alarm_setting
     BEGIN SELECT RAISE(ABORT, 'settings are append-only'); END;
   CREATE TRIGGER alarm_setting_is_append_only_delete BEFORE DELETE ON alarm_setting
     BEGIN SELECT RAISE(ABORT, 'settings are append-only'); END;`,
  // Bump and proof tests; those that run have no end.
  `CREATE TABLE field_test (
     facility TEXT NOT NULL,
     number INTEGER NOT NULL,
     ended INTEGER,
     body TEXT NOT NULL,
     PRIMARY KEY (facility, number)
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX field_test_running ON field_test (facility, number) WHERE ended IS NULL;
   CREATE TABLE field_test_sensor (
     facility TEXT NOT NULL,
     number INTEGER NOT NULL,
     sensor TEXT NOT NULL,
     body TEXT NOT NULL,
     PRIMARY KEY (facility, number, sensor)
   ) STRICT, WITHOUT ROWID;`,
  // The chain of the journal. Entries up to journal_unchained.last are of an older file and are linked when it is
  // opened; nobody links an entry that has no link later than that. What a dropped segment held may go.
  `CREATE TABLE journal_chain (
     seq INTEGER PRIMARY KEY,
     facility TEXT NOT NULL,
     n INTEGER NOT NULL,
     hash TEXT NOT NULL,
     UNIQUE (facility, n)
   ) STRICT;
   CREATE TABLE journal_segment (
     facility TEXT NOT NULL,
     first INTEGER NOT NULL,
     last INTEGER NOT NULL,
     previous TEXT NOT NULL,
     head TEXT NOT NULL,
     sealed INTEGER NOT NULL,
     dropped INTEGER,
     signature TEXT,
     PRIMARY KEY (facility, last)
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE journal_unchained (
     only INTEGER PRIMARY KEY CHECK (only = 1),
     last INTEGER NOT NULL
   ) STRICT;
   INSERT INTO journal_unchained SELECT 1, max(seq) FROM journal HAVING max(seq) IS NOT NULL;
   DROP TRIGGER journal_is_append_only_delete;
   CREATE TRIGGER journal_is_append_only_delete BEFORE DELETE ON journal
     WHEN (
       SELECT segment.dropped FROM journal_chain AS link JOIN journal_segment AS segment
       ON segment.facility = link.facility AND segment.last >= link.n
       WHERE link.seq = OLD.seq ORDER BY segment.last LIMIT 1
     ) IS NULL
     BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
   CREATE TRIGGER journal_chain_is_append_only_update BEFORE UPDATE ON journal_chain
     BEGIN SELECT RAISE(ABORT, 'the chain of the journal is append-only'); END;
   CREATE TRIGGER journal_chain_is_append_only_delete BEFORE DELETE ON journal_chain
     WHEN (
       SELECT dropped FROM journal_segment
       WHERE facility = OLD.facility AND last >= OLD.n ORDER BY last LIMIT 1
     ) IS NULL
     BEGIN SELECT RAISE(ABORT, 'the chain of the journal is append-only'); END;
   CREATE TRIGGER journal_segment_is_append_only_update BEFORE UPDATE ON journal_segment
     WHEN OLD.dropped IS NOT NULL OR NEW.dropped IS NULL OR NEW.facility IS NOT OLD.facility
       OR NEW.first IS NOT OLD.first OR NEW.last IS NOT OLD.last OR NEW.previous IS NOT OLD.previous
       OR NEW.head IS NOT OLD.head OR NEW.sealed IS NOT OLD.sealed OR NEW.signature IS NOT OLD.signature
     BEGIN SELECT RAISE(ABORT, 'the segments of the journal are append-only'); END;
   CREATE TRIGGER journal_segment_is_append_only_delete BEFORE DELETE ON journal_segment
     BEGIN SELECT RAISE(ABORT, 'the segments of the journal are append-only'); END;`,
  // An index ends with the number of its row: the newest of a facility stand last in this one.
  'CREATE INDEX journal_facility ON journal (facility)',
  // People, their sessions, tokens and links, and the record of what they did to each other, which is a chain too.
  `CREATE TABLE people (
     kind TEXT NOT NULL,
     key TEXT NOT NULL,
     body TEXT NOT NULL,
     PRIMARY KEY (kind, key)
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE people_revision (
     only INTEGER PRIMARY KEY CHECK (only = 1),
     revision INTEGER NOT NULL
   ) STRICT;
   INSERT INTO people_revision VALUES (1, 0);
   CREATE TABLE audit (
     n INTEGER PRIMARY KEY,
     time INTEGER NOT NULL,
     kind TEXT NOT NULL,
     body TEXT NOT NULL,
     hash TEXT NOT NULL
   ) STRICT;
   CREATE TRIGGER audit_is_append_only_update BEFORE UPDATE ON audit
     BEGIN SELECT RAISE(ABORT, 'the audit record is append-only'); END;
   CREATE TRIGGER audit_is_append_only_delete BEFORE DELETE ON audit
     BEGIN SELECT RAISE(ABORT, 'the audit record is append-only'); END;`,
  // Who is told of alarms, and how far that has gone.
  `CREATE TABLE notice (
     n INTEGER PRIMARY KEY AUTOINCREMENT,
     id TEXT NOT NULL UNIQUE,
     facility TEXT NOT NULL,
     alarm TEXT NOT NULL,
     occurrence TEXT NOT NULL,
     state TEXT NOT NULL,
     created INTEGER NOT NULL,
     body TEXT NOT NULL
   ) STRICT;
   CREATE INDEX notice_alarm ON notice (facility, alarm, n);
   CREATE INDEX notice_created ON notice (created);
   CREATE INDEX notice_waiting ON notice (n) WHERE state = 'waiting';
   CREATE TABLE escalation (
     facility TEXT NOT NULL,
     occurrence TEXT NOT NULL,
     body TEXT NOT NULL,
     PRIMARY KEY (facility, occurrence)
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE notice_cursor (
     only INTEGER PRIMARY KEY CHECK (only = 1),
     seq INTEGER NOT NULL
   ) STRICT;`,
  // Steps of the register stand in the journal without an alarm: what is sought among alarms alone is told from them in
  // the index.
  `CREATE INDEX journal_step ON journal (seq) WHERE alarm = '';
   DROP INDEX journal_time;
   CREATE INDEX journal_time ON journal (facility, time, alarm);
   DROP INDEX journal_facility;
   CREATE INDEX journal_facility ON journal (facility, seq, alarm);`,
  // Calibrations and bump tests of detectors, and detectors that are inhibited; those that still are have no end.
  `CREATE TABLE calibration (
     facility TEXT NOT NULL,
     number INTEGER NOT NULL,
     sensor TEXT NOT NULL,
     kind TEXT NOT NULL,
     failed INTEGER NOT NULL,
     time INTEGER NOT NULL,
     body TEXT NOT NULL,
     PRIMARY KEY (facility, number)
   ) STRICT;
   CREATE INDEX calibration_sensor ON calibration (facility, sensor, time);
   CREATE INDEX calibration_last ON calibration (facility, sensor, kind, failed, time);
   CREATE TRIGGER calibration_is_append_only_update BEFORE UPDATE ON calibration
     BEGIN SELECT RAISE(ABORT, 'calibrations are append-only'); END;
   CREATE TRIGGER calibration_is_append_only_delete BEFORE DELETE ON calibration
     BEGIN SELECT RAISE(ABORT, 'calibrations are append-only'); END;
   CREATE TABLE inhibition (
     facility TEXT NOT NULL,
     number INTEGER NOT NULL,
     ended INTEGER,
     body TEXT NOT NULL,
     PRIMARY KEY (facility, number)
   ) STRICT, WITHOUT ROWID;`,
]

/** Of a file that this release has opened for commits. */
export const SCHEMA_VERSION = MIGRATIONS.length

/** Somebody else's hold on the file holds a commit up no longer than this; then the journal counts as failed, ms. */
const COMMIT_BUSY_MS = 200
/** A reader waits for nobody but a database that recovers, ms. */
const READ_BUSY_MS = 2_000

/** SQLITE_IOERR, SQLITE_CORRUPT, SQLITE_FULL, SQLITE_NOTADB. */
const [IOERR, CORRUPT, FULL, NOTADB] = [10, 11, 13, 26]

/**
 * Opens the file for commits, in WAL, every one of them synced to the disk, and takes its schema forward.
 * `check` looks through the whole file first: for a start, not for a thread that takes the place of another.
 * @throws CodedError DATA_UNWRITABLE, DATA_NEWER or DATA_DAMAGED
 */
export function openForCommits(path: string, check: boolean): DatabaseSync {
  let database: DatabaseSync | undefined
  try {
    database = new DatabaseSync(path, { timeout: COMMIT_BUSY_MS })
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;')
    const found = check ? String(database.prepare('PRAGMA quick_check(1)').get()?.quick_check) : 'ok'
    if (found !== 'ok') throw new CodedError('DATA_DAMAGED', `${path}: ${found}`)
    const version = schemaVersion(database)
    if (version > MIGRATIONS.length) {
      throw new CodedError(
        'DATA_NEWER',
        `${path} has schema ${version}, this release knows ${MIGRATIONS.length}`,
      )
    }
    for (const [index, sql] of MIGRATIONS.entries()) {
      if (index >= version) database.exec(`BEGIN; ${sql}; PRAGMA user_version = ${index + 1}; COMMIT`)
    }
    return database
  } catch (error) {
    database?.close()
    throw dataError(error, path, 'DATA_UNWRITABLE')
  }
}

/** Opens it for reading only, once it has been opened for commits. */
export function openForReading(path: string): DatabaseSync {
  return new DatabaseSync(path, { readOnly: true, timeout: READ_BUSY_MS })
}

export function schemaVersion(database: DatabaseSync): number {
  return Number(database.prepare('PRAGMA user_version').get()?.user_version)
}

/** What SQLite threw as an error of ours; damage has a code of its own. */
export function dataError(error: unknown, path: string, otherwise: ErrorCode): CodedError {
  if (error instanceof CodedError) return error
  const code = primaryCode(error)
  const isDamaged = code === CORRUPT || code === NOTADB
  return new CodedError(isDamaged ? 'DATA_DAMAGED' : otherwise, `${path}: ${(error as Error).message}`, {
    cause: error,
  })
}

/** The disk took no more; a quota that is used up is an I/O error to SQLite. */
export function wantsSpace(error: unknown): boolean {
  const code = primaryCode(error instanceof CodedError ? error.cause : error)
  return code === FULL || code === IOERR
}

function primaryCode(error: unknown): number {
  return Number((error as { errcode?: number } | undefined)?.errcode) & 0xff
}

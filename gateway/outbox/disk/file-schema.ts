import type { DatabaseSync } from 'node:sqlite'
import { CodedError } from '../../../contracts/errors.ts'

/**
 * Each step takes the file one version forward; steps are only ever added, and none is changed once it was
 * released. Batches have the id epoch * 2^32 + seq: ids in order are batches by age.
 */
export const STEPS: readonly string[] = [
  `CREATE TABLE outbox (
     one INTEGER PRIMARY KEY CHECK (one = 1),
     version INTEGER NOT NULL,
     commits INTEGER NOT NULL,      -- transactions that changed anything
     age INTEGER NOT NULL           -- ms that gateways have run with this file
   ) STRICT;
   INSERT INTO outbox VALUES (1, 0, 0, 0);
   CREATE TABLE epochs (
     number INTEGER PRIMARY KEY,    -- in order of age
     name TEXT NOT NULL,
     seqs TEXT NOT NULL,            -- what is kept of it, as told in the last commit: ranges, at most 100 of them
     readings INTEGER NOT NULL,
     from_ms INTEGER NOT NULL,
     to_ms INTEGER NOT NULL
   ) STRICT;
   CREATE TABLE words (             -- names of sensors and devices, and reasons
     number INTEGER PRIMARY KEY,
     word BLOB NOT NULL             -- UTF-8
   ) STRICT;
   CREATE TABLE batches (
     id INTEGER PRIMARY KEY,
     kept INTEGER NOT NULL,         -- age of the file when it came
     readings INTEGER NOT NULL,
     from_ms INTEGER NOT NULL,
     to_ms INTEGER NOT NULL,
     crc INTEGER NOT NULL           -- CRC-32 of the payload
   ) STRICT;
   CREATE TABLE packed (            -- apart, so that the list of batches is short and read at once
     id INTEGER PRIMARY KEY,
     bytes BLOB NOT NULL
   ) STRICT;
   CREATE TABLE gaps (
     number INTEGER PRIMARY KEY,
     body TEXT NOT NULL,            -- JSON, as it is told
     told INTEGER NOT NULL,         -- 1: it must not change any more
     carrier INTEGER                -- id of the batch that tells of it
   ) STRICT;
   CREATE TABLE scratch (bytes BLOB NOT NULL) STRICT;`,
]

/** Tables by which a file is known as one of ours, even if one of them has been destroyed. */
const OURS = ['outbox', 'epochs', 'words', 'batches', 'packed', 'gaps']

/** Version of a file; 0 when there is nothing in it. @throws CodedError DATA_UNWRITABLE for a foreign database */
export function versionOf(database: DatabaseSync, path: string): number {
  const names = database
    .prepare("SELECT name FROM sqlite_schema WHERE type = 'table'")
    .all()
    .map(({ name }) => String(name))
  if (names.length === 0) return 0
  if (!names.some((name) => OURS.includes(name)))
    throw new CodedError('DATA_UNWRITABLE', `${path}: there is a database of something else`)
  return Number(database.prepare('SELECT version FROM outbox').get()?.version ?? 0)
}

/** Takes a file to the version of the last step, each step in a transaction of its own. */
export function migrate(database: DatabaseSync, version: number, steps = STEPS): void {
  for (const [index, step] of steps.entries()) {
    if (index < version) continue
    database.exec(`BEGIN; ${step}; UPDATE outbox SET version = ${index + 1}; COMMIT`)
  }
}

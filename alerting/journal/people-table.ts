import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { CodedError } from '../../contracts/errors.ts'
import type { PeopleChange, PeopleImage, PeopleKind, PeopleRows } from '../people/people-change.ts'
import { AuditWriter } from './audit-table.ts'

/** What is kept of people, within transactions of its caller. */
export class PeopleWriter {
  readonly #put: StatementSync
  readonly #drop: StatementSync
  readonly #revision: StatementSync
  readonly #revise: StatementSync
  readonly #audit: AuditWriter

  constructor(database: DatabaseSync) {
    this.#put = database.prepare('INSERT OR REPLACE INTO people (kind, key, body) VALUES (?, ?, ?)')
    this.#drop = database.prepare('DELETE FROM people WHERE kind = ? AND key = ?')
    this.#revision = database.prepare('SELECT revision FROM people_revision')
    this.#revise = database.prepare('UPDATE people_revision SET revision = ?')
    this.#audit = new AuditWriter(database)
  }

  /** Answers with the revision from then on. @throws CodedError PEOPLE_CHANGED when another one was expected */
  change({ expected, puts, drops, audit }: PeopleChange): number {
    const revision = Number(this.#revision.get()?.revision)
    if (expected !== undefined && expected !== revision)
      throw new CodedError('PEOPLE_CHANGED', `revision ${expected} was seen, it is ${revision}`)
    for (const { kind, key, body } of puts) this.#put.run(kind, key, JSON.stringify(body))
    for (const { kind, key } of drops) this.#drop.run(kind, key)
    this.#audit.add(audit)
    // Sessions come and go, and nobody but the server has any.
    if ([...puts, ...drops].every(({ kind }) => kind === 'session')) return revision
    this.#revise.run(revision + 1)
    return revision + 1
  }
}

/** In one statement, so that it is of one moment. */
export function readPeople(database: DatabaseSync): PeopleImage {
  const rows = database
    .prepare(
      `SELECT kind, body, revision FROM people_revision LEFT JOIN people ON kind IN
       ('person', 'session', 'token', 'link') ORDER BY kind, key`,
    )
    .all()
  const of = <K extends PeopleKind>(kind: K) =>
    rows.filter((row) => row.kind === kind).map(({ body }) => JSON.parse(String(body)) as PeopleRows[K])
  return {
    revision: Number(rows[0]?.revision ?? 0),
    persons: of('person'),
    sessions: of('session'),
    tokens: of('token'),
    links: of('link'),
  }
}

export function readPeopleRevision(database: DatabaseSync): number {
  return Number(database.prepare('SELECT revision FROM people_revision').get()?.revision ?? 0)
}

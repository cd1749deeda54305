import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { AuditEntry, AuditNote, AuditQuery } from '../people/people-change.ts'
import { type ChainEntry, type Head, linkHash, START } from './chain.ts'

/** Stands where the journal has a facility: no facility has such an id. */
export const AUDIT = '_audit'

/**
 * The record of who signed in and who changed people, within transactions of its caller: append-only, each entry with a
 * hash that covers it and everything before it, as in the journal. Two processes may write: the server, and `admin`.
 */
export class AuditWriter {
  readonly #insert: StatementSync
  readonly #last: StatementSync

  constructor(database: DatabaseSync) {
    this.#insert = database.prepare('INSERT INTO audit (n, time, kind, body, hash) VALUES (?, ?, ?, ?, ?)')
    this.#last = database.prepare('SELECT n, hash FROM audit ORDER BY n DESC LIMIT 1')
  }

  add(notes: readonly AuditNote[]): void {
    if (notes.length === 0) return
    const row = this.#last.get()
    let head: Head = row === undefined ? START : { n: Number(row.n), hash: String(row.hash) }
    for (const { time, kind, by, address, subject, detail } of notes) {
      const n = head.n + 1
      const body = JSON.stringify({ by, address, subject, detail })
      head = { n, hash: linkHash(head.hash, auditLink({ n, time, kind, body })) }
      this.#insert.run(n, time, kind, body, head.hash)
    }
  }
}

/** An entry of the audit record as the chain covers it. */
export function auditLink(row: { n: number; time: number; kind: string; body: string }): ChainEntry {
  const { n, time, kind, body } = row
  return { facility: AUDIT, n, seq: n, key: kind, time, sensor: '', alarm: '', body }
}

/** Newest first. */
export function readAudit(database: DatabaseSync, query: AuditQuery): AuditEntry[] {
  const before = query.before ?? Number.MAX_SAFE_INTEGER
  return database
    .prepare('SELECT n, time, kind, body FROM audit WHERE n < ? ORDER BY n DESC LIMIT ?')
    .all(before, query.limit)
    .map(({ n, time, kind, body }) => ({
      n: Number(n),
      time: Number(time),
      kind: String(kind) as AuditEntry['kind'],
      ...(JSON.parse(String(body)) as Omit<AuditNote, 'kind' | 'time'>),
    }))
}

export function readAuditHead(database: DatabaseSync): Head {
  const row = database.prepare('SELECT n, hash FROM audit ORDER BY n DESC LIMIT 1').get()
  return row === undefined ? START : { n: Number(row.n), hash: String(row.hash) }
}

import { existsSync } from 'node:fs'
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { CodedError } from '../../contracts/errors.ts'
import { auditLink } from './audit-table.ts'
import { type Head, type Segment, START } from './chain.ts'
import type { FoundLink } from './chain-check.ts'
import { readHeads, readSegments } from './chain-table.ts'
import { dataError, openForReading } from './state-schema.ts'

/** An entry that no link of its facility leads to. */
export interface Stray {
  facility: string
  seq: number
  time: number
}

/**
 * The journal of a state database as it is at one moment, while a server works on it or none does. Everything
 * in it may be forged: texts are read to the byte, and what is no UTF-8 is no text.
 */
export class JournalFile {
  readonly #path: string
  readonly #database: DatabaseSync

  /** @throws CodedError DATA_MISSING, DATA_DAMAGED, DATA_UNREADABLE or JOURNAL_UNCHAINED */
  constructor(path: string) {
    this.#path = path
    if (!existsSync(path)) throw new CodedError('DATA_MISSING', `there is no ${path}`)
    this.#database = this.#coded(() => openForReading(path))
    try {
      // Commits of the server go on: within one read everything stands as it was when it began.
      this.#coded(() => this.#database.exec('BEGIN; SELECT * FROM sqlite_schema LIMIT 1'))
      this.#refuseUnchained()
    } catch (error) {
      this.#database.close()
      throw error
    }
  }

  /** Everything that has entries, links or segments. */
  facilities(): string[] {
    const rows = this.#all(
      `SELECT facility FROM journal_chain UNION SELECT facility FROM journal_segment
       UNION SELECT facility FROM journal ORDER BY facility`,
    )
    return rows.map(({ facility }) => String(facility))
  }

  segments(facility: string): Segment[] {
    return this.#coded(() => readSegments(this.#database, facility))
  }

  head(facility: string): Head {
    const [head = START] = this.#coded(() => readHeads(this.#database, [facility]))
    return head
  }

  /** About how many links there are. */
  count(facility: string): number {
    return Number(
      this.#all('SELECT count(*) AS count FROM journal_chain WHERE facility = ?', facility)[0]?.count,
    )
  }

  /** In the order of the chain, after `after`. */
  *links(facility: string, after: number): Generator<FoundLink> {
    const statement = this.#statement(
      `SELECT link.n, link.seq, link.hash, time, CAST(key AS BLOB) AS key, CAST(journal.facility AS BLOB) AS facility,
         CAST(sensor AS BLOB) AS sensor, CAST(alarm AS BLOB) AS alarm, CAST(body AS BLOB) AS body
       FROM journal_chain AS link LEFT JOIN journal ON journal.seq = link.seq
       WHERE link.facility = ? AND n > ? ORDER BY n`,
    )
    try {
      for (const row of statement.iterate(facility, after)) {
        const { n, seq, hash } = row
        yield { n: Number(n), seq: Number(seq), hash: String(hash), entry: entryOf(row) }
      }
    } catch (error) {
      throw dataError(error, this.#path, 'DATA_UNREADABLE')
    }
  }

  /** How many entries the audit record has; 0 in a file of a release that had none. */
  auditCount(): number {
    const tables = this.#all("SELECT name FROM sqlite_schema WHERE name = 'audit'")
    return tables.length === 0 ? 0 : Number(this.#all('SELECT count(*) AS count FROM audit')[0]?.count)
  }

  /** The audit record, in its order. */
  *auditLinks(): Generator<FoundLink> {
    const statement = this.#statement(
      'SELECT n, time, hash, CAST(kind AS BLOB) AS kind, CAST(body AS BLOB) AS body FROM audit ORDER BY n',
    )
    try {
      for (const row of statement.iterate()) {
        const n = Number(row.n)
        yield { n, seq: n, hash: String(row.hash), entry: auditEntryOf(n, row) }
      }
    } catch (error) {
      throw dataError(error, this.#path, 'DATA_UNREADABLE')
    }
  }

  strays(): Stray[] {
    const rows = this.#all(
      `SELECT facility, seq, time FROM journal
       WHERE NOT EXISTS (
         SELECT 1 FROM journal_chain AS link WHERE link.seq = journal.seq AND link.facility = journal.facility
       ) ORDER BY seq`,
    )
    return rows.map(({ facility, seq, time }) => ({
      facility: String(facility),
      seq: Number(seq),
      time: Number(time),
    }))
  }

  close(): void {
    this.#database.close()
  }

  /** A file of an older release has no chain, or only a part of one until its server has been started once. */
  #refuseUnchained(): void {
    const tables = this.#all(
      "SELECT name FROM sqlite_schema WHERE name IN ('journal_chain', 'journal_unchained')",
    )
    if (tables.length < 2) throw new CodedError('JOURNAL_UNCHAINED', this.#path)
    const [waiting] = this.#all('SELECT last FROM journal_unchained')
    if (waiting !== undefined)
      throw new CodedError(
        'JOURNAL_UNCHAINED',
        `${this.#path}: entries up to seq ${waiting.last} are not all linked`,
      )
  }

  /** Whole numbers come as bigints, since a forged one need not fit into a number. */
  #statement(sql: string): StatementSync {
    return this.#coded(() => {
      const statement = this.#database.prepare(sql)
      statement.setReadBigInts(true)
      return statement
    })
  }

  #all(sql: string, ...parameters: string[]): Record<string, unknown>[] {
    const statement = this.#statement(sql)
    return this.#coded(() => statement.all(...parameters))
  }

  /** @throws CodedError DATA_DAMAGED or DATA_UNREADABLE */
  #coded<T>(read: () => T): T {
    try {
      return read()
    } catch (error) {
      throw dataError(error, this.#path, 'DATA_UNREADABLE')
    }
  }
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function entryOf({ facility, key, time, sensor, alarm, body }: Record<string, unknown>): FoundLink['entry'] {
  try {
    return {
      facility: textOf(facility),
      key: textOf(key),
      time: Number(time),
      sensor: textOf(sensor),
      alarm: textOf(alarm),
      body: textOf(body),
    }
  } catch {
    return undefined
  }
}

function auditEntryOf(n: number, { kind, time, body }: Record<string, unknown>): FoundLink['entry'] {
  try {
    return auditLink({ n, time: Number(time), kind: textOf(kind), body: textOf(body) })
  } catch {
    return undefined
  }
}

/** @throws TypeError when it is no UTF-8, or nothing */
function textOf(blob: unknown): string {
  return UTF8.decode(blob as Uint8Array)
}

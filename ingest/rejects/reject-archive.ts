import { existsSync } from 'node:fs'
import type { DatabaseSync, SQLInputValue } from 'node:sqlite'
import type { ErrorCode } from '../../contracts/errors.ts'
import type { DeadLetter, IsKnown, LetterKind, Quarantined, Source } from './letter.ts'
import { toQuarantined } from './quarantine-row.ts'
import { openRejects, rejectsError } from './reject-schema.ts'

/** Which letters or quarantined readings are meant; what is not given does not matter. */
export interface RejectFilter {
  /** Of letters only: what is quarantined has one code. */
  readonly code?: string
  readonly gateway?: string
  /** Not older, epoch ms: of a letter when it was refused, of a reading its own time. */
  readonly since?: number
}

/** A source of quarantined readings. */
export interface SourceSum extends Source {
  readonly count: number
  /** Of these, asked to be taken. */
  readonly requeued: number
}

/** The file of the dead letters as the command sees it, beside a server that may be running. */
export class RejectArchive {
  readonly #path: string
  readonly #database: DatabaseSync

  private constructor(path: string, database: DatabaseSync) {
    this.#path = path
    this.#database = database
  }

  /** Undefined when nothing was ever refused. @throws CodedError DATA_UNWRITABLE, DATA_NEWER or DATA_DAMAGED */
  static open(path: string): RejectArchive | undefined {
    return existsSync(path) ? new RejectArchive(path, openRejects(path)) : undefined
  }

  /** Newest first. */
  *letters(filter: RejectFilter, limit = Number.MAX_SAFE_INTEGER): Generator<DeadLetter> {
    const { where, values } = conditions([
      ['code = ?', filter.code],
      ['gateway = ?', filter.gateway],
      ['time >= ?', filter.since],
    ])
    const rows = this.#rows(`SELECT * FROM letter ${where} ORDER BY id DESC LIMIT CAST(? AS INTEGER)`, [
      ...values,
      limit,
    ])
    for (const row of rows) yield toLetter(row)
  }

  /** In the order they came. */
  *quarantined(filter: RejectFilter, limit = Number.MAX_SAFE_INTEGER): Generator<Quarantined> {
    const { where, values } = conditions([
      ['gateway = ?', filter.gateway],
      ['time >= ?', filter.since],
    ])
    const rows = this.#rows(
      `SELECT quarantine.*, facility, gateway, sensor FROM quarantine JOIN source ON source.id = source
       ${where} ORDER BY quarantine.id LIMIT CAST(? AS INTEGER)`,
      [...values, limit],
    )
    for (const row of rows) yield toQuarantined(row)
  }

  /** What is quarantined, by source. */
  sources(): SourceSum[] {
    const rows = this.#rows(
      `SELECT facility, gateway, sensor, count(*) AS count, sum(requeued) AS requeued
       FROM quarantine JOIN source ON source.id = source GROUP BY source
       ORDER BY facility, gateway, sensor`,
      [],
    )
    return [...rows].map(({ facility, gateway, sensor, count, requeued }) => ({
      facility: String(facility),
      gateway: String(gateway),
      sensor: String(sensor),
      count: Number(count),
      requeued: Number(requeued),
    }))
  }

  /**
   * Asks that the quarantined readings of known sensors be taken; the server looks every few seconds. Answers
   * how many were asked for now.
   */
  requeue(isKnown: IsKnown): number {
    return this.#write(() => {
      const mark = this.#database.prepare(
        `UPDATE quarantine SET requeued = 1 WHERE requeued = 0 AND source =
           (SELECT id FROM source WHERE facility = ? AND gateway = ? AND sensor = ?)`,
      )
      return this.sources()
        .filter(isKnown)
        .reduce((sum, { facility, gateway, sensor }) => {
          return sum + Number(mark.run(facility, gateway, sensor).changes)
        }, 0)
    })
  }

  /** Deletes letters, and answers how many. */
  clearLetters(filter: RejectFilter): number {
    const { where, values } = conditions([
      ['code = ?', filter.code],
      ['gateway = ?', filter.gateway],
      ['time >= ?', filter.since],
    ])
    return this.#write(() =>
      Number(this.#database.prepare(`DELETE FROM letter ${where}`).run(...values).changes),
    )
  }

  /** Deletes quarantined readings, and answers how many. */
  clearQuarantined(filter: RejectFilter): number {
    const { where, values } = conditions([
      ['source IN (SELECT id FROM source WHERE gateway = ?)', filter.gateway],
      ['time >= ?', filter.since],
    ])
    return this.#write(() => {
      const { changes } = this.#database.prepare(`DELETE FROM quarantine ${where}`).run(...values)
      this.#database.exec(
        'DELETE FROM source WHERE NOT EXISTS (SELECT 1 FROM quarantine WHERE source = source.id)',
      )
      return Number(changes)
    })
  }

  close(): void {
    this.#database.close()
  }

  *#rows(sql: string, values: readonly SQLInputValue[]): Generator<Record<string, unknown>> {
    try {
      yield* this.#database.prepare(sql).iterate(...values)
    } catch (error) {
      throw rejectsError(this.#path, error)
    }
  }

  #write(work: () => number): number {
    try {
      this.#database.exec('BEGIN IMMEDIATE')
      const result = work()
      this.#database.exec('COMMIT')
      return result
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK')
      throw rejectsError(this.#path, error)
    }
  }
}

function conditions(terms: readonly [sql: string, value: string | number | undefined][]) {
  const used = terms.filter((term): term is [string, string | number] => term[1] !== undefined)
  const where = used.length === 0 ? '' : `WHERE ${used.map(([sql]) => sql).join(' AND ')}`
  return { where, values: used.map(([, value]) => value) }
}

function toLetter(row: Record<string, unknown>): DeadLetter {
  return {
    time: Number(row.time),
    // A newer release may have others; they are only shown.
    kind: String(row.kind) as LetterKind,
    code: String(row.code) as ErrorCode,
    facility: String(row.facility),
    gateway: String(row.gateway),
    topic: String(row.topic),
    detail: String(row.detail),
    count: Number(row.count),
    payload: row.payload as Uint8Array,
    size: Number(row.size),
  }
}

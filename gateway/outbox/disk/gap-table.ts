import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { Gap } from '../../../contracts/wire.ts'
import { entryFor, joinGaps } from '../gaps.ts'
import type { GapRow } from '../losses.ts'
import type { BatchKey } from '../outbox.ts'

interface OpenRow {
  readonly row: number
  gap: Gap
}

/** The losses of a file: rows that may grow, and rows that were told and stay as they are. */
export class GapTable {
  readonly #database: DatabaseSync
  readonly #insert: StatementSync
  readonly #grow: StatementSync
  readonly #tell: StatementSync
  readonly #delete: StatementSync
  /** Rows that were not told yet. */
  #open: OpenRow[] = []
  #changed = new Set<OpenRow>()

  constructor(database: DatabaseSync) {
    this.#database = database
    this.#insert = database.prepare('INSERT INTO gaps (body, told, carrier) VALUES (?, ?, ?)')
    this.#grow = database.prepare('UPDATE gaps SET body = ? WHERE number = ?')
    this.#tell = database.prepare('UPDATE gaps SET told = 1, carrier = ? WHERE number = ?')
    this.#delete = database.prepare('DELETE FROM gaps WHERE number = ?')
  }

  /** All rows. `keyOf` says which batch an id is, undefined when it is not there any more. */
  load(keyOf: (id: number) => BatchKey | undefined): GapRow[] {
    // Any of them may have been told by batches that were never committed.
    this.#database.exec('UPDATE gaps SET told = 1 WHERE told = 0')
    const rows = this.#database.prepare('SELECT number, body, carrier FROM gaps ORDER BY number').all()
    return rows.map(({ number, body, carrier }) => {
      const key = carrier === null ? undefined : keyOf(Number(carrier))
      const gap = JSON.parse(String(body)) as Gap
      return { row: Number(number), gap, ...(key === undefined ? {} : { carrier: key }) }
    })
  }

  /** Something was lost: a row grows, or there is a new one. */
  add(gap: Gap): void {
    const same = entryFor(this.#open, gap)
    if (same === undefined) {
      const row = Number(this.#insert.run(JSON.stringify(gap), 0, null).lastInsertRowid)
      const entry = { row, gap }
      this.#open.push(entry)
      this.#changed.add(entry)
    } else {
      same.gap = joinGaps(same.gap, gap)
      this.#grow.run(JSON.stringify(same.gap), same.row)
      this.#changed.add(same)
    }
  }

  /** A loss that was told already, by a batch with this id if it is still kept. Returns its row. */
  addTold(gap: Gap, carrier: number | undefined): number {
    return Number(this.#insert.run(JSON.stringify(gap), 1, carrier ?? null).lastInsertRowid)
  }

  /** A row was told by the batch with this id. */
  tell(row: number, carrier: number | undefined): void {
    this.#tell.run(carrier ?? null, row)
    this.#open = this.#open.filter((entry) => entry.row !== row)
  }

  remove(row: number): void {
    this.#delete.run(row)
    this.#open = this.#open.filter((entry) => entry.row !== row)
  }

  /** Rows that were made or have grown since it was asked last. */
  takeChanged(): GapRow[] {
    const changed = [...this.#changed].map(({ row, gap }) => ({ row, gap }))
    this.#changed.clear()
    return changed
  }

  /** The transaction was rolled back: what is in memory is read again. */
  reload(): void {
    this.#changed.clear()
    const rows = this.#database.prepare('SELECT number, body FROM gaps WHERE told = 0 ORDER BY number').all()
    this.#open = rows.map(({ number, body }) => ({
      row: Number(number),
      gap: JSON.parse(String(body)) as Gap,
    }))
  }
}

import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { crc32 } from 'node:zlib'
import type { Batch } from '../../../contracts/wire.ts'
import { BatchPacker, isSound } from '../packing/batch-packer.ts'
import { WordBook } from '../packing/word-book.ts'
import { SeqRanges } from '../seq-ranges.ts'
import type { EpochStock, Tally } from '../tally.ts'
import { connect } from './connection.ts'
import type { Salvaged } from './disk-calls.ts'
import { Epochs } from './epochs.ts'
import { migrate, STEPS } from './file-schema.ts'
import { GapTable } from './gap-table.ts'
import { missing } from './settling.ts'
import { opening } from './sqlite-error.ts'

/** Damaged files that are kept for people to look at; each may be as large as an outbox. */
const MOST_ASIDE = 3
/** Rows written in one transaction. */
const ROWS_AT_ONCE = 500

type Row = Record<string, unknown>

/**
 * Sets a damaged file aside and begins a new one with all that can be read of it, row by row: every batch whose
 * CRC is right. What should be there and is not becomes a loss that is told. The version stays what it was.
 */
export function salvage(path: string, damage: string, tally: Tally): Salvaged {
  return opening(path, () => {
    const aside = setAside(path)
    const source = new DamagedFile(aside)
    const { database } = connect(path)
    try {
      const { version } = source
      migrate(database, 0, STEPS.slice(0, version))
      const expected =
        source.commits >= tally.commits && source.epochs.length > 0 ? source.stock : tally.stock
      const copied = copy(source, database)
      const lost = missing(expected, copied, source.gaps)
      const gaps = new GapTable(database)
      for (const gap of lost) gaps.addTold(gap, undefined)
      // More than any tally knows: from here on the file is what counts.
      database
        .prepare('UPDATE outbox SET commits = ?, age = ?')
        .run(Math.max(source.commits, tally.commits) + 1, source.age)
      return {
        damage,
        aside,
        batches: copied.reduce((sum, { seqs }) => sum + new SeqRanges(seqs).size, 0),
        readings: copied.reduce((sum, { readings }) => sum + readings, 0),
        lost: lost.reduce((sum, { count }) => sum + count, 0),
      }
    } finally {
      source.close()
      database.close()
    }
  })
}

/** Copies every row that can be read, and says which batches those are. */
function copy(source: DamagedFile, database: DatabaseSync): EpochStock[] {
  database.exec('BEGIN')
  const put = (table: string, rows: readonly Row[]) => {
    for (const row of rows) {
      const columns = Object.keys(row)
      const places = columns.map(() => '?').join()
      database
        .prepare(`INSERT OR IGNORE INTO ${table} (${columns.join()}) VALUES (${places})`)
        .run(...(Object.values(row) as (string | number | null | Uint8Array)[]))
    }
  }
  put('epochs', source.epochs)
  put('words', source.words)
  put('gaps', source.gapRows)
  let count = 0
  for (const { row, bytes } of source.batches()) {
    put('batches', [row])
    put('packed', [{ id: Number(row.id), bytes }])
    count += 1
    if (count % ROWS_AT_ONCE === 0) database.exec('COMMIT; BEGIN')
  }
  const epochs = new Epochs(database)
  epochs.load()
  database.exec('COMMIT')
  return epochs.stock(true)
}

/** A file of which any row may fail to be read. */
class DamagedFile {
  readonly #database: DatabaseSync
  readonly #packer = new BatchPacker(new WordBook())
  readonly #meta: Row
  readonly epochs: Row[]
  readonly words: Row[]
  readonly gapRows: Row[]

  constructor(path: string) {
    this.#database = new DatabaseSync(path)
    this.#try(() => this.#database.exec('PRAGMA locking_mode = EXCLUSIVE'))
    this.#meta = this.#readable('SELECT * FROM outbox', 'one')[0] ?? {}
    this.epochs = this.#readable('SELECT * FROM epochs', 'number')
    this.words = this.#readable('SELECT * FROM words', 'number')
    this.gapRows = this.#readable('SELECT * FROM gaps', 'number')
    this.#packer.words.load(
      this.words.map(({ number, word }) => [
        Number(number),
        Buffer.from(word as Uint8Array).toString('utf8'),
      ]),
    )
  }

  get version(): number {
    const version = Number(this.#meta.version)
    return version >= 1 && version <= STEPS.length ? version : STEPS.length
  }

  /** 0 when it cannot be read. */
  get commits(): number {
    return Number(this.#meta.commits ?? 0)
  }

  get age(): number {
    return Number(this.#meta.age ?? 0)
  }

  /** What the file itself says that it holds. */
  get stock(): EpochStock[] {
    return this.epochs.map(({ name, seqs, readings, from_ms, to_ms }) => ({
      epoch: String(name),
      seqs: JSON.parse(String(seqs)) as [number, number][],
      readings: Number(readings),
      from: Number(from_ms),
      to: Number(to_ms),
    }))
  }

  get gaps() {
    return this.gapRows.map(({ body }) => JSON.parse(String(body)))
  }

  /** Every batch that is as it was written. */
  *batches(): Generator<{ row: Row; bytes: Uint8Array }> {
    const listed = new Map(this.#readable('SELECT * FROM batches', 'id').map((row) => [Number(row.id), row]))
    const ids = new Set([...listed.keys(), ...this.#expectedIds()])
    for (const id of [...ids].sort((a, b) => a - b)) {
      const bytes = this.#bytes(id)
      if (bytes === undefined || !isSound(bytes)) continue
      const row = listed.get(id) ?? this.#row('batches', id) ?? this.#rowFrom(id, bytes)
      if (row !== undefined) yield { row, bytes }
    }
  }

  close(): void {
    this.#try(() => this.#database.close())
  }

  *#expectedIds(): Generator<number> {
    for (const { number, seqs } of this.epochs) {
      const ranges = new SeqRanges(JSON.parse(String(seqs)) as [number, number][])
      for (const seq of ranges.numbers()) yield Number(number) * 2 ** 32 + seq
    }
  }

  #bytes(id: number): Buffer | undefined {
    const bytes = this.#row('packed', id)?.bytes
    return bytes instanceof Uint8Array ? Buffer.from(bytes) : undefined
  }

  #row(table: 'batches' | 'packed', id: number): Row | undefined {
    return this.#try(() => this.#database.prepare(`SELECT * FROM ${table} WHERE id = ?`).get(id))
  }

  /** What the list of batches said of a batch, from the batch itself. */
  #rowFrom(id: number, bytes: Buffer): Row | undefined {
    const name = this.epochs.find(({ number }) => Number(number) === Math.floor(id / 2 ** 32))?.name
    if (name === undefined) return undefined
    const payload = this.#packer.unpack(bytes, { epoch: String(name), seq: id % 2 ** 32 })
    if (payload === undefined) return undefined
    const { readings, sent } = JSON.parse(payload.toString()) as Batch
    const times = readings.length === 0 ? [sent] : readings.map(({ time }) => time)
    return {
      id,
      kept: this.age,
      readings: readings.length,
      from_ms: Math.min(...times),
      to_ms: Math.max(...times),
      crc: crc32(payload),
    }
  }

  /** Rows from the first on as far as they can be read, and from the last one back. */
  #readable(select: string, key: string): Row[] {
    const ahead = this.#walk(`${select} ORDER BY ${key}`)
    if (ahead.isWhole) return ahead.rows
    const back = this.#walk(`${select} ORDER BY ${key} DESC`)
    return [...new Map([...ahead.rows, ...back.rows].map((row) => [Number(row[key]), row])).values()]
  }

  #walk(select: string): { rows: Row[]; isWhole: boolean } {
    const rows: Row[] = []
    const isWhole = this.#try(() => {
      for (const row of this.#database.prepare(select).iterate()) rows.push(row)
      return true
    })
    return { rows, isWhole: isWhole === true }
  }

  /** Undefined when the damage is in the way. */
  #try<T>(work: () => T): T | undefined {
    try {
      return work()
    } catch {
      // That is what is wrong with it; whatever cannot be read is counted as lost.
      return undefined
    }
  }
}

/** Gives the file and its log another name. Of those that were set aside before, the newest are kept. */
function setAside(path: string): string {
  const folder = dirname(path)
  const prefix = `${basename(path)}.damaged-`
  const numbers = readdirSync(folder)
    .filter((name) => name.startsWith(prefix) && /^\d+$/.test(name.slice(prefix.length)))
    .map((name) => Number(name.slice(prefix.length)))
    .sort((a, b) => a - b)
  const place = (number: number) => join(folder, `${prefix}${number}`)
  const aside = place((numbers.at(-1) ?? 0) + 1)
  renameSync(path, aside)
  if (existsSync(`${path}-wal`)) renameSync(`${path}-wal`, `${aside}-wal`)
  for (const number of numbers.slice(0, Math.max(0, numbers.length + 1 - MOST_ASIDE))) {
    for (const suffix of ['', '-wal', '-shm']) rmSync(`${place(number)}${suffix}`, { force: true })
  }
  return aside
}

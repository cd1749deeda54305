import { DatabaseSync, type SQLOutputValue, type StatementSync } from 'node:sqlite'
import { crc32 } from 'node:zlib'
import { type SeqRange, SeqRanges } from '../../../contracts/seq-ranges.ts'
import type { Batch, Gap } from '../../../contracts/wire.ts'
import { BatchPacker, isSound } from '../packing/batch-packer.ts'
import { WordBook } from '../packing/word-book.ts'
import type { EpochStock } from '../tally.ts'
import { STEPS } from './file-schema.ts'

type Row = Record<string, SQLOutputValue>

/** A row of the list of batches with what it holds. */
export interface FoundBatch {
  readonly id: number
  readonly kept: number
  readonly readings: number
  readonly from: number
  readonly to: number
  readonly crc: number
  readonly bytes: Uint8Array
}

/** A file of which any row may fail to be read. What it gives has been read and makes sense. */
export class DamagedFile {
  readonly version: number
  /** 0 when it cannot be read. */
  readonly commits: number
  readonly age: number
  readonly epochs: readonly (EpochStock & { readonly number: number })[]
  readonly words: readonly (readonly [number: number, word: string])[]
  readonly gaps: readonly { readonly gap: Gap; readonly told: number; readonly carrier: number | null }[]
  readonly #database: DatabaseSync
  readonly #packer = new BatchPacker(new WordBook())
  readonly #listed: StatementSync | undefined
  readonly #packed: StatementSync | undefined

  constructor(path: string) {
    this.#database = new DatabaseSync(path)
    this.#try(() => this.#database.exec('PRAGMA locking_mode = EXCLUSIVE'))
    const [meta] = this.#readable('SELECT * FROM outbox', 'one')
    const version = Number(meta?.version)
    this.version = version >= 1 && version <= STEPS.length ? version : STEPS.length
    this.commits = Number(meta?.commits ?? 0)
    this.age = Number(meta?.age ?? 0)
    this.epochs = this.#readable('SELECT * FROM epochs', 'number').flatMap((row) => this.#epoch(row) ?? [])
    this.words = this.#readable('SELECT * FROM words', 'number').flatMap(({ number, word }) =>
      word instanceof Uint8Array ? [[Number(number), Buffer.from(word).toString('utf8')] as const] : [],
    )
    this.gaps = this.#readable('SELECT * FROM gaps', 'number').flatMap((row) => this.#gap(row) ?? [])
    this.#packer.words.load(this.words)
    this.#listed = this.#try(() => this.#database.prepare('SELECT * FROM batches WHERE id = ?'))
    this.#packed = this.#try(() => this.#database.prepare('SELECT bytes FROM packed WHERE id = ?'))
  }

  /** Every batch that is as it was written. */
  *batches(): Generator<FoundBatch> {
    const listed = this.#readable('SELECT id FROM batches', 'id').map(({ id }) => Number(id))
    const ids = new Set([...listed, ...this.#expectedIds()])
    for (const id of [...ids].sort((a, b) => a - b)) {
      const bytes = this.#try(() => this.#packed?.get(id))?.bytes
      if (!(bytes instanceof Uint8Array) || !isSound(Buffer.from(bytes))) continue
      const row = this.#try(() => this.#listed?.get(id))
      const batch = row === undefined ? this.#lookInto(id, Buffer.from(bytes)) : fromRow(row, bytes)
      if (batch !== undefined) yield batch
    }
  }

  close(): void {
    this.#try(() => this.#database.close())
  }

  *#expectedIds(): Generator<number> {
    for (const { number, seqs } of this.epochs)
      for (const seq of new SeqRanges(seqs).numbers()) yield number * 2 ** 32 + seq
  }

  #epoch({ number, name, seqs, readings, from_ms, to_ms }: Row) {
    return this.#try(() => ({
      number: Number(number),
      epoch: String(name),
      seqs: JSON.parse(String(seqs)) as SeqRange[],
      readings: Number(readings),
      from: Number(from_ms),
      to: Number(to_ms),
    }))
  }

  #gap({ body, told, carrier }: Row) {
    return this.#try(() => ({
      gap: JSON.parse(String(body)) as Gap,
      told: Number(told),
      carrier: carrier === null ? null : Number(carrier),
    }))
  }

  /** What the list of batches said of a batch, from the batch itself. */
  #lookInto(id: number, bytes: Buffer): FoundBatch | undefined {
    const epoch = this.epochs.find(({ number }) => number === Math.floor(id / 2 ** 32))?.epoch
    const payload = epoch === undefined ? undefined : this.#packer.unpack(bytes, { epoch, seq: id % 2 ** 32 })
    if (payload === undefined) return undefined
    const { readings, sent } = JSON.parse(payload.toString()) as Batch
    const times = readings.length === 0 ? [sent] : readings.map(({ time }) => time)
    const span = { from: Math.min(...times), to: Math.max(...times) }
    return { id, kept: this.age, readings: readings.length, ...span, crc: crc32(payload), bytes }
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

function fromRow({ id, kept, readings, from_ms, to_ms, crc }: Row, bytes: Uint8Array): FoundBatch {
  return {
    id: Number(id),
    kept: Number(kept),
    readings: Number(readings),
    from: Number(from_ms),
    to: Number(to_ms),
    crc: Number(crc),
    bytes,
  }
}

import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { crc32 } from 'node:zlib'
import type { BatchKey, BatchSummary } from '../outbox.ts'
import { BatchPacker } from '../packing/batch-packer.ts'
import { WordBook } from '../packing/word-book.ts'
import type { BatchToKeep } from './disk-calls.ts'
import { Epochs } from './epochs.ts'

/** A batch ready to be written. */
export interface PackedBatch {
  readonly batch: BatchToKeep
  readonly bytes: Buffer
  readonly crc: number
}

/** Batches looked at together when old ones have to go. */
const SLICE = 64

/** The batches of a file: the list of them, and packed beside it what they hold. */
export class BatchTable {
  readonly epochs: Epochs
  readonly #database: DatabaseSync
  readonly #packer: BatchPacker
  readonly #insertRow: StatementSync
  readonly #insertBytes: StatementSync
  readonly #insertWord: StatementSync
  readonly #find: StatementSync
  readonly #after: StatementSync
  readonly #deleteRow: StatementSync
  readonly #deleteBytes: StatementSync
  readonly #read: StatementSync

  constructor(database: DatabaseSync, words: WordBook) {
    this.#database = database
    this.#packer = new BatchPacker(words)
    this.epochs = new Epochs(database)
    this.#insertRow = database.prepare('INSERT INTO batches VALUES (?, ?, ?, ?, ?, ?)')
    this.#insertBytes = database.prepare('INSERT INTO packed VALUES (?, ?)')
    this.#insertWord = database.prepare('INSERT OR REPLACE INTO words VALUES (?, ?)')
    this.#find = database.prepare('SELECT * FROM batches WHERE id = ?')
    this.#after = database.prepare(`SELECT * FROM batches WHERE id > ? ORDER BY id LIMIT ${SLICE}`)
    this.#deleteRow = database.prepare('DELETE FROM batches WHERE id = ?')
    this.#deleteBytes = database.prepare('DELETE FROM packed WHERE id = ?')
    this.#read = database.prepare('SELECT crc, bytes FROM batches JOIN packed USING (id) WHERE id = ?')
  }

  /** Opens the tables of a database. */
  static load(database: DatabaseSync): BatchTable {
    const words = new WordBook()
    words.load(wordsOf(database))
    const table = new BatchTable(database, words)
    table.epochs.load()
    return table
  }

  /** The same after a transaction was rolled back; words that were numbered keep their numbers. */
  reloaded(): BatchTable {
    const table = new BatchTable(this.#database, this.#packer.words)
    table.epochs.load()
    return table
  }

  pack(batch: BatchToKeep): PackedBatch {
    // Structured cloning makes plain arrays of buffers.
    const payload = asBuffer(batch.payload)
    return { batch, bytes: this.#packer.pack(payload, batch), crc: crc32(payload) }
  }

  /** Within a transaction, after {@link saveWords}. A batch that is there already is left as it is. */
  insert({ batch, bytes, crc }: PackedBatch): void {
    if (this.epochs.has(batch)) return
    const id = this.epochs.add(batch)
    this.#insertRow.run(id, Math.round(batch.kept), batch.readings, batch.from, batch.to, crc)
    this.#insertBytes.run(id, bytes)
  }

  saveWords(): void {
    for (const [number, word] of this.#packer.words.unsaved()) this.#insertWord.run(number, Buffer.from(word))
  }

  /** The transaction that holds the words was committed. */
  wordsSaved(): void {
    this.#packer.words.saved()
  }

  /** Undefined when it is not there. */
  find(key: BatchKey): BatchSummary | undefined {
    const id = this.epochs.idOf(key)
    const row = id === undefined ? undefined : this.#find.get(id)
    return row === undefined ? undefined : this.#summary(row)
  }

  delete(batch: BatchSummary): void {
    const id = this.epochs.idOf(batch)
    if (id === undefined) return
    this.#deleteRow.run(id)
    this.#deleteBytes.run(id)
    this.epochs.remove(batch)
  }

  /** Oldest first. May be walked while those that were given are deleted. */
  *oldest(): Generator<BatchSummary & { readonly kept: number }> {
    let last = -1
    while (true) {
      const rows = this.#after.all(last)
      if (rows.length === 0) return
      for (const row of rows) {
        last = Number(row.id)
        yield { ...this.#summary(row), kept: Number(row.kept) }
      }
    }
  }

  /** The very bytes that were kept; undefined when they are not there or damaged. */
  payload(key: BatchKey): Buffer | undefined {
    const id = this.epochs.idOf(key)
    const row = id === undefined ? undefined : this.#read.get(id)
    if (row === undefined) return undefined
    const payload = this.#packer.unpack(asBuffer(row.bytes as Uint8Array), key)
    return payload !== undefined && crc32(payload) === Number(row.crc) ? payload : undefined
  }

  #summary(row: Record<string, unknown>): BatchSummary {
    const { epoch, seq } = this.epochs.keyOf(Number(row.id))
    return {
      epoch,
      seq,
      readings: Number(row.readings),
      from: Number(row.from_ms),
      to: Number(row.to_ms),
    }
  }
}

export function* wordsOf(database: DatabaseSync): Generator<[number: number, word: string]> {
  for (const { number, word } of database.prepare('SELECT number, word FROM words ORDER BY number').iterate())
    yield [Number(number), asBuffer(word as Uint8Array).toString('utf8')]
}

function asBuffer({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength)
}

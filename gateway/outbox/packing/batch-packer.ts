import { constants, crc32, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { BATCH_MAX_BYTES } from '../../../contracts/wire.ts'
import type { BatchKey } from '../outbox.ts'
import { BatchColumns, type WholeBatch } from './batch-columns.ts'
import { ByteReader, ByteWriter } from './byte-writer.ts'
import { WordBook } from './word-book.ts'

/** How the rest of a packed batch is to be read. Never used again for anything else. */
const KIND = { text: 0, columns: 1, shortColumns: 2 } as const

/** CRC-32 of all that follows, then the kind. */
const HEADER_BYTES = 5
/** What a batch may unpack to: more than it may ever hold, so that damage cannot fill the memory. */
const MOST_BYTES = 4 * BATCH_MAX_BYTES
/** Levels above gain 3 % and take twice as long. */
const COMPRESSION = { params: { [constants.ZSTD_c_compressionLevel]: 3 } }

/**
 * Packs batches to a few bytes a reading, and unpacks them byte for byte. What does not come out of its
 * columns as it went in is kept as text, so that nothing can be changed by being kept.
 */
export class BatchPacker {
  readonly words: WordBook
  readonly #columns: BatchColumns
  readonly #writer = new ByteWriter()

  constructor(words = new WordBook()) {
    this.words = words
    this.#columns = new BatchColumns(words)
  }

  pack(payload: Buffer, key: BatchKey): Buffer {
    const columns = this.#columnsOf(payload, key)
    if (columns === undefined) return framed(KIND.text, zstdCompressSync(payload, COMPRESSION))
    const compressed = zstdCompressSync(columns, COMPRESSION)
    return compressed.length < columns.length
      ? framed(KIND.columns, compressed)
      : framed(KIND.shortColumns, columns)
  }

  /** Undefined when the bytes are damaged. */
  unpack(packed: Buffer, key: BatchKey): Buffer | undefined {
    if (!isSound(packed)) return undefined
    const rest = packed.subarray(HEADER_BYTES)
    try {
      switch (packed[HEADER_BYTES - 1]) {
        case KIND.text:
          return zstdDecompressSync(rest, { maxOutputLength: MOST_BYTES })
        case KIND.columns:
          return this.#textOf(zstdDecompressSync(rest, { maxOutputLength: MOST_BYTES }), key)
        case KIND.shortColumns:
          return this.#textOf(rest, key)
        default:
          return undefined
      }
    } catch {
      // Bytes that pass their CRC and still say nothing were written by a defect; what comes of it is a loss
      // that is told.
      return undefined
    }
  }

  /** Undefined unless the very same bytes come out again. */
  #columnsOf(payload: Buffer, key: BatchKey): Buffer | undefined {
    const text = payload.toString('utf8')
    this.#writer.clear()
    try {
      if (!this.#columns.write(this.#writer, JSON.parse(text) as WholeBatch)) return undefined
      const { written } = this.#writer
      // A sign for bytes that are no UTF-8 would hide what they were.
      if (text.includes('\ufffd') || this.#columns.read(new ByteReader(written), key) !== text)
        return undefined
      return written
    } catch {
      // No JSON, or another shape than ours.
      return undefined
    }
  }

  #textOf(columns: Buffer, key: BatchKey): Buffer {
    return Buffer.from(this.#columns.read(new ByteReader(columns), key))
  }
}

/** True when the CRC of a packed batch is right. */
export function isSound(packed: Buffer): boolean {
  return packed.length >= HEADER_BYTES && packed.readUInt32LE(0) === crc32(packed.subarray(4))
}

function framed(kind: number, rest: Buffer): Buffer {
  const packed = Buffer.allocUnsafe(HEADER_BYTES + rest.length)
  packed[HEADER_BYTES - 1] = kind
  rest.copy(packed, HEADER_BYTES)
  packed.writeUInt32LE(crc32(packed.subarray(4)), 0)
  return packed
}

import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { type ChainEntry, type Head, linkHash, ROOT, recordedOf, SEGMENT_ENTRIES, START } from './chain.ts'
import { type Sign, segmentClaim } from './signing.ts'

/** An entry that stands in the journal by now. */
export type EnteredEntry = Omit<ChainEntry, 'n'>

export interface ChainWriterOptions {
  sign?: Sign | undefined
  /** Entries in a segment; tests have shorter ones. */
  segmentEntries?: number | undefined
}

/** Links entries into the chains of their facilities, within the transaction that enters them. */
export class ChainWriter {
  readonly #link: StatementSync
  readonly #seal: StatementSync
  readonly #lastLink: StatementSync
  readonly #lastSegment: StatementSync
  readonly #sign: Sign | undefined
  readonly #segmentEntries: number
  /** How far each chain goes, with what is not committed yet. Key: facility. */
  readonly #heads = new Map<string, Head>()

  constructor(database: DatabaseSync, options: ChainWriterOptions = {}) {
    this.#link = database.prepare('INSERT INTO journal_chain (facility, n, seq, hash) VALUES (?, ?, ?, ?)')
    this.#seal = database.prepare(
      `INSERT INTO journal_segment (facility, first, last, previous, head, sealed, signature)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
    )
    this.#lastLink = database.prepare(
      'SELECT n, hash FROM journal_chain WHERE facility = ? ORDER BY n DESC LIMIT 1',
    )
    this.#lastSegment = database.prepare(
      'SELECT last AS n, head AS hash FROM journal_segment WHERE facility = ? ORDER BY last DESC LIMIT 1',
    )
    this.#sign = options.sign
    this.#segmentEntries = options.segmentEntries ?? SEGMENT_ENTRIES
  }

  /** Seals the segment that the entry fills. */
  link(entry: EnteredEntry): void {
    const { facility, seq } = entry
    const before = this.#heads.get(facility) ?? this.#kept(facility)
    const n = before.n + 1
    const hash = linkHash(before.hash, { ...entry, n })
    this.#link.run(facility, n, seq, hash)
    this.#heads.set(facility, { n, hash })
    if (n % this.#segmentEntries === 0) this.#sealAt(entry, { n, hash })
  }

  /** Of what was linked nothing stands, or nobody knows: the next link looks where its chain ends. */
  rolledBack(): void {
    this.#heads.clear()
  }

  /** Where the chain ends in the file. Of one whose entries are all dropped, the last segment says it. */
  #kept(facility: string): Head {
    const row = this.#lastLink.get(facility) ?? this.#lastSegment.get(facility)
    return row === undefined ? START : { n: Number(row.n), hash: String(row.hash) }
  }

  #sealAt({ facility, time, body }: EnteredEntry, { n: last, hash: head }: Head): void {
    const before = this.#lastSegment.get(facility)
    const first = before === undefined ? 1 : Number(before.n) + 1
    const previous = before === undefined ? ROOT : String(before.hash)
    const recorded = recordedOf(body)
    const segment = { first, last, previous, head, sealed: Number.isNaN(recorded) ? time : recorded }
    const signature = this.#sign?.(segmentClaim(facility, segment)) ?? null
    this.#seal.run(facility, first, last, previous, head, segment.sealed, signature)
  }
}

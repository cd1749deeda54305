import type { DatabaseSync } from 'node:sqlite'
import { type Head, recordedOf, type Segment, START } from './chain.ts'

/** How far the chain of a facility goes. */
export interface ChainHead extends Head {
  facility: string
  /** When its last entry was recorded, epoch ms; null before the first, and when it is not known any more. */
  recorded: number | null
}

export function readHeads(database: DatabaseSync, facilities: readonly string[]): ChainHead[] {
  const lastLink = database.prepare(
    `SELECT n, hash, body FROM journal_chain LEFT JOIN journal USING (seq)
     WHERE journal_chain.facility = ? ORDER BY n DESC LIMIT 1`,
  )
  return facilities.map((facility) => {
    const row = lastLink.get(facility)
    if (row !== undefined) {
      const recorded = recordedOf(String(row.body))
      const head = { n: Number(row.n), hash: String(row.hash) }
      return { facility, ...head, recorded: Number.isNaN(recorded) ? null : recorded }
    }
    // All of its entries may have been dropped for their age.
    const segment = readSegments(database, facility).at(-1)
    if (segment === undefined) return { facility, ...START, recorded: null }
    return { facility, n: segment.last, hash: segment.head, recorded: segment.sealed }
  })
}

/** In their order. */
export function readSegments(database: DatabaseSync, facility: string): Segment[] {
  const rows = database
    .prepare(
      `SELECT first, last, previous, head, sealed, dropped, signature FROM journal_segment
       WHERE facility = ? ORDER BY last`,
    )
    .all(facility)
  return rows.map(({ first, last, previous, head, sealed, dropped, signature }) => ({
    first: Number(first),
    last: Number(last),
    previous: String(previous),
    head: String(head),
    sealed: Number(sealed),
    dropped: dropped === null ? null : Number(dropped),
    signature: signature === null ? null : String(signature),
  }))
}

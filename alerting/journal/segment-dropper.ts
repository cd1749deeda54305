import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { formatHead, MIN_RETENTION_MS } from './chain.ts'

/** Whole segments that are past their age, as the log tells of them. */
export interface DroppedSegment {
  facility: string
  first: number
  last: number
  /** Where the rest of the chain is verified from. */
  head: string
}

/**
 * Gives up the oldest segments of the journal, within transactions of its caller: first the segment is marked, in
 * one step, and from then on nothing of it counts; then its entries go, a few at a time. Its row stays.
 */
export class SegmentDropper {
  readonly #due: StatementSync
  readonly #mark: StatementSync
  readonly #dropped: StatementSync
  readonly #links: StatementSync
  readonly #dropEntry: StatementSync
  readonly #dropLinks: StatementSync

  constructor(database: DatabaseSync) {
    this.#due = database.prepare(
      `SELECT facility, first, last, head, sealed FROM journal_segment AS segment
       WHERE dropped IS NULL AND last =
         (SELECT min(last) FROM journal_segment WHERE facility = segment.facility AND dropped IS NULL)`,
    )
    this.#mark = database.prepare('UPDATE journal_segment SET dropped = ? WHERE facility = ? AND last = ?')
    this.#dropped = database.prepare(
      'SELECT facility, max(last) AS last FROM journal_segment WHERE dropped IS NOT NULL GROUP BY facility',
    )
    this.#links = database.prepare(
      'SELECT n, seq FROM journal_chain WHERE facility = ? AND n <= ? ORDER BY n LIMIT CAST(? AS INTEGER)',
    )
    this.#dropEntry = database.prepare('DELETE FROM journal WHERE seq = ?')
    this.#dropLinks = database.prepare('DELETE FROM journal_chain WHERE facility = ? AND n <= ?')
  }

  /**
   * Marks the oldest segment of each facility that was sealed before `before`, and never one that is younger than
   * the law of the chain allows at `now`; epoch ms. One at a time, so that a clock that runs away does not take
   * years of the record with it before anybody looks.
   */
  mark(before: number, now: number): DroppedSegment[] {
    const limit = Math.min(before, now - MIN_RETENTION_MS)
    const due = this.#due.all().filter(({ sealed }) => Number(sealed) < limit)
    return due.map(({ facility, first, last, head }) => {
      this.#mark.run(now, String(facility), Number(last))
      const end = formatHead({ n: Number(last), hash: String(head) })
      return { facility: String(facility), first: Number(first), last: Number(last), head: end }
    })
  }

  /** Removes at most so many entries of segments that are marked and says how many. */
  drop(limit: number): number {
    for (const { facility, last } of this.#dropped.all()) {
      const links = this.#links.all(String(facility), Number(last), limit)
      const end = links.at(-1)
      if (end === undefined) continue
      for (const { seq } of links) this.#dropEntry.run(Number(seq))
      this.#dropLinks.run(String(facility), Number(end.n))
      return links.length
    }
    return 0
  }
}

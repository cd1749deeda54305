import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { JournalItem } from '../../contracts/api.ts'
import { CodedError } from '../../contracts/errors.ts'
import { formatIso } from '../../contracts/iso-time.ts'
import { recordedOf } from './chain.ts'
import type { ChainWriter } from './chain-writer.ts'
import { parseBody } from './journal-body.ts'
import { RecordedTimes } from './recorded-times.ts'
import type { Commit, JournalQuery } from './state-store.ts'

/** Where an entry stands. */
export type Recorded = Pick<JournalItem, 'seq' | 'recorded'>

type Place = Pick<Commit, 'facility' | 'timezone'>

/** One entry, whatever it is of. */
interface EnteredItem {
  key: string
  time: number
  alarm: string
  sensor: string
  item: object
}

/** The entries of a commit, within its transaction. */
export class JournalWriter {
  readonly #insert: StatementSync
  readonly #known: StatementSync
  readonly #times: RecordedTimes
  readonly #chain: ChainWriter

  constructor(database: DatabaseSync, chain: ChainWriter) {
    this.#chain = chain
    this.#insert = database.prepare(
      `INSERT INTO journal (key, facility, time, sensor, alarm, body) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT (facility, key) DO NOTHING`,
    )
    this.#known = database.prepare('SELECT seq, body FROM journal WHERE facility = ? AND key = ?')
    const last = database.prepare(
      'SELECT body FROM journal WHERE facility = ? AND alarm = ? ORDER BY seq DESC LIMIT 1',
    )
    this.#times = new RecordedTimes((facility, alarm) => {
      const row = last.get(facility, alarm)
      return row === undefined ? undefined : recordedOf(String(row.body))
    })
  }

  /**
   * An entry that is there already, because nobody heard how its commit ended, stays as it is and where it is.
   * @throws CodedError JOURNAL_UNWRITABLE when another transition has its key
   */
  enter(entries: readonly EnteredItem[], place: Place, now: number): Recorded[] {
    /** Key: epoch ms. Most entries of a commit share their time. */
    const texts = new Map<number, string>()
    return entries.map((entry) => {
      const { key, time, sensor, alarm, item } = entry
      const at = this.#times.next(place.facility, alarm, now)
      const recorded = texts.get(at) ?? formatIso(at, place.timezone)
      texts.set(at, recorded)
      const body = JSON.stringify({ ...item, recorded })
      const { changes, lastInsertRowid } = this.#insert.run(key, place.facility, time, sensor, alarm, body)
      if (changes === 0) return this.#same(place.facility, entry)
      const seq = Number(lastInsertRowid)
      this.#chain.link({ facility: place.facility, seq, key, time, sensor, alarm, body })
      return { seq, recorded }
    })
  }

  committed(): void {
    this.#times.committed()
  }

  rolledBack(): void {
    this.#times.rolledBack()
    this.#chain.rolledBack()
  }

  #same(facility: string, { key, item }: EnteredItem): Recorded {
    const row = this.#known.get(facility, key)
    if (row !== undefined) {
      const { recorded } = JSON.parse(String(row.body)) as { recorded: string }
      if (String(row.body) === JSON.stringify({ ...item, recorded }))
        return { seq: Number(row.seq), recorded }
    }
    throw new CodedError('JOURNAL_UNWRITABLE', `${key} is in the journal already, and was another transition`)
  }
}

/** Entries of the register have no alarm, see step-table.ts. */
const OF_ALARM = "+alarm <> ''"

/** Newest first. */
export function readJournal(database: DatabaseSync, query: JournalQuery): JournalItem[] {
  const { sql, values } = journalStatement(query)
  return database
    .prepare(sql)
    .all(...values)
    .map(toItem)
}

/**
 * The statement of a query. Numbers are found first, in an index alone, and bodies of those that are wanted then: what
 * has to be sorted, a span of time of one facility, is sorted without them.
 */
export function journalStatement(query: JournalQuery): { sql: string; values: (string | number)[] } {
  // One alarm has few entries, which its index has in order; by the time of all, they would have to be sorted. A
  // plant has many: those of a span are found by their time, however many are newer.
  const isOfPlant = query.sensor === undefined && query.alarm === undefined
  const isOfSpan = query.facility !== undefined && (query.from ?? query.to) !== undefined
  const time = isOfPlant ? 'time' : '+time'
  const seq = isOfPlant && isOfSpan ? '+seq' : 'seq'
  const terms: [string, string | number | undefined][] = [
    ['facility = ?', query.facility],
    [
      'facility IN (SELECT value FROM json_each(?))',
      query.facilities === undefined ? undefined : JSON.stringify(query.facilities),
    ],
    ['sensor = ?', query.sensor],
    ['alarm = ?', query.alarm],
    [`${time} >= ?`, query.from],
    [`${time} < ?`, query.to],
    [`${seq} < ?`, query.before],
  ]
  const used = terms.filter((term): term is [string, string | number] => term[1] !== undefined)
  const where = [...(isOfPlant ? [OF_ALARM] : []), ...used.map(([sql]) => sql)].join(' AND ')
  return {
    sql: `SELECT seq, body FROM journal
      WHERE seq IN (SELECT seq FROM journal WHERE ${where} ORDER BY seq DESC LIMIT ?) ORDER BY seq DESC`,
    values: [...used.map(([, value]) => value), query.limit],
  }
}

/** Entries after a number, oldest first. */
export function readJournalAfter(database: DatabaseSync, seq: number, limit: number): JournalItem[] {
  return database
    .prepare(`SELECT seq, body FROM journal WHERE seq > ? AND ${OF_ALARM} ORDER BY seq LIMIT ?`)
    .all(seq, limit)
    .map(toItem)
}

export function lastSeqOf(database: DatabaseSync): number {
  return Number(database.prepare('SELECT max(seq) AS last FROM journal').get()?.last ?? 0)
}

function toItem(row: Record<string, unknown>): JournalItem {
  return { seq: Number(row.seq), ...parseBody(String(row.body)) }
}

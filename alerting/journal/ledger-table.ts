import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { KeptGap, LedgerDelta, LedgerQuery, LedgerSum } from '../../contracts/ledger.ts'

/** The width of a row that is old, ms. As ledger_unfolded has it. */
const HOUR_MS = 3_600_000
/** Gaps listed for a gateway, the newest ones; all of them are in the sum. */
const MAX_GAPS = 1_000

/** What a row counts besides how much was made. */
const COUNTS = ['received', 'stored', 'duplicate', 'late', 'refused'] as const
const COLUMNS = ['facility', 'gateway', 'epoch', 'minute', 'low', 'high', ...COUNTS]
/** An insert that meets a row widens `low` and `high` and adds the rest. */
const MERGE = `ON CONFLICT (facility, gateway, epoch, minute) DO UPDATE SET
  low = coalesce(min(low, excluded.low), low, excluded.low),
  high = coalesce(max(high, excluded.high), high, excluded.high),
  ${COUNTS.map((name) => `${name} = ${name} + excluded.${name}`).join(', ')}`
const SUMS = `min(low) AS low, max(high) AS high, ${COUNTS.map((name) => `sum(${name}) AS ${name}`).join(', ')}`

/** The ledger's writing side, within a transaction of its caller. */
export class LedgerWriter {
  readonly #add: StatementSync
  readonly #note: StatementSync
  readonly #unfolded: StatementSync
  readonly #fold: StatementSync
  readonly #folded: StatementSync
  readonly #dropRows: StatementSync
  readonly #dropGaps: StatementSync

  constructor(database: DatabaseSync) {
    this.#add = database.prepare(
      `INSERT INTO ledger (${COLUMNS.join(', ')}) VALUES (${COLUMNS.map(() => '?').join(', ')}) ${MERGE}`,
    )
    // Told again it is the same gap.
    this.#note = database.prepare(
      `INSERT INTO gap (facility, gateway, epoch, first, seqs, count, begins, ends, reason, told)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
    )
    this.#unfolded = database.prepare(
      `SELECT DISTINCT facility, gateway, epoch, minute - minute % ${HOUR_MS} AS hour
       FROM ledger INDEXED BY ledger_unfolded WHERE minute % ${HOUR_MS} <> 0 AND minute < ? LIMIT CAST(? AS INTEGER)`,
    )
    const ofHour = `facility = :facility AND gateway = :gateway AND epoch = :epoch
      AND minute > :hour AND minute < :hour + ${HOUR_MS}`
    this.#fold = database.prepare(
      `INSERT INTO ledger (${COLUMNS.join(', ')})
       SELECT facility, gateway, epoch, CAST(:hour AS INTEGER), ${SUMS} FROM ledger WHERE ${ofHour}
       GROUP BY facility, gateway, epoch ${MERGE}`,
    )
    this.#folded = database.prepare(`DELETE FROM ledger WHERE ${ofHour}`)
    this.#dropRows = database.prepare(
      `DELETE FROM ledger WHERE (facility, gateway, epoch, minute) IN
       (SELECT facility, gateway, epoch, minute FROM ledger WHERE minute < ? LIMIT CAST(? AS INTEGER))`,
    )
    this.#dropGaps = database.prepare(
      `DELETE FROM gap WHERE (facility, gateway, epoch, first) IN
       (SELECT facility, gateway, epoch, first FROM gap WHERE ends < ? LIMIT CAST(? AS INTEGER))`,
    )
  }

  add(deltas: readonly LedgerDelta[]): void {
    for (const delta of deltas) {
      const { facility, gateway, epoch, minute, low, high } = delta
      const counts = COUNTS.map((name) => delta[name])
      this.#add.run(facility, gateway, epoch, minute, orNull(low), orNull(high), ...counts)
    }
  }

  note(gaps: readonly KeptGap[]): void {
    for (const { facility, gateway, epoch, seqs, count, from, to, reason, told } of gaps) {
      const first = seqs[0]?.[0] ?? 0
      this.#note.run(facility, gateway, epoch, first, JSON.stringify(seqs), count, from, to, reason, told)
    }
  }

  /** Makes one row of the minutes of an hour, for at most so many hours from before `before`; says how many. */
  foldHours(before: number, limit: number): number {
    const hours = this.#unfolded.all(before - (before % HOUR_MS), limit)
    for (const { facility, gateway, epoch, hour } of hours) {
      const of = {
        facility: String(facility),
        gateway: String(gateway),
        epoch: String(epoch),
        hour: Number(hour),
      }
      this.#fold.run(of)
      this.#folded.run(of)
    }
    return hours.length
  }

  /** Drops at most so many rows, and as many gaps, from before `before`; says how many. */
  drop(before: number, limit: number): number {
    const rows = this.#dropRows.run(before, limit).changes
    const gaps = this.#dropGaps.run(before, limit).changes
    return Number(rows) + Number(gaps)
  }
}

/** In order of facility and gateway. A row counts where it begins, a gap wherever it reaches. */
export function readLedger(database: DatabaseSync, { from, to, ...of }: LedgerQuery): LedgerSum[] {
  const named = Object.entries(of).filter(([, value]) => value !== undefined)
  const places = named.map(([name]) => `AND ${name} = :${name}`).join(' ')
  const parameters = { from, to, ...Object.fromEntries(named) }
  const epochs = database
    .prepare(
      `SELECT facility, gateway, epoch, ${SUMS} FROM ledger INDEXED BY ledger_minute
       WHERE minute >= :from AND minute < :to ${places} GROUP BY facility, gateway, epoch`,
    )
    .all(parameters)
  const dropped = database
    .prepare(
      `SELECT facility, gateway, epoch, sum(count) AS dropped
       FROM gap WHERE ends >= :from AND begins < :to ${places} GROUP BY facility, gateway, epoch`,
    )
    .all(parameters)

  const tallies = new Tallies()
  const before = database.prepare(
    `SELECT high FROM ledger WHERE facility = ? AND gateway = ? AND epoch = ? AND minute < ?
     AND high IS NOT NULL ORDER BY minute DESC LIMIT 1`,
  )
  for (const row of epochs) {
    const tally = tallies.of(row)
    for (const name of COUNTS) tally[name] += Number(row[name])
    if (row.high === null) {
      // A gateway that does not count what it makes: as much as is known of it.
      tally.sent = tally.received + tally.refused
    } else {
      // What is missing between the last row before the window and the first one in it belongs to the window.
      const last = before.get(String(row.facility), String(row.gateway), String(row.epoch), from)
      tally.sent = Number(row.high) - Math.min(Number(row.low), Number(last?.high ?? row.low))
    }
  }
  for (const row of dropped) tallies.of(row).dropped += Number(row.dropped)

  const gaps = database.prepare(
    `SELECT * FROM gap WHERE facility = :facility AND gateway = :gateway AND ends >= :from AND begins < :to
     ORDER BY ends DESC, begins DESC, epoch, first LIMIT ${MAX_GAPS}`,
  )
  return tallies.sums().map((sum) => {
    const { facility, gateway } = sum
    return { ...sum, gaps: gaps.all({ facility, gateway, from, to }).map(toGap) }
  })
}

type Tally = Omit<{ -readonly [K in keyof LedgerSum]: LedgerSum[K] }, 'missing' | 'gaps'>

/** Sums by epoch: what is lost of one is not made up by what was told too much of another. */
class Tallies {
  /** Key: facility, gateway and epoch as JSON. */
  readonly #tallies = new Map<string, Tally>()

  of({ facility, gateway, epoch }: Record<string, unknown>): Tally {
    const key = JSON.stringify([facility, gateway, epoch])
    let tally = this.#tallies.get(key)
    if (tally === undefined) {
      const zero = { sent: 0, received: 0, stored: 0, duplicate: 0, late: 0, refused: 0, dropped: 0 }
      tally = { facility: String(facility), gateway: String(gateway), ...zero }
      this.#tallies.set(key, tally)
    }
    return tally
  }

  sums(): Omit<LedgerSum, 'gaps'>[] {
    /** Key: facility and gateway as JSON. */
    const sums = new Map<string, Tally & { missing: number }>()
    for (const tally of this.#tallies.values()) {
      const { facility, gateway, sent, received, refused, dropped } = tally
      const missing = Math.max(0, sent - received - refused - dropped)
      const key = JSON.stringify([facility, gateway])
      const sum = sums.get(key)
      if (sum === undefined) {
        sums.set(key, { ...tally, missing })
        continue
      }
      for (const name of [...COUNTS, 'sent', 'dropped'] as const) sum[name] += tally[name]
      sum.missing += missing
    }
    return [...sums.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, sum]) => sum)
  }
}

function toGap(row: Record<string, unknown>): KeptGap {
  return {
    facility: String(row.facility),
    gateway: String(row.gateway),
    epoch: String(row.epoch),
    seqs: JSON.parse(String(row.seqs)) as [number, number][],
    count: Number(row.count),
    from: Number(row.begins),
    to: Number(row.ends),
    reason: String(row.reason),
    told: Number(row.told),
  }
}

function orNull(total: number): number | null {
  return Number.isFinite(total) ? total : null
}

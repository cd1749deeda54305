import { sql } from 'kysely'
import type { HazardFollower } from '../context.ts'
import type { RegisterDb, RegisterTrx } from '../store/tables.ts'
import { inTransaction } from '../store/transaction.ts'
import { recount } from './recount.ts'
import { type Counts, changesBy, combined, NO_ZONE, nodesOf, type TallyChange } from './tally-cell.ts'

/** Rows that one transaction moves into the sums. */
const SLICE = 2_000
/** Rows of one statement: SQLite takes 32,766 parameters. */
const STATEMENT = 1_000

/**
 * Counts of hazards by region, month, grade, kind and source. A change of a hazard adds rows in its own transaction;
 * `fold` moves them into the sums of all nodes above, now and then. Sums and rows together are right at any moment.
 */
export class HazardTally {
  readonly #db: RegisterDb

  constructor(db: RegisterDb) {
    this.#db = db
  }

  /** To be called with every change of a hazard. */
  readonly follow: HazardFollower = async (trx, { before, after }) => {
    await addChanges(trx, changesBy(before, after, await timezoneOf(trx, after.facility)))
  }

  /** Moves what has changed into the sums; answers how many rows that were. */
  async fold(): Promise<number> {
    let folded = 0
    for (;;) {
      // Others may fold at the same time: each row is deleted by one of them, and sums are added to.
      const rows = await inTransaction(this.#db, foldSome, 'read committed')
      folded += rows
      if (rows < SLICE) return folded
    }
  }

  /** Makes the sums anew from the hazards. */
  async recount(): Promise<void> {
    await inTransaction(this.#db, recount)
  }
}

/** Within the transaction of what they come of. */
export async function addChanges(trx: RegisterTrx, changes: readonly TallyChange[]): Promise<void> {
  for (const some of slices(changes))
    await trx.insertInto('hazard_tally_change').values(some.map(changeRow)).execute()
}

/** Of a facility, as its file said last. */
async function timezoneOf(trx: RegisterTrx, facility: string): Promise<string> {
  const row = await trx
    .selectFrom('facility')
    .select('timezone')
    .where('id', '=', facility)
    .executeTakeFirst()
  return row?.timezone ?? NO_ZONE
}

async function foldSome(trx: RegisterTrx): Promise<number> {
  const some = trx.selectFrom('hazard_tally_change').select('id').orderBy('id').limit(SLICE)
  const rows = await trx.deleteFrom('hazard_tally_change').where('id', 'in', some).returningAll().execute()
  const changes = rows.flatMap(({ closed_on_time: closedOnTime, ...row }) =>
    nodesOf(row.node).map(({ node, parent }) => ({ ...row, closedOnTime, node, parent })),
  )
  // In order of their keys: two who fold do not wait for each other in a circle.
  for (const batch of slices(combined(changes)))
    await trx
      .insertInto('hazard_tally')
      .values(batch.map((change) => ({ ...changeRow(change), parent: change.parent })))
      .onConflict((conflict) =>
        conflict.columns(['node', 'month', 'grade', 'kind', 'source']).doUpdateSet({
          identified: sql`hazard_tally.identified + excluded.identified`,
          closed: sql`hazard_tally.closed + excluded.closed`,
          closed_on_time: sql`hazard_tally.closed_on_time + excluded.closed_on_time`,
          seconds: sql`hazard_tally.seconds + excluded.seconds`,
        }),
      )
      .execute()
  return rows.length
}

function changeRow({ node, month, grade, kind, source, ...counts }: TallyChange) {
  const { identified, closed, closedOnTime, seconds }: Counts = counts
  return { node, month, grade, kind, source, identified, closed, closed_on_time: closedOnTime, seconds }
}

function* slices<T>(all: readonly T[]): Generator<readonly T[]> {
  for (let at = 0; at < all.length; at += STATEMENT) yield all.slice(at, at + STATEMENT)
}

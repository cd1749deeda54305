import { attachmentMigration } from '../attachment/attachment-migration.ts'
import { hazardMigration } from '../hazard/hazard-migration.ts'
import { outboundMigration } from '../outbound/outbound-migration.ts'
import { reportMigration } from '../report/report-migration.ts'
import type { DialectName } from './session.ts'
import type { RegisterTrx } from './tables.ts'

/**
 * The register's tables, one step after another. A step that was released is never changed: what it got wrong,
 * another mends. Each runs in one transaction, on SQLite and on PostgreSQL, and so do all statements of the
 * register. What holds on both:
 *
 * - Column types come from `columnTypes`, tables from `createTable`. Times are epoch ms, flags 0 and 1, JSON is a
 *   text; a column `id` of type `id` is given by the database and read with RETURNING.
 * - Names are lower case with underscores and are no words of SQL: not `order`, `user`, `end`, `group`, `limit`.
 * - Every statement of a transaction goes through its `trx`; a transaction changes nothing but the database, for
 *   it may be done again. After a statement that failed nothing else is possible in it: look first, or say
 *   ON CONFLICT. Unique, foreign and checked keys fail with REGISTER_CONFLICT on both.
 * - Texts are compared by code point. LIKE and lower() differ: text is found with `matches` (search.ts), and what
 *   is compared without case is kept in lower case.
 * - NULL comes first on SQLite and last on PostgreSQL: order by columns that are NOT NULL, or say NULLS LAST.
 *   Without ORDER BY there is no order.
 * - Counts and sums come as numbers, comparisons that are selected as 0 and 1. A whole number divided by a whole
 *   number is a whole number.
 * - No selectAll with joins, no streams, no savepoints, no INSERT OR REPLACE, no date functions, no JSON operators.
 * - A parameter that stands alone in SELECT or beside another has no type on PostgreSQL: cast it.
 */
export interface Migration {
  /** `0007-inspections`; never used for another. */
  readonly name: string
  up(trx: RegisterTrx, dialect: DialectName): Promise<void>
}

/** Each part of the register adds its own at the end. */
export const migrations: readonly Migration[] = [
  attachmentMigration,
  hazardMigration,
  reportMigration,
  outboundMigration,
]

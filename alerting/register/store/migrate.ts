import type { Clock } from '../../../contracts/clock.ts'
import { CodedError } from '../../../contracts/errors.ts'
import { columnTypes, runSql } from './columns.ts'
import { dialectOf } from './dialect.ts'
import type { Migration } from './migrations.ts'
import type { RegisterDb, RegisterTrx } from './tables.ts'
import { inTransaction } from './transaction.ts'

/** 'DvlR', for servers that start at the same time on one PostgreSQL. */
const LOCK = 0x44_76_6c_52
/** The longest that one waits for another's migrations. */
const LOCK_WAIT = '60s'

/**
 * Takes the database forward by every step that it has not had, each in a transaction of its own.
 * Answers with the names of those that ran.
 * @throws CodedError DATA_NEWER when it has had steps that this release does not know, REGISTER_BUSY
 */
export async function migrate(db: RegisterDb, steps: readonly Migration[], clock: Clock): Promise<string[]> {
  const ran: string[] = []
  const next = () => inTransaction(db, (trx) => step(trx, steps, clock), 'read committed')
  for (let name = await next(); name !== undefined; name = await next()) ran.push(name)
  return ran
}

/** Runs the first step that is missing. */
async function step(
  trx: RegisterTrx,
  steps: readonly Migration[],
  clock: Clock,
): Promise<string | undefined> {
  const dialect = dialectOf(trx)
  if (dialect === 'postgresql') {
    // A step may take longer than any statement of the running register.
    await runSql(trx, `SET LOCAL lock_timeout = '${LOCK_WAIT}'`)
    await runSql(trx, 'SET LOCAL statement_timeout = 0')
    await runSql(trx, `SELECT pg_advisory_xact_lock(${LOCK})`)
  }
  const { text, integer } = columnTypes(dialect)
  const table = `name ${text} PRIMARY KEY, position ${integer} NOT NULL UNIQUE, time ${integer} NOT NULL`
  await runSql(trx, `CREATE TABLE IF NOT EXISTS register_migration (${table})`)

  const done = await trx.selectFrom('register_migration').select('name').orderBy('position').execute()
  const unknown = done.find(({ name }) => !steps.some((known) => known.name === name))
  if (unknown !== undefined)
    throw new CodedError(
      'DATA_NEWER',
      `the register has had "${unknown.name}", which this release does not know`,
    )
  const missing = steps.find(({ name }) => !done.some((had) => had.name === name))
  if (missing === undefined) return undefined
  await missing.up(trx, dialect)
  await trx
    .insertInto('register_migration')
    .values({ name: missing.name, position: done.length + 1, time: clock.wall() })
    .execute()
  return missing.name
}

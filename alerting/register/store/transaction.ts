import { setTimeout } from 'node:timers/promises'
import type { Kysely, Transaction } from 'kysely'
import { CodedError } from '../../../contracts/errors.ts'
import { SerializationError } from './serialization-error.ts'
import type { Isolation } from './session.ts'
import { within } from './within.ts'

/** Of those who want the same rows at once one goes through in each round. */
const TRIES = 12
/** The longest that one who was too slow waits for its next try, ms. */
const LONGEST_WAIT_MS = 200

/** Those who failed together try again at different times. */
let turn = 0

/**
 * Runs `work` in one transaction, as if no other ran at the same time: BEGIN IMMEDIATE on SQLite, SERIALIZABLE on
 * PostgreSQL. There it is done again when others were faster: `work` changes nothing but the database.
 * @throws what `work` threw, with everything rolled back; CodedError REGISTER_BUSY after a dozen tries
 */
export async function inTransaction<DB, T>(
  db: Kysely<DB>,
  work: (trx: Transaction<DB>) => Promise<T>,
  isolation: Isolation = 'serializable',
): Promise<T> {
  const of = db.getExecutor().adapter
  for (let tries = 1; ; tries += 1) {
    try {
      return await db
        .transaction()
        .setIsolationLevel(isolation)
        .execute((trx) => within(of, () => work(trx)))
    } catch (error) {
      if (!(error instanceof SerializationError)) throw error
      if (tries === TRIES)
        throw new CodedError('REGISTER_BUSY', `gave way ${tries} times: ${error.detail}`, { cause: error })
      turn += 1
      await setTimeout(Math.min(LONGEST_WAIT_MS, 2 ** tries) + (turn % 8) * 3)
    }
  }
}

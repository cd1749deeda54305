import { join } from 'node:path'
import { Kysely } from 'kysely'
import type { Clock } from '../../../contracts/clock.ts'
import type { Logger } from '../../../contracts/logger.ts'
import { RegisterDialect } from './dialect.ts'
import { migrate } from './migrate.ts'
import { type Migration, migrations } from './migrations.ts'
import { openPostgres, type PostgresPlace } from './postgres-source.ts'
import type { DialectName, SessionSource } from './session.ts'
import { REGISTER_FILE } from './sqlite-file.ts'
import { openSqliteInMemory, openSqliteThread } from './sqlite-source.ts'
import type { RegisterDb, RegisterTables } from './tables.ts'

export type RegisterPlace =
  /** server.data: the file is register.db in it. */
  | { kind: 'sqlite'; folder: string }
  | ({ kind: 'postgresql' } & PostgresPlace)
  /** In the calling thread: for tests. */
  | { kind: 'memory' }

export type RegisterOptions = RegisterPlace & {
  clock: Clock
  logger: Logger
  /** Those of this release by default. */
  steps?: readonly Migration[]
}

export interface RegisterDatabase {
  db: RegisterDb
  dialect: DialectName
  /** After everything asked of it before. */
  close(): Promise<void>
}

/**
 * Opens the database of the register and takes its tables forward.
 * @throws CodedError DATA_UNWRITABLE, DATA_DAMAGED, DATA_NEWER, or one of REGISTER_*, of which those to retry are
 * worth another try later
 */
export async function openRegisterDatabase(options: RegisterOptions): Promise<RegisterDatabase> {
  const { clock, logger, steps = migrations } = options
  const { dialect, source } = await sourceOf(options)
  const db = new Kysely<RegisterTables>({ dialect: new RegisterDialect(dialect, source) })
  const close = () => source.close()
  try {
    const ran = await migrate(db, steps, clock)
    if (ran.length > 0) logger.info({ dialect, ran }, 'the tables of the register were taken forward')
    return { db, dialect, close }
  } catch (error) {
    await close()
    throw error
  }
}

async function sourceOf(options: RegisterOptions): Promise<{ dialect: DialectName; source: SessionSource }> {
  const { logger } = options
  switch (options.kind) {
    case 'memory':
      return { dialect: 'sqlite', source: openSqliteInMemory() }
    case 'postgresql':
      return { dialect: 'postgresql', source: await openPostgres(options, logger) }
    case 'sqlite': {
      const path = join(options.folder, REGISTER_FILE)
      return { dialect: 'sqlite', source: await openSqliteThread({ path, logger }) }
    }
  }
}

import { join } from 'node:path'
import { Kysely } from 'kysely'
import type { Clock } from '../../../contracts/clock.ts'
import { CodedError, ERRORS } from '../../../contracts/errors.ts'
import type { Logger } from '../../../contracts/logger.ts'
import { RegisterDialect } from './dialect.ts'
import { migrate } from './migrate.ts'
import { MigratedSource } from './migrated-source.ts'
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
 * Opens the database of the register and takes its tables forward. A PostgreSQL that is away does not keep a server
 * from starting: what is asked of the register fails with its code until it is there.
 * @throws CodedError DATA_UNWRITABLE, DATA_DAMAGED, DATA_NEWER, or INTERNAL for a migration that fails
 */
export async function openRegisterDatabase(options: RegisterOptions): Promise<RegisterDatabase> {
  const { clock, logger, steps = migrations } = options
  const { dialect, source } = await sourceOf(options)
  const bare = kyselyOn(dialect, source)
  const migrated = new MigratedSource(source, async () => {
    const ran = await migrate(bare, steps, clock)
    if (ran.length > 0) logger.info({ dialect, ran }, 'the tables of the register were taken forward')
  })
  try {
    await migrated.migrated()
  } catch (error) {
    if (!mayComeBack(dialect, error)) {
      await source.close()
      throw error
    }
    logger.warn(
      { error: error.message },
      'the database of the register is away: it is tried again as it is needed',
    )
  }
  return { db: kyselyOn(dialect, migrated), dialect, close: () => source.close() }
}

function kyselyOn(dialect: DialectName, source: SessionSource): RegisterDb {
  return new Kysely<RegisterTables>({ dialect: new RegisterDialect(dialect, source) })
}

function mayComeBack(dialect: DialectName, error: unknown): error is CodedError {
  return dialect === 'postgresql' && error instanceof CodedError && ERRORS[error.code].duty === 'retry'
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

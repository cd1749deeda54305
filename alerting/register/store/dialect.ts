import {
  type CompiledQuery,
  type DatabaseConnection,
  type DatabaseIntrospector,
  type Dialect,
  type DialectAdapter,
  type Driver,
  type Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryCompiler,
  type QueryExecutorProvider,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type TransactionSettings,
} from 'kysely'
import { CodedError } from '../../../contracts/errors.ts'
import { bindable } from './bindable.ts'
import type { DialectName, Session, SessionSource } from './session.ts'
import { refuseWithin } from './within.ts'

/** Kysely's way to the sessions of either database. */
export class RegisterDialect implements Dialect {
  readonly #name: DialectName
  readonly #source: SessionSource
  readonly #adapter: DialectAdapter

  constructor(name: DialectName, source: SessionSource) {
    this.#name = name
    this.#source = source
    this.#adapter = name === 'sqlite' ? new RegisterSqliteAdapter() : new PostgresAdapter()
  }

  createDriver(): Driver {
    return new RegisterDriver(this.#source, this.#adapter)
  }

  createQueryCompiler(): QueryCompiler {
    return this.#name === 'sqlite' ? new SqliteQueryCompiler() : new PostgresQueryCompiler()
  }

  createAdapter(): DialectAdapter {
    return this.#adapter
  }

  createIntrospector(db: Kysely<unknown>): DatabaseIntrospector {
    return this.#name === 'sqlite' ? new SqliteIntrospector(db) : new PostgresIntrospector(db)
  }
}

/** Says that turns are taken here, where who would wait for itself is refused, and not in Kysely. */
class RegisterSqliteAdapter extends SqliteAdapter {
  override get supportsMultipleConnections(): boolean {
    return true
  }
}

/** Which database `db`, or the transaction of it, speaks to. */
export function dialectOf(db: QueryExecutorProvider): DialectName {
  return db.getExecutor().adapter instanceof PostgresAdapter ? 'postgresql' : 'sqlite'
}

class RegisterDriver implements Driver {
  readonly #source: SessionSource
  readonly #of: object

  constructor(source: SessionSource, of: object) {
    this.#source = source
    this.#of = of
  }

  async init(): Promise<void> {
    // The source is open before there is a driver.
  }

  async acquireConnection(): Promise<DatabaseConnection> {
    refuseWithin(this.#of)
    return new Connection(await this.#source.acquire())
  }

  async beginTransaction(connection: DatabaseConnection, settings: TransactionSettings): Promise<void> {
    const { isolationLevel } = settings
    await sessionOf(connection).begin(isolationLevel === 'read committed' ? isolationLevel : 'serializable')
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await sessionOf(connection).commit()
  }

  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    await sessionOf(connection).rollback()
  }

  async releaseConnection(connection: DatabaseConnection): Promise<void> {
    sessionOf(connection).release()
  }

  async destroy(): Promise<void> {
    await this.#source.close()
  }
}

class Connection implements DatabaseConnection {
  readonly session: Session

  constructor(session: Session) {
    this.session = session
  }

  async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
    const { rows, changes } = await this.session.run({ sql, parameters: parameters.map(bindable) })
    return {
      rows: rows as R[],
      ...(changes === undefined ? {} : { numAffectedRows: BigInt(changes) }),
    }
  }

  streamQuery(): never {
    throw new CodedError('INTERNAL', 'the register reads pages, not streams')
  }
}

function sessionOf(connection: DatabaseConnection): Session {
  return (connection as Connection).session
}

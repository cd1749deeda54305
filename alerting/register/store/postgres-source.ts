import type { Pool, PoolClient, PoolConfig } from 'pg'
import { CodedError } from '../../../contracts/errors.ts'
import type { Logger } from '../../../contracts/logger.ts'
import { isLost, postgresError } from './postgres-error.ts'
import { postgresTypes } from './postgres-types.ts'
import type { Isolation, Outcome, Session, SessionSource, Statement } from './session.ts'

/** Of one server; PostgreSQL allows 100 by default, for all. */
const CONNECTIONS = 8
/** Of one sort or bitmap: with the 4 MB of an untouched PostgreSQL a bitmap of 100,000 rows knows pages, not rows. */
const WORK_MEMORY = '64MB'
/** For a connection, and for one of them to be free, ms. */
const CONNECT_MS = 5_000
/** PostgreSQL ends a statement then, ms. */
const STATEMENT_MS = 30_000
/** A server that has not said anything by then is away, ms: of a statement, and of one of a migration. */
const [SILENCE_MS, MIGRATION_SILENCE_MS] = [STATEMENT_MS + 5_000, 3_600_000]
/** A transaction in which nothing happens keeps others out no longer, ms. */
const IDLE_TRANSACTION_MS = 60_000

export interface PostgresPlace {
  /** postgres://user@host:port/database, without a password. */
  url: string
  password?: string
  /** PEM of the CA; with it the connection is TLS and the name of the host is checked. */
  ca?: Buffer
}

/**
 * Connections to PostgreSQL, made as they are needed and made anew when they were cut. Nothing is connected yet.
 */
export async function openPostgres(place: PostgresPlace, logger: Logger): Promise<SessionSource> {
  // Most servers have no use for it.
  const { default: pg } = await import('pg')
  const pool = new pg.Pool(poolConfig(place))
  const onLoss = (error: Error) =>
    logger.warn({ error: error.message }, 'a connection of the register to PostgreSQL was lost')
  // Without a listener such a loss would end the process. The pool has one for idle clients alone.
  pool.on('error', onLoss)
  pool.on('connect', (client) => client.on('error', onLoss))
  return new PostgresSource(pool)
}

function poolConfig({ url, password, ca }: PostgresPlace): PoolConfig {
  const { username, hostname, port, pathname } = new URL(url)
  return {
    user: decodeURIComponent(username),
    host: hostname.replace(/^\[(.*)\]$/, '$1'),
    port: port === '' ? 5432 : Number(port),
    database: decodeURIComponent(pathname.slice(1)),
    ...(password === undefined ? {} : { password }),
    // Said in any case: else the environment decides.
    ssl: ca === undefined ? false : { ca, rejectUnauthorized: true },
    application_name: 'davylamp',
    options: `-c work_mem=${WORK_MEMORY}`,
    max: CONNECTIONS,
    connectionTimeoutMillis: CONNECT_MS,
    statement_timeout: STATEMENT_MS,
    idle_in_transaction_session_timeout: IDLE_TRANSACTION_MS,
    keepAlive: true,
    types: postgresTypes,
  }
}

class PostgresSource implements SessionSource {
  readonly #pool: Pool

  constructor(pool: Pool) {
    this.#pool = pool
  }

  async acquire(): Promise<Session> {
    const isFull = this.#pool.totalCount >= CONNECTIONS && this.#pool.idleCount === 0
    try {
      return new PostgresSession(await this.#pool.connect())
    } catch (error) {
      if (isFull) throw new CodedError('REGISTER_BUSY', 'all connections to PostgreSQL are in use')
      throw postgresError(error)
    }
  }

  async close(): Promise<void> {
    await this.#pool.end()
  }
}

class PostgresSession implements Session {
  readonly #client: PoolClient
  #isInTransaction = false
  #isLost = false
  #silenceMs = SILENCE_MS
  /** Of the statement that failed since `begin`. */
  #failure: CodedError | undefined

  constructor(client: PoolClient) {
    this.#client = client
  }

  async begin(isolation: Isolation): Promise<void> {
    this.#failure = undefined
    // Only migrations read what others commit meanwhile, and they take the time that they take.
    this.#silenceMs = isolation === 'serializable' ? SILENCE_MS : MIGRATION_SILENCE_MS
    await this.#ask({ sql: `BEGIN ISOLATION LEVEL ${isolation}`, parameters: [] })
    this.#isInTransaction = true
  }

  async commit(): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure
    await this.#ask({ sql: 'COMMIT', parameters: [] })
    this.#isInTransaction = false
  }

  async rollback(): Promise<void> {
    this.#isInTransaction = false
    // Where there is no connection any more PostgreSQL has rolled back by itself.
    if (this.#isLost) return
    await this.#ask({ sql: 'ROLLBACK', parameters: [] }).catch(() => {
      this.#isLost = true
    })
  }

  async run(statement: Statement): Promise<Outcome> {
    if (this.#failure !== undefined) throw this.#failure
    return this.#ask(statement)
  }

  release(): void {
    this.#client.release(this.#isLost)
  }

  async #ask({ sql, parameters }: Statement): Promise<Outcome> {
    try {
      // The type does not know of query_timeout, which a query of `pg` takes.
      const query = { text: sql, values: [...parameters], query_timeout: this.#silenceMs }
      const { command, rows, rowCount } = await this.#client.query<Record<string, unknown>>(query)
      const isChange = ['INSERT', 'UPDATE', 'DELETE'].includes(command)
      return { rows, ...(isChange ? { changes: rowCount ?? 0 } : {}) }
    } catch (thrown) {
      const error = postgresError(thrown)
      this.#isLost ||= isLost(error)
      if (this.#isInTransaction) this.#failure = error
      throw error
    }
  }
}

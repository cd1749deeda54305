import type { Logger } from '../../../contracts/logger.ts'
import { LastingThread } from '../../journal/lasting-thread.ts'
import type { Outcome, Session, SessionSource, Statement } from './session.ts'
import { IN_MEMORY, SqliteFile, type SqliteStatement } from './sqlite-file.ts'
import type { SqliteCalls } from './sqlite-worker.ts'
import { Turns } from './turns.ts'

type Command = 'begin' | 'commit' | 'rollback'

/** The one connection to the file, wherever it runs. */
interface SqliteLine {
  run(statement: SqliteStatement): Promise<Outcome>
  control(command: Command): Promise<void>
  close(): Promise<void>
}

/** A file that a thread of its own works on. @throws CodedError as {@link SqliteFile.open} */
export async function openSqliteThread(options: { path: string; logger: Logger }): Promise<SessionSource> {
  const { path, logger } = options
  const thread = new LastingThread<SqliteCalls>({
    module: new URL('./sqlite-worker.ts', import.meta.url),
    name: 'the register',
    data: (isFirst) => ({ path, check: isFirst }),
    logger,
  })
  try {
    await thread.call('open', undefined)
  } catch (error) {
    await thread.kill()
    throw error
  }
  return new SqliteSource({
    run: (statement) => thread.call('run', statement),
    control: (command) => thread.call('control', command),
    close: () => thread.close(),
  })
}

/** A register in memory, in the calling thread: for tests of what is built on it. */
export function openSqliteInMemory(): SessionSource {
  const file = SqliteFile.open({ path: IN_MEMORY, check: false })
  return new SqliteSource({
    run: async (statement) => file.run(statement),
    control: async (command) => file.control(command),
    close: async () => file.close(),
  })
}

/** Sessions take turns: there is one connection. */
class SqliteSource implements SessionSource {
  readonly #line: SqliteLine
  readonly #turns = new Turns()

  constructor(line: SqliteLine) {
    this.#line = line
  }

  async acquire(): Promise<Session> {
    await this.#turns.take()
    return new SqliteSession(this.#line, () => this.#turns.next())
  }

  async close(): Promise<void> {
    await this.#turns.take()
    await this.#line.close()
  }
}

class SqliteSession implements Session {
  readonly #line: SqliteLine
  readonly #onRelease: () => void
  #isInTransaction = false
  /** Of the statement that failed since `begin`. */
  #failure: unknown

  constructor(line: SqliteLine, onRelease: () => void) {
    this.#line = line
    this.#onRelease = onRelease
  }

  async begin(): Promise<void> {
    await this.#line.control('begin')
    this.#isInTransaction = true
    this.#failure = undefined
  }

  async commit(): Promise<void> {
    this.#refuseAfterFailure()
    await this.#line.control('commit')
    this.#isInTransaction = false
  }

  async rollback(): Promise<void> {
    this.#isInTransaction = false
    await this.#line.control('rollback')
  }

  async run(statement: Statement): Promise<Outcome> {
    this.#refuseAfterFailure()
    const isInTransaction = this.#isInTransaction
    try {
      return await this.#line.run({ ...statement, isInTransaction })
    } catch (error) {
      if (isInTransaction) this.#failure = error
      throw error
    }
  }

  release(): void {
    this.#onRelease()
  }

  /** As PostgreSQL has it: after a statement that failed nothing but a rollback. */
  #refuseAfterFailure(): void {
    if (this.#failure !== undefined) throw this.#failure
  }
}

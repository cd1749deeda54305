import { closeSync, openSync, statSync } from 'node:fs'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { CodedError } from '../../../contracts/errors.ts'
import type { Bindable, Outcome, Statement } from './session.ts'
import { registerFileError } from './sqlite-error.ts'

/** The name of the file in server.data. */
export const REGISTER_FILE = 'register.db'
export const IN_MEMORY = ':memory:'

/** 'DvlR': what SQLite and file(1) know such a file by. */
const APPLICATION_ID = 0x44_76_6c_52
/** A backup or a person's shell may hold the file for so long, ms. */
const BUSY_MS = 5_000
/** Statements of the register are few; what people search for is a parameter of theirs. */
const CACHED_STATEMENTS = 256

export interface SqliteFileOptions {
  /** Or {@link IN_MEMORY}. */
  path: string
  /** For a start, not for a thread that takes the place of another: looks through a file that was not closed. */
  check: boolean
}

/** A statement, and whether the one who asks for it is in a transaction. */
export type SqliteStatement = Statement & { isInTransaction: boolean }

/** The one connection to the file of the register, synchronous. */
export class SqliteFile {
  readonly #database: DatabaseSync
  readonly #path: string
  /** Key: SQL; the least recently used first. */
  readonly #statements = new Map<string, StatementSync>()

  private constructor(database: DatabaseSync, path: string) {
    this.#database = database
    this.#path = path
  }

  /** @throws CodedError DATA_UNWRITABLE, DATA_DAMAGED or REGISTER_BUSY */
  static open({ path, check }: SqliteFileOptions): SqliteFile {
    let database: DatabaseSync | undefined
    try {
      const wasClosed = path === IN_MEMORY || !check || sizeOf(`${path}-wal`) === 0
      if (path !== IN_MEMORY) makePrivate(path)
      database = new DatabaseSync(path, { timeout: BUSY_MS, enableForeignKeyConstraints: true })
      database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA trusted_schema = OFF;')
      if (!wasClosed) look(database, path)
      identify(database, path)
      return new SqliteFile(database, path)
    } catch (error) {
      database?.close()
      throw registerFileError(error, path)
    }
  }

  /**
   * @throws CodedError as {@link registerFileError} has it; THREAD_ENDED when the transaction that the statement
   * belongs to is gone: nothing of it may be kept then
   */
  run({ sql, parameters, isInTransaction }: SqliteStatement): Outcome {
    if (this.#database.isTransaction !== isInTransaction)
      throw new CodedError('THREAD_ENDED', 'the transaction was ended by the database and is rolled back')
    try {
      const statement = this.#prepared(sql)
      const given = parameters.map(bound)
      if (statement.columns().length > 0) return { rows: statement.all(...given).map(plain) }
      const { changes } = statement.run(...given)
      return { rows: [], changes: Number(changes) }
    } catch (error) {
      throw registerFileError(error, this.#path)
    }
  }

  /** BEGIN IMMEDIATE, COMMIT or ROLLBACK; a rollback of what the database has rolled back already is none. */
  control(command: 'begin' | 'commit' | 'rollback'): void {
    try {
      if (command === 'begin') {
        // Left behind by one whose rollback did not come through.
        if (this.#database.isTransaction) this.#database.exec('ROLLBACK')
        this.#database.exec('BEGIN IMMEDIATE')
      } else if (command === 'commit') this.#database.exec('COMMIT')
      else if (this.#database.isTransaction) this.#database.exec('ROLLBACK')
    } catch (error) {
      throw registerFileError(error, this.#path)
    }
  }

  close(): void {
    this.#statements.clear()
    this.#database.close()
  }

  #prepared(sql: string): StatementSync {
    const found = this.#statements.get(sql)
    const statement = found ?? this.#database.prepare(sql)
    if (found !== undefined) this.#statements.delete(sql)
    else if (this.#statements.size >= CACHED_STATEMENTS) {
      const oldest = this.#statements.keys().next()
      if (!oldest.done) this.#statements.delete(oldest.value)
    }
    this.#statements.set(sql, statement)
    return statement
  }
}

/** node:sqlite binds every number as a float; a bigint is a whole number to SQLite. */
function bound(value: Bindable): Bindable {
  return typeof value === 'number' && Number.isSafeInteger(value) && !Object.is(value, -0)
    ? BigInt(value)
    : value
}

/** Rows of node:sqlite have no prototype, which neither survives a thread nor compares. */
function plain(row: Record<string, unknown>): Record<string, unknown> {
  return { ...row }
}

function makePrivate(path: string): void {
  closeSync(openSync(path, 'a', 0o600))
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0
}

function look(database: DatabaseSync, path: string): void {
  const found = String(database.prepare('PRAGMA quick_check(1)').get()?.quick_check)
  if (found !== 'ok') throw new CodedError('DATA_DAMAGED', `${path}: ${found}`)
}

/** A new file is given the mark of a register, and one without it is none. */
function identify(database: DatabaseSync, path: string): void {
  const id = Number(database.prepare('PRAGMA application_id').get()?.application_id)
  if (id === APPLICATION_ID) return
  const tables = Number(database.prepare('SELECT count(*) AS count FROM sqlite_schema').get()?.count)
  if (id !== 0 || tables > 0) throw new CodedError('DATA_DAMAGED', `${path} is no register of Davylamp`)
  database.exec(`PRAGMA application_id = ${APPLICATION_ID}`)
}

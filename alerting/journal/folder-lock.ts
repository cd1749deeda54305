import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { CodedError } from '../../contracts/errors.ts'

/**
 * One facility is evaluated by exactly one server. An exclusive SQLite transaction that stays open is a
 * lock that the operating system drops when the process dies, however it dies.
 */
export class FolderLock {
  readonly #database: DatabaseSync

  private constructor(database: DatabaseSync) {
    this.#database = database
  }

  /** Makes the folder where there is none. @throws CodedError DATA_IN_USE or DATA_UNWRITABLE */
  static take(folder: string): FolderLock {
    const path = join(folder, 'server.lock')
    let database: DatabaseSync | undefined
    try {
      mkdirSync(folder, { recursive: true })
      database = new DatabaseSync(path)
      database.exec('PRAGMA journal_mode = DELETE')
      database.exec('BEGIN EXCLUSIVE')
      return new FolderLock(database)
    } catch (error) {
      database?.close()
      const { message } = error as Error
      const code = /locked|busy/i.test(message) ? 'DATA_IN_USE' : 'DATA_UNWRITABLE'
      throw new CodedError(code, `${path}: ${message}`, { cause: error })
    }
  }

  release(): void {
    this.#database.close()
  }
}

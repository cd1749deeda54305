import { DatabaseSync } from 'node:sqlite'
import { CodedError } from '../../../contracts/errors.ts'
import { STEPS, versionOf } from './file-schema.ts'
import { opening } from './sqlite-error.ts'

/** Bytes of a page: a sector of most disks. For new files. */
export const PAGE_BYTES = 4_096

/**
 * Opens a file and holds it: until it is closed or the process dies nobody else can. Every commit is synced to
 * the disk before it returns.
 * @throws CodedError DATA_IN_USE, DATA_UNWRITABLE, DATA_DAMAGED, DISK_FULL or DATA_NEWER
 */
export function connect(path: string): { database: DatabaseSync; version: number } {
  return opening(path, () => {
    const database = new DatabaseSync(path)
    try {
      database.exec(`PRAGMA page_size = ${PAGE_BYTES}; PRAGMA locking_mode = EXCLUSIVE;`)
      database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; BEGIN EXCLUSIVE; COMMIT')
      const version = versionOf(database, path)
      if (version > STEPS.length) {
        throw new CodedError(
          'DATA_NEWER',
          `${path} has version ${version}, this release knows ${STEPS.length}; the outbox is kept in memory`,
        )
      }
      return { database, version }
    } catch (error) {
      database.close()
      throw error
    }
  })
}

/** What is wrong with the structure of a file; undefined when it is sound. Reads all of it. */
export function findDamage(database: DatabaseSync): string | undefined {
  try {
    const found = String(database.prepare('PRAGMA quick_check(1)').get()?.quick_check)
    return found === 'ok' ? undefined : found
  } catch (error) {
    return (error as Error).message
  }
}

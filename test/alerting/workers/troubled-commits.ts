import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { StateWriter } from '../../../alerting/journal/state-database.ts'
import type { Commit } from '../../../alerting/journal/state-store.ts'
import { type CommitThreadData, NO_SPACE } from '../../../alerting/journal/thread-data.ts'
import { CodedError } from '../../../contracts/errors.ts'
import { serveThread } from '../../../contracts/thread.ts'
import { holdUpWhile } from './hold-up.ts'

/**
 * The thread that commits, in the trouble that a file beside the database names. `dies`: in the middle of a
 * transaction, but not the thread that takes its place. `slow`: as a disk is that takes its time,
 * until the file is gone. `full`: no
 * room until the reserve is given away.
 */
serveThread((data, tell) => {
  const { path, check } = data as CommitThreadData
  const folder = dirname(path)
  const database = StateWriter.open(path, check)
  const isIn = (trouble: string) => existsSync(join(folder, trouble))
  return {
    open: () => undefined,
    commit: (commit: Commit) => {
      if (isIn('dies') && check && commit.entries.length > 0) {
        new DatabaseSync(path).exec("BEGIN IMMEDIATE; INSERT INTO kept VALUES ('plant', 'torn', '')")
        process.exit(1)
      }
      holdUpWhile(join(folder, 'slow'))
      if (isIn('full') && isIn('reserve')) {
        tell(NO_SPACE)
        throw new CodedError('JOURNAL_UNWRITABLE', 'database or disk is full')
      }
      return database.commit(commit)
    },
    close: () => database.close(),
  }
})

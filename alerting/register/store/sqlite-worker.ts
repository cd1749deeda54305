import { serveThread } from '../../../contracts/thread.ts'
import { SqliteFile, type SqliteFileOptions, type SqliteStatement } from './sqlite-file.ts'

/** The thread that holds the file of the register. */
function serve(data: unknown) {
  const file = SqliteFile.open(data as SqliteFileOptions)
  return {
    open: () => undefined,
    run: (statement: SqliteStatement) => file.run(statement),
    control: (command: 'begin' | 'commit' | 'rollback') => file.control(command),
    close: () => file.close(),
  }
}

export type SqliteCalls = Omit<ReturnType<typeof serve>, 'close'>

serveThread<SqliteCalls>(serve)

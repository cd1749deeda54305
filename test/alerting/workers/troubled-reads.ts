import { dirname, join } from 'node:path'
import { StateReader } from '../../../alerting/journal/state-database.ts'
import type { JournalQuery, TestQuery } from '../../../alerting/journal/state-store.ts'
import type { ReadThreadData } from '../../../alerting/journal/thread-data.ts'
import { serveThread } from '../../../contracts/thread.ts'
import { holdUpWhile } from './hold-up.ts'

/**
 * The thread that answers: a query of facility `long` takes as long as there is a file of that name beside the
 * database, one of `fatal` ends it.
 */
serveThread((data) => {
  const { path } = data as ReadThreadData
  const database = new StateReader(path)
  return {
    journal: (query: JournalQuery) => {
      if (query.facility === 'fatal') process.exit(1)
      if (query.facility === 'long') holdUpWhile(join(dirname(path), 'long'))
      return database.journal(query)
    },
    records: (facility: string) => database.records(facility),
    settings: (facility: string) => database.settings(facility),
    tests: (query: TestQuery) => database.tests(query),
    kept: ({ facility, name }: { facility: string; name: string }) => database.kept(facility, name),
    close: () => database.close(),
  }
})

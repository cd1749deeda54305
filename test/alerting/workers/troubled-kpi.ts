import { dirname, join } from 'node:path'
import { StateReader } from '../../../alerting/journal/state-database.ts'
import type { ReadThreadData } from '../../../alerting/journal/thread-data.ts'
import type { KpiQuery } from '../../../contracts/kpi.ts'
import { serveThread } from '../../../contracts/thread.ts'
import { holdUpWhile } from './hold-up.ts'

/**
 * The thread of alarm performance: facility `long` takes as long as there is a file of that name beside the database,
 * `fatal` ends it.
 */
serveThread((data) => {
  const { path } = data as ReadThreadData
  const database = new StateReader(path)
  return {
    alarmKpi: (query: KpiQuery) => {
      if (query.facility === 'fatal') process.exit(1)
      if (query.facility === 'long') holdUpWhile(join(dirname(path), 'long'))
      return database.alarmKpi(query)
    },
    close: () => database.close(),
  }
})

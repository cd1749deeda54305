import { StateReader } from '../../../alerting/journal/state-database.ts'
import type { ReadThreadData } from '../../../alerting/journal/thread-data.ts'
import type { KpiQuery } from '../../../contracts/kpi.ts'
import { serveThread } from '../../../contracts/thread.ts'

/** The thread of alarm performance: facility `long` takes its time, `fatal` ends it. */
serveThread((data) => {
  const database = new StateReader((data as ReadThreadData).path)
  return {
    alarmKpi: (query: KpiQuery) => {
      if (query.facility === 'fatal') process.exit(1)
      if (query.facility === 'long') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500)
      return database.alarmKpi(query)
    },
    close: () => database.close(),
  }
})

import type { KpiQuery } from '../../contracts/kpi.ts'
import { giveWay, serveThread } from '../../contracts/thread.ts'
import { StateReader } from './state-database.ts'
import type { ReadThreadData } from './thread-data.ts'

/** The thread that computes alarm performance: for seconds at a time, while others answer. */
function serve(data: unknown) {
  // Figures of a month may wait, an alarm may not.
  giveWay()
  const database = new StateReader((data as ReadThreadData).path)
  return {
    alarmKpi: (query: KpiQuery) => database.alarmKpi(query),
    close: () => database.close(),
  }
}

export type KpiCalls = Omit<ReturnType<typeof serve>, 'close'>

serveThread<KpiCalls>(serve)

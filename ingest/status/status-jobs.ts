import type { SteadyClock } from '../../contracts/clock.ts'
import type { Jobs } from '../jobs.ts'
import { type KpiSources, KpiWriter } from './kpi-writer.ts'
import { type StatusSources, writeStatus } from './status-writer.ts'

/** What gateways and the server say of themselves goes into the store this often, ms. */
const STATUS_MS = 10_000
/** Whether points of alarm performance are due is looked at this often, ms. */
const KPI_MS = 20_000

/** What goes into the store again and again beside readings and alarms. */
export function scheduleStatus(
  jobs: Jobs,
  sources: StatusSources & Pick<KpiSources, 'states'> & { steady: Pick<SteadyClock, 'now'> },
): void {
  const { places, states, drain, steady } = sources
  const kpi = new KpiWriter({
    facilities: () => [...places()].map(({ facility }) => facility),
    states,
    write: (points) => drain.writeStatus(points),
  })
  jobs.every(STATUS_MS, () => writeStatus(sources, steady.now()))
  jobs.every(KPI_MS, () => kpi.tick(steady.now()))
}

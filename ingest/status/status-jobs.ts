import type { SteadyClock } from '../../contracts/clock.ts'
import type { Jobs } from '../jobs.ts'
import { LoopDelay } from '../metrics/loop-delay.ts'
import { type AlarmPictures, LOOK_MS } from './alarm-pictures.ts'
import { type KpiSources, KpiWriter } from './kpi-writer.ts'
import { type StatusSources, StatusWriter } from './status-writer.ts'

/** What gateways and the server say of themselves goes into the store this often, ms. */
const STATUS_MS = 10_000
/** Whether points of alarm performance are due is looked at this often, ms. */
const KPI_MS = 20_000

export interface StatusParts extends StatusSources {
  states: StatusSources['states'] & KpiSources['states']
  pictures: AlarmPictures
  steady: Pick<SteadyClock, 'now'>
}

/** What goes into the store again and again beside readings and alarms. */
export function scheduleStatus(jobs: Jobs, parts: StatusParts): void {
  const { places, states, write, steady, pictures } = parts
  const kpi = new KpiWriter({
    facilities: () => [...places()].map(({ intake }) => intake.facility),
    states,
    write,
  })
  const loop = new LoopDelay()
  loop.start()
  jobs.atStop(async () => loop.stop())
  const status = new StatusWriter(parts, loop)
  jobs.every(STATUS_MS, () => status.write(steady.now()))
  jobs.every(KPI_MS, () => kpi.tick(steady.now()))
  jobs.every(LOOK_MS, () => pictures.tick())
}

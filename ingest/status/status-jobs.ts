import type { Clock, SteadyClock } from '../../contracts/clock.ts'
import type { HazardSumSource, RiskSource } from '../../contracts/register/hazard-sums.ts'
import type { Jobs } from '../jobs.ts'
import { LoopDelay } from '../metrics/loop-delay.ts'
import { type AlarmPictures, LOOK_MS } from './alarm-pictures.ts'
import { type DerivedPlace, DerivedWriter } from './derived-writer.ts'
import { HazardWriter } from './hazard-writer.ts'
import { type KpiSources, KpiWriter } from './kpi-writer.ts'
import { RiskWriter } from './risk-writer.ts'
import { type StatusPlace, type StatusSources, StatusWriter } from './status-writer.ts'

/** What gateways and the server say of themselves goes into the store this often, ms. */
const STATUS_MS = 10_000
/** Whether figures of the register, and the risk map, are due is looked at this often, ms. */
const HAZARD_MS = 250
const RISK_MS = 5_000
/** Whether points of alarm performance are due is looked at this often, ms. */
const KPI_MS = 20_000
/** Whether a vote has come down to another architecture is looked at this often, ms. */
const DERIVED_MS = 1_000

export interface StatusParts extends StatusSources {
  places: () => Iterable<StatusPlace & DerivedPlace>
  states: StatusSources['states'] & KpiSources['states']
  pictures: AlarmPictures
  steady: Pick<SteadyClock, 'now'>
  clock: Pick<Clock, 'monotonic'>
  register: { readonly sums: HazardSumSource; readonly map: RiskSource }
  /** How long the store keeps points, ms. */
  keptMs: number
}

/** What goes into the store again and again beside readings and alarms. The answer is told whose hazards have changed. */
export function scheduleStatus(jobs: Jobs, parts: StatusParts): (facility: string) => void {
  const { places, states, write, steady, pictures, register, clock, keptMs } = parts
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
  const facilities = () => [...places()].map(({ intake }) => intake.facility.id)
  const hazards = new HazardWriter({ facilities, sums: register.sums, write, clock, steady, keptMs })
  const risk = new RiskWriter({ facilities, map: register.map, write, clock, steady })
  const derived = new DerivedWriter({ places, write, clock, steady })
  jobs.every(DERIVED_MS, () => derived.tick())
  jobs.every(HAZARD_MS, () => hazards.tick())
  jobs.every(RISK_MS, () => risk.tick())
  return (facility) => hazards.note(facility)
}

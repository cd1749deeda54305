import type { StatusPoint } from '../../contracts/store.ts'
import type { LogDrain } from '../drain/log-drain.ts'
import type { FacilityIntake } from '../facility-intake.ts'
import type { ServerLog } from '../log/server-log.ts'
import { gatewayPoints } from './gateway-points.ts'
import { pipelinePoint } from './pipeline-point.ts'

export interface StatusSources {
  places: () => Iterable<Pick<FacilityIntake, 'facility' | 'intake'>>
  log: Pick<ServerLog, 'bytes' | 'counters'>
  drain: Pick<LogDrain, 'points' | 'behind' | 'writeStatus'>
}

const COUNTS = {
  received: 'readings',
  late: 'late',
  duplicates: 'duplicates',
  refused: 'rejected',
  dropped: 'lost',
} as const

/** Writes what gateways and the server say of themselves. It is a picture of the moment: nothing is kept for later. */
export async function writeStatus({ places, log, drain }: StatusSources, time: number): Promise<void> {
  const { bytes, queuedBytes } = log.counters
  const own = {
    stored: drain.points,
    behind: drain.behind,
    logBytes: log.bytes,
    logWritten: bytes,
    logQueued: queuedBytes,
  }
  const points: StatusPoint[] = []
  for (const { facility, intake } of places()) {
    const views = new Map(intake.views().map((view) => [view.id, view]))
    for (const gateway of facility.gateways) {
      const view = views.get(gateway.id)
      if (view !== undefined) points.push(...gatewayPoints(view, gateway, time))
    }
    const counters = [...intake.watches.values()].map((watch) => watch.counters)
    const counts = Object.entries(COUNTS).map(([name, key]) => [
      name,
      counters.reduce((sum, of) => sum + of[key], 0),
    ])
    points.push(pipelinePoint(facility.id, { ...own, ...Object.fromEntries(counts) }, time))
  }
  // A store that is away has said so.
  await drain.writeStatus(points).catch(() => undefined)
}

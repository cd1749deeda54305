import type { GatewayView } from '../../contracts/api.ts'
import type { Facility } from '../../contracts/facility.ts'
import { formatIso } from '../../contracts/iso-time.ts'
import type { GatewayWatch } from './gateway-watch.ts'

/** A gateway as the API shows it. */
export function gatewayView({ id, timezone }: Facility, watch: GatewayWatch): GatewayView {
  return {
    facility: id,
    id: watch.gateway.id,
    name: watch.gateway.name,
    state: watch.state,
    since: formatIso(watch.since, timezone),
    lastHeard: watch.lastHeard === null ? null : formatIso(watch.lastHeard, timezone),
    version: watch.version,
    configMatches: watch.configMatches,
    skewMs: watch.skew,
    counters: { ...watch.counters, missing: watch.missing },
    health: watch.health,
  }
}

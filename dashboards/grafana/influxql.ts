import { DERIVED_GATEWAY } from '../../contracts/analytics/derived.ts'
import type { Unit } from '../../contracts/units.ts'

/** Variables of the dashboards that choose what is shown; each is a tag of the measurements too. */
export type ScopeVariable = 'facility' | 'area' | 'sensor' | 'unit' | 'gateway' | 'region'

/**
 * Keeps series that the variables choose. The explicit format escapes what a unit such as `mg/m3` would mean in
 * a regular expression, and is understood by every Grafana since 7.
 */
export function chosen(...variables: ScopeVariable[]): string {
  return variables.map((name) => `"${name}" =~ /^\${${name}:regex}$/`).join(' AND ')
}

/** The time range of the dashboard. */
export const IN_RANGE = '$timeFilter'

/**
 * What stands now, whatever range the dashboard shows: pictures of the moment are written every 10 or 30 s, and
 * one that is older than this is no present.
 */
export const NOW = 'time > now() - 2m'

/** Set points are told every 5 minutes: the line begins left of the picture, not in its middle. */
export const LIMITS_IN_RANGE = 'time >= ${__from}ms - 10m AND time <= ${__to}ms'

/** Transitions that claim somebody's attention, as alarm performance counts them (docs/alarm-performance.md). */
export const ANNUNCIATING =
  '"event" =~ /^(raised|re-alarmed|priority-raised)$/ AND "state" =~ /^(UNACK|ACKED)$/'

/** Sensors that the server computes, and those that gateways read. */
export const OF_SERVER = `"gateway" = '${DERIVED_GATEWAY}'`
export const OF_GATEWAYS = `"gateway" <> '${DERIVED_GATEWAY}'`

/** Of these quantities, as derived sensors and features of stations have them unless the facility file says otherwise. */
export function ofQuantity(...quantities: readonly string[]): string {
  return `"quantity" =~ /^(${quantities.join('|')})$/`
}

/** A panel that names one unit shows what has it: derived sensors may be given in another one of their quantity. */
export function inUnit(unit: Unit): string {
  return `"unit" = '${unit}'`
}

/** Readings that are a measurement: good or uncertain (docs/reference/store.md). */
export const MEASURED = '"quality" >= 64'

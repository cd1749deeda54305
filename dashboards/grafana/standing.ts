import { chosen, NOW, type ScopeVariable } from './influxql.ts'

/** What a table of standing alarms shows; fields of `alarm_standing` (docs/reference/store.md). */
const FIELDS = [
  'rank',
  'state',
  'priority',
  'message',
  'value',
  'limit',
  'unit',
  'since',
  'name',
  'occurrence',
  'setAside',
  'annunciated',
  'unacknowledged',
]

/** Alarms that are not normal now, one row each. `condition` is on the fields, such as `"setAside" = 1`. */
export function standingAlarms(condition: string, ...within: ScopeVariable[]): string {
  const latest = FIELDS.map((field) => `last("${field}") AS "${field}"`).join(', ')
  const from = `SELECT ${latest} FROM "alarm_standing" WHERE ${NOW} AND ${chosen(...within)} GROUP BY "facility", "area", "sensor", "alarm", "kind"`
  return `SELECT * FROM (${from}) WHERE "rank" > 0 AND ${condition}`
}

import { formatDuration } from '../../../contracts/duration.ts'
import type { Priority } from '../../../contracts/facility-words.ts'
import { is, since } from './influxql.ts'
import type { RuleSpec } from './rule.ts'
import { EVERY_MS, evaluations, type RuledFacility } from './ruled-sensors.ts'

/** Standing alarms are written every 30 s, ms. */
const STANDING_MS = 120_000
/** As the field `rank` has them. */
const RANKS = { high: 3, critical: 4 } as const satisfies Partial<Record<Priority, number>>

/** Urgent alarms of the server that nobody has acknowledged for so long, ms: its horn may be heard by nobody. */
export function standingRules({ id }: RuledFacility, unacknowledgedMs: number): RuleSpec[] {
  const forMs = Math.max(EVERY_MS, evaluations(unacknowledgedMs))
  const fields = ['rank', 'unacknowledged', 'setAside'].map((field) => `last("${field}") AS "${field}"`)
  const inner = `SELECT ${fields.join(', ')} FROM "alarm_standing" WHERE ${is('facility', id)} AND ${since(STANDING_MS)} GROUP BY "area", "sensor", "alarm"`
  return (['high', 'critical'] as const).map((severity) => ({
    facility: id,
    runbook: 'alarm-unacknowledged',
    identity: [severity, forMs],
    title: `${id}: ${severity} alarm unacknowledged for ${formatDuration(forMs)}`,
    topic: 'alarms',
    severity,
    query: `SELECT "rank" FROM (${inner}) WHERE "rank" = ${RANKS[severity]} AND "unacknowledged" = 1 AND "setAside" = 0 GROUP BY "area", "sensor", "alarm"`,
    lookBackMs: STANDING_MS,
    fires: 'rows',
    forMs,
    summary: `Nobody has acknowledged {{ $labels.alarm }} for ${formatDuration(forMs)}`,
    description: `It is of priority ${severity}, in area {{ $labels.area }}. See who is at the console, and whether its sound is on.`,
    page: `#/alarm/${id}/{{ $labels.alarm }}`,
  }))
}

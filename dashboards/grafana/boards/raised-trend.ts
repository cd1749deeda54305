import { PRIORITIES } from '../../../contracts/facility-words.ts'
import { ANNUNCIATING, chosen, IN_RANGE, type ScopeVariable } from '../influxql.ts'
import { COLOUR } from '../look.ts'
import type { Size } from '../panels/place.ts'
import type { Unplaced } from '../panels/shown.ts'
import { trend } from '../panels/trend.ts'
import { InfluxQuery } from '../target.ts'
import { targetOf } from '../targets.ts'

const MOST_URGENT_FIRST = [...PRIORITIES].reverse()

/** How many alarms came, by priority, in the periods of 10 minutes that the standards count in. */
export function raisedTrend(size: Size, ...within: ScopeVariable[]): Unplaced {
  const { text, source } = targetOf('peak10Minutes')
  return trend({
    title: 'Alarms raised, in 10 minutes',
    description: `More than one operator can work off are more than the target: ${text} in 10 minutes (${source}).`,
    size,
    style: 'bars',
    targets: MOST_URGENT_FIRST.map((priority, index) =>
      InfluxQuery.series(
        `SELECT count("occurrence") AS "raised" FROM "alarm" WHERE ${ANNUNCIATING} AND "priority" = '${priority}' AND ${IN_RANGE} AND ${chosen(...within)} GROUP BY time(10m) fill(0)`,
        priority,
        'ABCD'[index],
      ),
    ),
    field: { decimals: 0, min: 0 },
    overrides: Object.fromEntries(
      PRIORITIES.map((priority) => [
        priority,
        [{ id: 'color', value: { mode: 'fixed', fixedColor: COLOUR[priority] } }],
      ]),
    ),
    legend: ['sum'],
  })
}

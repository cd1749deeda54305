import { ANNUNCIATING, chosen, IN_RANGE, type ScopeVariable } from '../influxql.ts'
import { TO_ALARM } from '../links.ts'
import { bars } from '../panels/bars.ts'
import type { Size } from '../panels/place.ts'
import type { Unplaced } from '../panels/shown.ts'
import { InfluxQuery } from '../target.ts'
import { targetText } from '../targets.ts'

const MOST = 10

/** What alarmed most often: a few alarms are most of the load of any plant. */
export function frequentBars(size: Size, ...within: ScopeVariable[]): Unplaced {
  const counts = `SELECT count("occurrence") AS "raised" FROM "alarm" WHERE ${ANNUNCIATING} AND ${IN_RANGE} AND ${chosen(...within)} GROUP BY "facility", "alarm"`
  return bars({
    title: 'Most frequent alarms of the range',
    description: `How often each of the ${MOST} most frequent was annunciated. They are where fewer alarms begin. ${targetText('topTenShare')}`,
    size,
    rows: MOST,
    targets: [
      InfluxQuery.table(`SELECT top("raised", "facility", "alarm", ${MOST}) AS "raised" FROM (${counts})`),
    ],
    // Rows of one time come in no order.
    transformations: [{ id: 'sortBy', options: { fields: {}, sort: [{ field: 'raised', desc: true }] } }],
    field: { decimals: 0, min: 0, noValue: 'None in the range' },
    links: [TO_ALARM],
  })
}

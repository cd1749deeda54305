import { chosen, IN_RANGE, type ScopeVariable } from '../influxql.ts'
import { TO_ALARM, TO_SENSOR } from '../links.ts'
import { STATE_MAPPING } from '../look.ts'
import type { Size } from '../panels/place.ts'
import { rows } from '../panels/rows.ts'
import type { Unplaced } from '../panels/shown.ts'
import { InfluxQuery } from '../target.ts'

/** More than anybody reads; the console has all of the journal, with filters. */
const MOST = 1_000

/** Transitions of the range, newest first. */
export function journalRows(size: Size, ...within: ScopeVariable[]): Unplaced {
  return rows({
    title: 'Journal',
    description: `Everything that happened to alarms in the range, newest first: the newest ${MOST}. Who did it, and why, is in the journal of the console.`,
    size,
    targets: [
      InfluxQuery.table(
        `SELECT "event", "alarm", "message", "value", "limit", "priority", "state", "area", "sensor", "facility" FROM "alarm" WHERE ${IN_RANGE} AND ${chosen(...within)} ORDER BY time DESC LIMIT ${MOST}`,
      ),
    ],
    columns: {
      Time: { title: 'Time', width: 160 },
      event: { title: 'Event', width: 130 },
      alarm: { title: 'Alarm', width: 150, links: [TO_ALARM] },
      message: { title: 'What', links: [TO_ALARM] },
      value: { title: 'Value', width: 75, decimals: 2 },
      limit: { title: 'Limit', width: 75, decimals: 2 },
      priority: { title: 'Priority', width: 90 },
      state: { title: 'State afterwards', width: 210, mapping: STATE_MAPPING },
      area: { title: 'Area', width: 110 },
      sensor: { title: 'Sensor', width: 90, links: [TO_SENSOR] },
      facility: { title: 'Facility', width: 100 },
    },
    sortBy: [{ column: 'Time', desc: true }],
    field: { noValue: 'Nothing happened in the range' },
  })
}

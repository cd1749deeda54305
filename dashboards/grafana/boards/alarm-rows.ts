import type { ScopeVariable } from '../influxql.ts'
import { TO_ALARM, TO_SENSOR } from '../links.ts'
import { PRIORITY_MAPPING, STATE_MAPPING } from '../look.ts'
import type { Size } from '../panels/place.ts'
import { type Column, type Rows, rows } from '../panels/rows.ts'
import type { Unplaced } from '../panels/shown.ts'
import { standingAlarms } from '../standing.ts'
import { InfluxQuery } from '../target.ts'

const COLUMNS: Readonly<Record<string, Column>> = {
  priority: { title: 'Priority', width: 100, mapping: PRIORITY_MAPPING },
  state: { title: 'State', width: 190, mapping: STATE_MAPPING },
  alarm: { title: 'Alarm', width: 150, links: [TO_ALARM] },
  message: { title: 'What', links: [TO_ALARM] },
  value: { title: 'Value', width: 80, decimals: 2 },
  limit: { title: 'Limit', width: 80, decimals: 2 },
  unit: { title: 'Unit', width: 70 },
  since: { title: 'Since', width: 160, unit: 'dateTimeAsIso' },
  area: { title: 'Area', width: 120 },
  sensor: { title: 'Sensor', width: 110, links: [TO_SENSOR] },
  facility: { title: 'Facility', width: 120 },
}

/** Hidden columns that a table is sorted by. */
const SORTED_BY = { rank: { title: 'rank', width: 60 }, unacknowledged: { title: 'open', width: 60 } }

/** Alarms that stand now: the most urgent first, and what nobody has acknowledged before what somebody has. */
export function alarmRows(
  title: string,
  size: Size,
  options: {
    description: string
    where: string
    noValue: string
    within: readonly ScopeVariable[]
    sortBy?: Rows['sortBy']
  },
): Unplaced {
  return rows({
    title,
    description: options.description,
    size,
    targets: [InfluxQuery.table(standingAlarms(options.where, ...options.within))],
    columns: { ...COLUMNS, ...SORTED_BY },
    sortBy: options.sortBy ?? [
      { column: 'unacknowledged', desc: true },
      { column: 'rank', desc: true },
      { column: 'since', desc: true },
    ],
    field: { noValue: options.noValue },
  })
}

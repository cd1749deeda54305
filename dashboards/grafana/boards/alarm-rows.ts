import type { ScopeVariable } from '../influxql.ts'
import { TO_ALARM, TO_SENSOR } from '../links.ts'
import { OPEN_MAPPING, RANK_MAPPING, STATE_MAPPING } from '../look.ts'
import type { Size } from '../panels/place.ts'
import { type Column, type Rows, rows } from '../panels/rows.ts'
import type { Unplaced } from '../panels/shown.ts'
import { standingAlarms } from '../standing.ts'
import { InfluxQuery } from '../target.ts'

const COLUMNS: Readonly<Record<string, Column>> = {
  // A shape beside the colours, and what the table is sorted by first.
  unacknowledged: { title: 'Open', width: 60, mapping: OPEN_MAPPING, isPlain: true },
  // The number sorts as the word does not.
  rank: { title: 'Priority', width: 95, mapping: RANK_MAPPING },
  alarm: { title: 'Alarm', width: 145, links: [TO_ALARM] },
  state: { title: 'State', width: 210, mapping: STATE_MAPPING },
  message: { title: 'What', links: [TO_ALARM] },
  value: { title: 'Value', width: 75, decimals: 2 },
  limit: { title: 'Limit', width: 75, decimals: 2 },
  unit: { title: 'Unit', width: 65 },
  since: { title: 'Since', width: 160, unit: 'dateTimeAsIso' },
  area: { title: 'Area', width: 110 },
  sensor: { title: 'Sensor', width: 90, links: [TO_SENSOR] },
  facility: { title: 'Facility', width: 100 },
}

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
    columns: COLUMNS,
    sortBy: options.sortBy ?? [
      { column: 'unacknowledged', desc: true },
      { column: 'rank', desc: true },
      { column: 'since', desc: true },
    ],
    field: { noValue: options.noValue },
  })
}

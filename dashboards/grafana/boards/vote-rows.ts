import { chosen, NOW } from '../influxql.ts'
import { TO_SENSOR } from '../links.ts'
import { COLOUR, noYesMapping, steps } from '../look.ts'
import type { Size } from '../panels/place.ts'
import { rows } from '../panels/rows.ts'
import type { Unplaced } from '../panels/shown.ts'
import { InfluxQuery } from '../target.ts'

const FIELDS = ['degraded', 'configured', 'architecture', 'need', 'healthy', 'of', 'votes']

/** Votes as they stand, those first that have lost a channel. */
export function voteRows(size: Size): Unplaced {
  const latest = FIELDS.map((field) => `last("${field}") AS "${field}"`).join(', ')
  const from = `SELECT ${latest} FROM "derived" WHERE ${NOW} AND ${chosen('facility', 'area', 'sensor')} GROUP BY "facility", "area", "sensor", "compute"`
  return rows({
    title: 'Votes now',
    description:
      'What each vote was designed as, and what it has come down to: a channel that is faulted, inhibited or overdue has left it. Who that is shows the console.',
    size,
    targets: [InfluxQuery.table(`SELECT * FROM (${from}) WHERE "of" > 0`)],
    field: { noValue: 'No votes, unless the server is silent' },
    columns: {
      sensor: { title: 'Vote', width: 150, links: [TO_SENSOR] },
      degraded: { title: 'State', width: 120, mapping: noYesMapping('as designed', 'DEGRADED') },
      configured: { title: 'Designed', width: 90 },
      architecture: { title: 'Now', width: 80 },
      need: { title: 'Trips at', width: 80 },
      healthy: { title: 'Healthy', width: 80 },
      of: { title: 'Of', width: 60 },
      votes: { title: 'Votes', width: 70, thresholds: steps([1, COLOUR.high]).build() },
      compute: { title: 'What' },
      area: { title: 'Area', width: 120 },
      facility: { title: 'Facility', width: 120 },
    },
    sortBy: [
      { column: 'degraded', desc: true },
      { column: 'votes', desc: true },
    ],
  })
}

import { MappingType } from '@grafana/grafana-foundation-sdk/dashboard'
import { chosen } from '../influxql.ts'
import { toBoard } from '../links.ts'
import { COLOUR } from '../look.ts'
import type { Size } from '../panels/place.ts'
import type { Unplaced } from '../panels/shown.ts'
import { tiles } from '../panels/tiles.ts'
import { InfluxQuery } from '../target.ts'

/** Points that a server has written in a minute, on average of the last two: none means that nobody is there. */
const HEARD = `SELECT moving_average(count("uptimeSeconds"), 2) AS "heard" FROM "pipeline" WHERE time > now() - 24h AND ${chosen('facility')} GROUP BY time(1m), "facility" fill(0)`

/**
 * Whether the server of each facility is heard, of all that have been in 24 hours. Counts and tables have nothing of one that
 * is silent, which looks like a plant where all is well: here it is red.
 */
export function heardTiles(size: Size): Unplaced {
  return tiles({
    title: 'Servers',
    description:
      'Whether the server of a facility has written within the last two minutes. One that was there in the last 24 hours and is silent is red: nothing on this page is the present of its plant.',
    size,
    targets: [
      InfluxQuery.series(
        `SELECT last("heard") AS "heard" FROM (${HEARD}) GROUP BY "facility"`,
        '$tag_facility',
      ),
    ],
    field: {
      mappings: [
        {
          type: MappingType.ValueToText,
          options: { 0: { text: 'SILENT', color: COLOUR.critical, index: 0 } },
        },
        {
          type: MappingType.RangeToText,
          options: { from: 0.1, to: null, result: { text: 'heard', color: COLOUR.normal, index: 1 } },
        },
      ],
    },
    isNamed: true,
    isFilled: true,
    silence: 'SILENT',
    links: [toBoard('pipeline', 'To the pipeline', 'var-facility=${__series.name}')],
  })
}
